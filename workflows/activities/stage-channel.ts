import { Context } from '@temporalio/activity'
import type { StageContact } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'

/**
 * Connects a runner to Temporal and the log while a command runs. A cancelled workflow ends the command; a worker that shuts down
 * only stops watching it.
 */
export function contactOf(key: string, ledger: Pick<ReleaseStore, 'appendLog' | 'readLog'>): StageContact {
  const context = Context.current()
  const cancelled = new AbortController()
  const detached = new AbortController()
  void context.cancelled.catch(() => {
    const { cancellationDetails: details } = context
    const stops = details?.workerShutdown || details?.notFound || details?.timedOut
    ;(stops ? detached : cancelled).abort()
  })
  return {
    heartbeat: () => context.heartbeat(),
    log: (offset, text) => ledger.appendLog(key, offset, text),
    logged: () => ledger.readLog(key),
    cancelled: cancelled.signal,
    detached: detached.signal,
  }
}
