/** Parses what people type after `for` and `until`, in their own time zone. */

import { casual } from 'chrono-node/en'
import { parseDuration } from '../../domain/durations.js'
import { dayIn } from '../../domain/schedule.js'
import { offsetsOf } from '../../domain/wall-clock.js'

/** Nobody means longer: a year ahead is a typing mistake. */
const LONGEST_MS = 366 * 86_400_000

/**
 * The instant that `2h`, `fri 17:00`, `tomorrow 9am` or `2026-12-24 18:00` means, as ISO; null when the words mean none, are
 * ambiguous, or mean a moment that is not in the future. A day without a time means its end.
 */
export function readTime(
  text: string,
  here: { readonly now: string; readonly timezone: string },
): string | null {
  const now = Date.parse(here.now)
  const words = text.trim()
  const lasts = parseDuration(shortUnits(words))
  const then = lasts === null ? readWords(words, here) : now + lasts
  if (then === null || then <= now || then - now > LONGEST_MS) return null
  return new Date(then).toISOString()
}

/** Shortens `in 2 hours`, `90 minutes` and `2 h` to `2h`, `90m`, `2h`: elapsed time, independent of clock changes. */
const shortUnits = (words: string): string =>
  words
    .toLowerCase()
    .replace(/^(?:in|for|another)\s+/, '')
    .replaceAll(/\s*(?:,|and)\s*/g, ' ')
    .replaceAll(/\b(?:an?|one)\s+(?=(?:min|hour|hr|day|week))/g, '1 ')
    .replaceAll(
      /(\d+)\s*(seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?)\b/g,
      (_, count: string, unit: string) => `${count}${unit.charAt(0)}`,
    )
    .replaceAll(/\s+/g, '')

/**
 * The calendar day that `2026-12-24`, `friday`, `next week`, `dec 24`, `in 3 days` or `2w` means in a person's time zone; null
 * when the words mean none or more than one, or name an hour. A day of this year typed without its year may be past.
 */
export function readDay(
  text: string,
  here: { readonly now: string; readonly timezone: string },
): string | null {
  const words = text.trim()
  if (/^\d{4}-\d{2}-\d{2}$/.test(words)) return isDay(words) ? words : null
  const lasts = parseDuration(shortUnits(words))
  if (lasts !== null) return dayIn(here.timezone, new Date(Date.parse(here.now) + lasts).toISOString())
  const start = readOnly(words, here)
  if (start === null || start.isCertain('hour')) return null
  const of = (unit: 'year' | 'month' | 'day'): number => start.get(unit) ?? 0
  const thisYear =
    start.isCertain('month') && !start.isCertain('year') && isNextYear(start.date(), Date.parse(here.now))
  const year = String(of('year') - (thisYear ? 1 : 0)).padStart(4, '0')
  return `${year}-${String(of('month')).padStart(2, '0')}-${String(of('day')).padStart(2, '0')}`
}

/** Rejects days such as 31 February, and other centuries. */
const isDay = (text: string): boolean =>
  text.startsWith('20') && !Number.isNaN(Date.parse(text)) && new Date(text).toISOString().startsWith(text)

/** The one time that all of the words together mean, read in a zone; null when they mean none or several. */
function readOnly(
  words: string,
  { now, timezone }: { readonly now: string; readonly timezone: string },
): ReturnType<typeof casual.parse>[number]['start'] | null {
  const offset = offsetAt(Date.parse(now), timezone)
  if (offset === null) return null
  const reference = { instant: new Date(now), timezone: offset / 60_000 }
  const found = casual.parse(words, reference, { forwardDate: true })
  const [only] = found
  // Every word must be understood: `friday or so` is not a time.
  return !only || found.length > 1 || only.end || only.text.trim() !== words ? null : only.start
}

function readWords(words: string, here: { readonly now: string; readonly timezone: string }): number | null {
  const start = readOnly(words, here)
  if (start === null) return null
  const now = Date.parse(here.now)
  const part = (unit: 'year' | 'month' | 'day' | 'hour' | 'minute'): number => start.get(unit) ?? 0
  // A past day of this year is a mistake, not the same day next year.
  if (start.isCertain('month') && !start.isCertain('year') && isNextYear(start.date(), now)) return null
  const whole = !start.isCertain('hour') && !/\b(?:now|in|hours?|minutes?)\b/i.test(words)
  const [hour, minute] = whole ? [23, 59] : [part('hour'), part('minute')]
  const wall = Date.UTC(part('year'), part('month') - 1, part('day'), hour, minute)
  return start.isCertain('timezoneOffset')
    ? inZone(wall, start.get('timezoneOffset') ?? 0, {
        now: here.now,
        anyDay: !start.isCertain('day') && !start.isCertain('weekday'),
      })
    : fromWall(wall, here.timezone)
}

const NEARLY_A_YEAR_MS = 300 * 86_400_000
const isNextYear = (then: Date, now: number): boolean => then.getTime() - now > NEARLY_A_YEAR_MS

/** Applies the zone or offset that was typed. A time without a day that has passed means the next day. */
function inZone(
  wall: number,
  offsetMinutes: number,
  { now, anyDay }: { readonly now: string; readonly anyDay: boolean },
): number {
  const then = wall - offsetMinutes * 60_000
  const day = 86_400_000
  if (!anyDay) return then
  const over = Math.ceil((Date.parse(now) - then) / day)
  return then + Math.max(0, over) * day
}

/** The instant at which wall clocks of a zone show this time; in the skipped hour, the one after it. */
function fromWall(wall: number, timezone: string): number | null {
  const first = offsetAt(wall, timezone)
  if (first === null) return null
  const second = offsetAt(wall - first, timezone) ?? first
  return wall - second
}

/** The UTC offset of a zone at an instant in ms. Null: the zone does not exist. */
function offsetAt(instant: number, timezone: string): number | null {
  try {
    return offsetsOf(timezone)(instant)
  } catch {
    return null
  }
}
