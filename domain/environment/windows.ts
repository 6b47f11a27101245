/** Deny and allow windows: when the configuration closes an environment. */
import type { WindowDefinition } from '../pipeline.js'
import { wallTimeAfter } from '../wall-clock.js'
import type { ClosedWindow } from './closures.js'

/** The last and next match of a window's cron, as ISO instants; null when there is none. */
export interface Occurrences {
  readonly last: string | null
  readonly next: string | null
}

export interface WindowTimes extends Occurrences {
  readonly window: WindowDefinition
}

/** When an occurrence of a window that began at an instant ends: by wall clock, also in a night with a clock change. */
export const endOf = ({ durationMs, timezone }: WindowDefinition, start: string): string =>
  wallTimeAfter(start, durationMs, timezone)

/** The end of a window that is open now, null when it is not. */
function openUntil({ window, last }: WindowTimes, now: string): string | null {
  if (last === null || last > now) return null
  const end = endOf(window, last)
  return end > now ? end : null
}

/**
 * Why nothing may start now, null when it may: a deny window is open, or there are allow windows and none is open. `until` is
 * when that ends; another window may close it again at that moment, so the caller must check again.
 */
export function closedBy(windows: readonly WindowTimes[], now: string): ClosedWindow | null {
  const denied = windows
    .filter(({ window }) => window.kind === 'deny')
    .flatMap((times) => {
      const until = openUntil(times, now)
      return until === null ? [] : [{ until, reason: times.window.reason }]
    })
  const longest = denied.toSorted(byEnd).at(-1)
  if (longest) return longest
  const allowed = windows.filter(({ window }) => window.kind === 'allow')
  const [first] = allowed
  if (!first || allowed.some((times) => openUntil(times, now) !== null)) return null
  const [opening] = allowed
    .flatMap(({ window: { reason }, next }) => (next === null ? [] : [{ until: next, reason }]))
    .toSorted(byEnd)
  return opening ?? { until: null, reason: first.window.reason }
}

const byEnd = (one: { readonly until: string }, other: { readonly until: string }): number =>
  one.until < other.until ? -1 : 1
