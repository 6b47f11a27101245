/** Deny and allow windows: when an environment is closed by its configuration. */
import type { WindowDefinition } from '../pipeline.js'
import { wallTimeAfter } from '../wall-clock.js'
import type { ClosedWindow } from './closures.js'

/** When a window's cron matched last and matches next, as ISO instants; null when it never did or does. */
export interface Occurrences {
  readonly last: string | null
  readonly next: string | null
}

export interface WindowTimes extends Occurrences {
  readonly window: WindowDefinition
}

/** When a time of a window that began at an instant is over: by the clocks, also in a night in which they change. */
export const endOf = ({ durationMs, timezone }: WindowDefinition, start: string): string =>
  wallTimeAfter(start, durationMs, timezone)

/** The end of a window that is open now, null when it is not. */
function openUntil({ window, last }: WindowTimes, now: string): string | null {
  if (last === null || last > now) return null
  const end = endOf(window, last)
  return end > now ? end : null
}

/**
 * Why nothing may start now, null when it may: a deny window is open, or there are allow windows and none of them is.
 * `until` is when that changes by itself; another window may close it again then, so it is asked again.
 */
export function closedBy(windows: readonly WindowTimes[], now: string): ClosedWindow | null {
  const denied = windows
    .filter(({ window }) => window.kind === 'deny')
    .flatMap((times) => {
      const until = openUntil(times, now)
      return until === null ? [] : [{ until, reason: times.window.reason }]
    })
    .toSorted((one, other) => (one.until < other.until ? 1 : -1))
  const [longest] = denied
  if (longest) return longest
  const allowed = windows.filter(({ window }) => window.kind === 'allow')
  if (allowed.length === 0 || allowed.some((times) => openUntil(times, now) !== null)) return null
  const next = allowed.flatMap((times) => (times.next === null ? [] : [times])).toSorted(byNext)[0]
  return { until: next?.next ?? null, reason: (next ?? allowed[0])?.window.reason ?? '' }
}

const byNext = (one: WindowTimes, other: WindowTimes): number =>
  (one.next ?? '') < (other.next ?? '') ? -1 : 1
