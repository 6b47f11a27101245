/** What people type after `for` and `until`, read in their own time zone. */
import { casual } from 'chrono-node/en'
import { parseDuration } from '../../domain/durations.js'

/** Longer than anybody means: a year ahead is a typing mistake. */
const LONGEST_MS = 366 * 86_400_000

/**
 * The instant that `2h`, `fri 17:00`, `tomorrow 9am` or `2026-12-24 18:00` means, as ISO; null when the words mean none,
 * mean more than one thing, or a moment that is not ahead. A day without a time means its end.
 */
export function readTime(
  text: string,
  here: { readonly now: string; readonly timezone: string },
): string | null {
  const now = Date.parse(here.now)
  const words = text.trim()
  const duration = parseDuration(words.toLowerCase().replaceAll(/\s+/g, ''))
  const then = duration === null ? readWords(words, here) : now + duration
  if (then === null || then <= now || then - now > LONGEST_MS) return null
  return new Date(then).toISOString()
}

function readWords(
  words: string,
  { now, timezone }: { readonly now: string; readonly timezone: string },
): number | null {
  const offset = offsetAt(Date.parse(now), timezone)
  if (offset === null) return null
  const reference = { instant: new Date(now), timezone: offset / 60_000 }
  const found = casual.parse(words, reference, { forwardDate: true })
  const [only] = found
  // Every word must have been understood: `friday or so` is not a time.
  if (!only || found.length > 1 || only.end || only.text.trim() !== words) return null
  const part = (unit: 'year' | 'month' | 'day' | 'hour' | 'minute'): number => only.start.get(unit) ?? 0
  const whole = !only.start.isCertain('hour') && !/\b(?:now|in|hours?|minutes?)\b/i.test(words)
  const [hour, minute] = whole ? [23, 59] : [part('hour'), part('minute')]
  return fromWall(Date.UTC(part('year'), part('month') - 1, part('day'), hour, minute), timezone)
}

/** The instant at which the wall clocks of a zone show this; over the hour that is skipped, the one after it. */
function fromWall(wall: number, timezone: string): number | null {
  const first = offsetAt(wall, timezone)
  if (first === null) return null
  const second = offsetAt(wall - first, timezone) ?? first
  return wall - second
}

/** How far the wall clocks of a zone are ahead of UTC at an instant; ms. Null: there is no such zone. */
function offsetAt(instant: number, timezone: string): number | null {
  try {
    const parts = new Intl.DateTimeFormat('en-US', {
      timeZone: timezone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
    }).formatToParts(new Date(instant))
    const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value)
    const wall = Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'))
    return wall - Math.floor(instant / 60_000) * 60_000
  } catch {
    return null
  }
}
