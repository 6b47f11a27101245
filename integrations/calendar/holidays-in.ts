/** The days of a calendar in the ICS format (RFC 5545). */
import ical, { type VEvent } from 'node-ical'
import { dayIn } from '../../domain/schedule.js'

export type Calendar = readonly VEvent[]

const AROUND_MS = 3 * 86_400_000
const MOST_NAME = 120

/** More than any calendar of holidays has. */
const MOST_EVENTS = 5_000

/** Null: the text is no calendar, is not all of one, or has something in it that nobody can read. */
export function readCalendar(text: string): Calendar | null {
  const whole = text.replace(/^\uFEFF/, '').trim()
  if (!/^BEGIN:VCALENDAR\b/i.test(whole) || !/\bEND:VCALENDAR$/i.test(whole)) return null
  const [begun, ended] = [/^BEGIN:/gim, /^END:/gim].map((line) => whole.match(line)?.length)
  if (begun !== ended) return null
  const events = parsed(whole)
  return events && events.filter(isHoliday).slice(0, MOST_EVENTS)
}

/** The parser throws on what it cannot read, and what it read is an object by the ids that the calendar gives. */
function parsed(text: string): readonly VEvent[] | null {
  try {
    const found = Object.values(ical.parseICS(withSafeIds(text)))
    return found.filter((one) => one?.type === 'VEVENT')
  } catch {
    return null
  }
}

/** An id called `__proto__` would be written into every object of this process. */
const withSafeIds = (text: string): string =>
  text.replaceAll(/\r?\n[ \t]/g, '').replaceAll(/^([ \t]*UID(?:;[^:\r\n]*)?:)/gim, '$1id-')

/** No holiday comes round several times a day, and to follow one that does takes seconds. */
const isHoliday = ({ status, rrule }: VEvent): boolean =>
  status !== 'CANCELLED' && !/FREQ=(?:HOURLY|MINUTELY|SECONDLY)/i.test(rrule?.toString() ?? '')

/** What is on at an instant: on its day in a zone, for what takes whole days. Null: nothing is. */
export function holidayAt(calendar: Calendar, instant: string, timezone: string): string | null {
  const at = Date.parse(instant)
  const day = dayIn(timezone, instant)
  const around = { from: new Date(at - AROUND_MS), to: new Date(at + AROUND_MS), expandOngoing: true }
  for (const event of calendar) {
    for (const { start, end, isFullDay, summary } of timesOf(event, around)) {
      // Days have no zone: they stand as midnights of this machine's.
      const covers = isFullDay
        ? dayHere(start) === day || (dayHere(start) < day && day < dayHere(end))
        : start.getTime() <= at && at < end.getTime()
      if (covers) return nameOf(summary)
    }
  }
  return null
}

/** None of an event whose rule nobody can follow: the others still count. */
function timesOf(
  event: VEvent,
  around: Parameters<typeof ical.expandRecurringEvent>[1],
): ReturnType<typeof ical.expandRecurringEvent> {
  try {
    return ical.expandRecurringEvent(event, around)
  } catch {
    return []
  }
}

function dayHere(date: Date): string {
  const two = (part: number): string => String(part).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

function nameOf(summary: VEvent['summary']): string {
  const text = typeof summary === 'string' ? summary : summary?.val
  return typeof text === 'string' && text.trim() !== '' ? text.trim().slice(0, MOST_NAME) : 'a holiday'
}
