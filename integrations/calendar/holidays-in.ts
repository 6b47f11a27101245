/** The days of a calendar in the ICS format (RFC 5545). */
import ical, { type CalendarResponse, type VEvent } from 'node-ical'
import { dayIn } from '../../domain/schedule.js'

export type Calendar = readonly VEvent[]

const AROUND_MS = 3 * 86_400_000
const MOST_NAME = 120

/** Null: the text is no calendar. */
export function readCalendar(text: string): Calendar | null {
  if (!/^\s*BEGIN:VCALENDAR\b/i.test(text.replace(/^\uFEFF/, ''))) return null
  return Object.values(parsed(text))
    .filter((one) => one?.type === 'VEVENT')
    .filter(isOn)
}

/** The parser throws on what it cannot read. */
function parsed(text: string): CalendarResponse {
  try {
    return ical.parseICS(text)
  } catch {
    return {}
  }
}

const isOn = ({ status }: VEvent): boolean => status !== 'CANCELLED'

/** What is on at an instant: on its day in a zone, for what takes whole days. Null: nothing is. */
export function holidayAt(calendar: Calendar, instant: string, timezone: string): string | null {
  const at = Date.parse(instant)
  const day = dayIn(timezone, instant)
  const around = { from: new Date(at - AROUND_MS), to: new Date(at + AROUND_MS), expandOngoing: true }
  for (const event of calendar) {
    for (const { start, end, isFullDay, summary } of ical.expandRecurringEvent(event, around)) {
      // Days have no zone: they stand as midnights of this machine's.
      const covers = isFullDay
        ? dayHere(start) === day || (dayHere(start) < day && day < dayHere(end))
        : start.getTime() <= at && at < end.getTime()
      if (covers) return nameOf(summary)
    }
  }
  return null
}

function dayHere(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function nameOf(summary: VEvent['summary']): string {
  const text = typeof summary === 'string' ? summary : summary?.val
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, MOST_NAME) : 'a holiday'
}
