/** When the windows of an environment are open: cron in a time zone, computed by croner. */
import { Cron } from 'croner'
import type { ClosedWindow } from '../domain/environment/closures.js'
import { closedBy, endOf, type WindowTimes } from '../domain/environment/windows.js'
import type { EnvironmentDefinition, WindowDefinition } from '../domain/pipeline.js'
import type { WindowAhead } from '../domain/roadmap.js'

/** Why nothing may start at that instant, null when it may. */
export function closedAt(windows: readonly WindowDefinition[], at: string): ClosedWindow | null {
  return windows.length === 0
    ? null
    : closedBy(
        windows.map((window) => timesOf(window, at)),
        at,
      )
}

function timesOf(window: WindowDefinition, at: string): WindowTimes {
  const cron = new Cron(window.cron, { timezone: window.timezone, paused: true })
  // A window that begins in this very minute has begun: croner looks strictly before the given instant.
  const [last] = cron.previousRuns(1, new Date(Date.parse(at) + 1))
  const next = cron.nextRun(new Date(at))
  return { window, last: last?.toISOString() ?? null, next: next?.toISOString() ?? null }
}

/** For each window of some environments, its current time span if it is open now, else the next one. */
export function windowsAhead(
  environments: readonly Pick<EnvironmentDefinition, 'name' | 'windows'>[],
  at: string,
): readonly WindowAhead[] {
  return environments.flatMap(({ name, windows }) =>
    windows.flatMap((window): readonly WindowAhead[] => {
      const { last, next } = timesOf(window, at)
      const from = last !== null && endOf(window, last) > at ? last : next
      if (from === null) return []
      const kind = window.kind === 'deny' ? 'closed' : 'open'
      return [{ kind, environment: name, from, until: endOf(window, from), reason: window.reason }]
    }),
  )
}
