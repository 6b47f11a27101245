/** Runs retention. What is missed is made up for by the next run; what is done twice does no harm. */
import type { Logger } from 'pino'
import type { KeepDays, Removed, Retained, RetentionKind } from '../domain/retention.js'
import { oldCheckouts, oldJobs } from '../integrations/stage-runners/old-folders.js'
import { workFolderOf } from './work-folder.js'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** What a run is told by, and tells. */
export interface RetentionRun {
  readonly log: Pick<Logger, 'info' | 'warn'>
  /** For the metric. */
  readonly onRemoved: (kind: RetentionKind, removed: Removed) => void
  /** False: this process stops, or no longer leads. */
  readonly goesOn: () => boolean
}

/** Removes what is old, kind by kind. One that cannot be removed is told and does not keep the others. */
export async function runRetention(
  kinds: readonly Retained[],
  { log, onRemoved, goesOn }: RetentionRun,
): Promise<void> {
  for (const { kind, remove } of kinds) {
    if (!goesOn()) return
    try {
      const removed = await remove(goesOn)
      onRemoved(kind, removed)
      if (removed.count > 0) log.info({ kind, ...removed }, 'What is old was removed')
    } catch (error) {
      log.warn({ err: error, kind }, 'What is old was not removed')
    }
  }
}

/** Everything on this host that is removed once it is old. */
export function retainedOnHost(dataFolder: string, keep: KeepDays): readonly Retained[] {
  const folders = { dataFolder, workFolder: workFolderOf(dataFolder) }
  return [
    oldJobs(folders, { keptMs: keep.jobs * DAY_MS }),
    oldCheckouts(folders, { keptMs: keep.checkouts * DAY_MS }),
  ]
}

/**
 * Removes once a day what is old on this host; ends with the function it returns. The first run is an hour after the
 * start: a worker that was away for days is first asked for the ends of its jobs.
 */
export function startHostRetention(
  kinds: readonly Retained[],
  run: Omit<RetentionRun, 'goesOn'>,
): () => void {
  let stopped = false
  const once = (): void => void runRetention(kinds, { ...run, goesOn: () => !stopped })
  let timer = setTimeout(() => {
    once()
    timer = setInterval(once, DAY_MS)
  }, HOUR_MS)
  return () => {
    stopped = true
    clearTimeout(timer)
  }
}
