/** Wall-clock times as people write them, correct across clock changes. */

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/**
 * The first instant after `start` when a zone's wall clock shows the time `durationMs` after the one it shows at `start`, or a
 * later one if that time is skipped. Both are ISO instants, `timezone` is an IANA name.
 */
export function wallTimeAfter(start: string, durationMs: number, timezone: string): string {
  const from = Date.parse(start)
  const offsetAt = offsetsOf(timezone)
  const shown = from + offsetAt(from) + durationMs
  // Zones are at most a day from UTC, and change their clocks at most that often. For a time that occurs twice, the first uses
  // the offset of the day before.
  const offsets = [offsetAt(shown - DAY_MS), offsetAt(shown + DAY_MS)]
  const [first] = offsets
    .map((offset) => shown - offset)
    .filter((instant) => instant > from && instant + offsetAt(instant) === shown)
  return new Date(first ?? endOfGap(shown, offsets, offsetAt)).toISOString()
}

/** The clocks skip this time when they are put forward. Clock changes fall on whole minutes. */
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

/** How many ms the clocks of a zone are ahead of UTC at an instant. Throws a `RangeError` for an unknown zone or instant. */
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

/** Creating one takes far longer than using it. */
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
