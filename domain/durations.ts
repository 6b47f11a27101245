const unitMs: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
}
const whole = /^(?:\d{1,6}[smhdw])+$/
const part = /(\d{1,6})([smhdw])/g

/** Ten years: no real duration is longer, and every instant that far ahead can be stored. */
export const LONGEST_MS = 3_653 * 86_400_000

/** Parses `90s`, `15m`, `24h`, `3d`, `1h30m` to milliseconds; `null` for anything else, zero and over ten years included. */
export function parseDuration(text: string): number | null {
  if (!whole.test(text)) return null
  let total = 0
  for (const [, count = '0', unit = 's'] of text.matchAll(part)) total += Number(count) * (unitMs[unit] ?? 0)
  return total > 0 && total <= LONGEST_MS ? total : null
}

/** Formats milliseconds in at most two units: `2 min 5 s`, `3 d 4 h`. */
export function sayDuration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1_000))
  const steps: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ]
  const first = steps.findIndex(([, size]) => seconds >= size)
  if (first < 0) return '0 s'
  let rest = seconds
  const words: string[] = []
  for (const [unit, size] of steps.slice(first, first + 2)) {
    const count = Math.floor(rest / size)
    if (count > 0) words.push(`${count} ${unit}`)
    rest -= count * size
  }
  return words.join(' ')
}
