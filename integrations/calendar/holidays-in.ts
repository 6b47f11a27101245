/** The days of a calendar in the ICS format (RFC 5545). */
import ical, { type VEvent } from 'node-ical'
import { dayIn } from '../../domain/schedule.js'
import { offsetsOf } from '../../domain/wall-clock.js'

export type Calendar = readonly VEvent[]

const AROUND_MS = 3 * 86_400_000
const MOST_NAME = 120

/** More than any calendar of holidays has. */
const MOST_EVENTS = 5_000

/** Null if the text is no calendar, is truncated, or has content that cannot be parsed. */
export function readCalendar(text: string): Calendar | null {
  const whole = text.replace(/^\uFEFF/, '').trim()
  if (!/^BEGIN:VCALENDAR\b/i.test(whole) || !/\bEND:VCALENDAR$/i.test(whole)) return null
  const [begun, ended] = [/^BEGIN:/gim, /^END:/gim].map((line) => whole.match(line)?.length)
  if (begun !== ended) return null
  const events = parsed(whole)
  return events && events.filter(isHoliday).slice(0, MOST_EVENTS)
}

/** The parser throws on what it cannot parse; its result is an object keyed by the ids in the calendar. */
function parsed(text: string): readonly VEvent[] | null {
  try {
    const found = Object.values(ical.parseICS(withSafeIds(text)))
    return found.filter((one) => one?.type === 'VEVENT')
  } catch {
    return null
  }
}

/** An id `__proto__` would be written into every object of this process. */
const withSafeIds = (text: string): string =>
  text.replaceAll(/\r?\n[ \t]/g, '').replaceAll(/^([ \t]*UID(?:;[^:\r\n]*)?:)/gim, '$1id-')

/** No holiday recurs several times a day, and expanding such a rule takes seconds. */
const isHoliday = ({ status, rrule }: VEvent): boolean =>
  status !== 'CANCELLED' && !/FREQ=(?:HOURLY|MINUTELY|SECONDLY)/i.test(rrule?.toString() ?? '')

/** The holiday at an instant; an all-day one counts on its day in the zone. Null if there is none. */
export function holidayAt(calendar: Calendar, instant: string, timezone: string): string | null {
  const at = Date.parse(instant)
  const day = dayIn(timezone, instant)
  const shown = at + offsetsOf(timezone)(at)
  const around = { from: new Date(at - AROUND_MS), to: new Date(at + AROUND_MS), expandOngoing: true }
  for (const event of calendar) {
    for (const { start, end, isFullDay, summary } of timesOf(event, around)) {
      // Events without a zone, such as all-day ones, count by the clock of the zone; the parser has them by this machine's.
      const covers = isFullDay
        ? dayHere(start) === day || (dayHere(start) < day && day < dayHere(end))
        : start.tz === undefined
          ? shownHere(start) <= shown && shown < shownHere(end)
          : start.getTime() <= at && at < end.getTime()
      if (covers) return nameOf(summary)
    }
  }
  return null
}

/** What a clock of this machine's zone shows, as milliseconds. */
const shownHere = (date: Date): number => date.getTime() - date.getTimezoneOffset() * 60_000

/** No occurrences for a rule that cannot be expanded: other events still count. */
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
