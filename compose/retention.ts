/** What is old goes, once a day and at the start: a run that is missed or doubled does no harm. */
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { pruneSentOrders, pruneStageCalls, pruneStageLogs } from '../db/prune.js'
import type { Database } from '../db/tables.js'
import { removeHalfMade } from '../workflows/activities/workspace.js'

const DAY_MS = 86_400_000
const KEEP_LOGS_DAYS = 90
/** A host that was lost is waited for, so its calls are kept longer than any stage may take. */
const KEEP_CALLS_DAYS = 30
/** A worker that was away asks for it when it is back. */
const KEEP_SENT_DAYS = 90

/** Ends with the function it returns. Artifacts are never pruned: a commit is built once, so its bytes are needed again. */
export function startRetention(db: Kysely<Database>, workFolder: string, log: Logger): () => void {
  const prune = (): void => {
    pruneStageLogs(db, KEEP_LOGS_DAYS)
      .then((stages) => {
        if (stages > 0) log.info({ stages }, 'Logs of old stages were removed')
      })
      .catch((error: unknown) => log.warn({ err: error }, 'Old logs were not removed'))
    pruneSentOrders(db, KEEP_SENT_DAYS).catch((error: unknown) =>
      log.warn({ err: error }, 'What was sent long ago was not removed'),
    )
    pruneStageCalls(db, KEEP_CALLS_DAYS).catch((error: unknown) =>
      log.warn({ err: error }, 'Old calls of stages were not removed'),
    )
    removeHalfMade(workFolder, Date.now()).catch((error: unknown) =>
      log.warn({ err: error }, 'Half-made checkouts were not removed'),
    )
  }
  prune()
  const timer = setInterval(prune, DAY_MS)
  return () => clearInterval(timer)
}
