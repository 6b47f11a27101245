/** Times as people write them: what the clocks of a zone show, also when those are put forward or back. */

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * The first instant after `start` at which the clocks of a zone show the time that lies `durationMs` after the one they show
 * at `start`, or a later one where that time is skipped. Both are ISO instants, `timezone` is an IANA name.
 */
export function wallTimeAfter(start: string, durationMs: number, timezone: string): string {
  const from = Date.parse(start)
  const offsetAt = offsetsOf(timezone)
  const shown = from + offsetAt(from) + durationMs
  // Zones are at most a day from UTC, and change their clocks no oftener than that. A time that comes twice comes first by the
  // offset of the day before.
  const offsets = [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)]
  const [first] = offsets
    .map((offset) => shown - offset)
    .filter((instant) => instant > from && instant + offsetAt(instant) === shown)
  return new Date(first ?? endOfGap(shown, offsets, offsetAt)).toISOString()
}

/** The clocks never show it: they are put forward past it. Changes of clocks fall on whole minutes. */
function endOfGap(shown: number, offsets: readonly number[], offsetAt: (instant: number) => number): number {
  let before = shown - Math.max(...offsets)
  let after = shown - Math.min(...offsets)
  while (after - before > MINUTE_MS) {
    const middle = Math.floor((before + after) / 2 / MINUTE_MS) * MINUTE_MS
    if (middle + offsetAt(middle) < shown) before = middle
    else after = middle
  }
  return after
}

/** How many milliseconds the clocks of a zone are ahead of UTC at an instant. Throws a `RangeError` where there is no such zone or instant. */
export function offsetsOf(timezone: string): (instant: number) => number {
  const format = formatOf(timezone)
  return (instant) => {
    const part = new Map(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const of = (type: Intl.DateTimeFormatPartTypes): number => part.get(type) ?? 0
    const shown = Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute'), of('second'))
    return shown - Math.floor(instant / 1_000) * 1_000
  }
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making one takes far longer than using it. */
function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = formats.get(timezone)
  if (known) return known
  const made = new Intl.DateTimeFormat('en', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  formats.set(timezone, made)
  return made
}
