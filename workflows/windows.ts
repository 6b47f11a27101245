/** When the windows of an environment are open: cron in a time zone, read by croner. */
import { Cron } from 'croner'
import type { ClosedWindow } from '../domain/environment/closures.js'
import { closedBy, type WindowTimes } from '../domain/environment/windows.js'
import type { WindowDefinition } from '../domain/pipeline.js'

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
  // A window that begins at this very minute has begun: croner looks strictly before the instant it is given.
  const [last] = cron.previousRuns(1, new Date(Date.parse(at) + 1))
  const next = cron.nextRun(new Date(at))
  return { window, last: last?.toISOString() ?? null, next: next?.toISOString() ?? null }
}
