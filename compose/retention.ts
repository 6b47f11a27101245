/** What is old goes, once a day and at the start: a run that is missed or doubled does no harm. */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { pruneChanges, pruneInbox, pruneSentOrders, pruneStageCalls, pruneStageLogs } from '../db/prune.js'
import type { Database } from '../db/tables.js'
import { removeHalfMade } from '../workflows/activities/workspace.js'

const DAY_MS = 86_400_000
const KEEP_LOGS_DAYS = 90
/** An order that Slack or a forge delivers again within this time is known. */
const KEEP_ORDERS_DAYS = 90
/** A workflow repeats a change within hours, even after an outage. */
const KEEP_CHANGES_DAYS = 30
/** A host that was lost is waited for, so its calls are kept longer than any stage may take. */
const KEEP_CALLS_DAYS = 30
/** A worker that was away asks for it when it is back. */
const KEEP_SENT_DAYS = 90
/** A job that was removed would run again if asked for, so it stays longer than any stage may take. */
const KEEP_JOBS_MS = 7 * DAY_MS

/** What retention works on. */
export interface RetentionParts {
  readonly db: Kysely<Database>
  /** Where the checkouts of this host are. */
  readonly workFolder: string
  /** Removes jobs of this host that ended more than so many milliseconds ago. */
  readonly pruneJobs: (olderThanMs: number) => Promise<number>
  readonly log: Pick<Logger, 'info' | 'warn'>
}

/**
 * Ends with the function it returns. One thing that cannot be removed does not keep the others. Artifacts are never
 * pruned: a commit is built once, so its bytes are needed again.
 */
export function startRetention({ db, workFolder, pruneJobs, log }: RetentionParts): () => void {
  const tasks: Readonly<Record<string, () => Promise<unknown>>> = {
    'logs of stages': () => pruneStageLogs(db, KEEP_LOGS_DAYS),
    'answered orders': () => pruneInbox(db, KEEP_ORDERS_DAYS),
    'keys of changes': () => pruneChanges(db, KEEP_CHANGES_DAYS),
    'sent orders': () => pruneSentOrders(db, KEEP_SENT_DAYS),
    'calls of stages': () => pruneStageCalls(db, KEEP_CALLS_DAYS),
    jobs: () => pruneJobs(KEEP_JOBS_MS),
    'half-made checkouts': () => removeHalfMade(workFolder, Date.now()),
  }
  const prune = async (): Promise<void> => {
    for (const [what, remove] of Object.entries(tasks)) {
      try {
        const removed = await remove()
        if (typeof removed === 'number' && removed > 0) log.info({ what, removed }, 'What is old was removed')
      } catch (error) {
        log.warn({ err: error, what }, 'What is old was not removed')
      }
    }
  }
  void prune()
  const timer = setInterval(() => void prune(), DAY_MS)
  return () => clearInterval(timer)
}
