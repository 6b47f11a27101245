/** What may go once it is old. The audit trail, releases and links never do. */
import {
  type Expression,
  type ExpressionBuilder,
  type Kysely,
  type RawBuilder,
  type SqlBool,
  sql,
} from 'kysely'
import type { DeploymentId } from '../domain/identifiers.js'
import type { DeploymentState } from '../domain/states.js'
import { deploymentsOf, loadEnvironments } from './queries/environments.js'
import type { Database } from './tables.js'

const ABANDONED_DAYS = 1

/** Removes orders whose giver was told that long ago, and those that were never opened; returns how many. */
export const pruneInbox = (db: Kysely<Database>, olderThanDays: number): Promise<number> =>
  removeInBatches(
    db,
    'inbox',
    sql`(told_at is not null and finished_at < ${daysAgo(olderThanDays)})
      or (opened_by is null and created_at < ${daysAgo(ABANDONED_DAYS)})`,
  )

/** Forgets what was sent so long ago that no workflow asks for it any more; returns how many. */
export const pruneSentOrders = (db: Kysely<Database>, olderThanDays: number): Promise<number> =>
  removeInBatches(db, 'sent_orders', sql`at < ${daysAgo(olderThanDays)}`)

/** Forgets the keys of changes so old that no workflow can repeat them; returns how many. */
export const pruneChanges = (db: Kysely<Database>, olderThanDays: number): Promise<number> =>
  removeInBatches(db, 'changes', sql`at < ${daysAgo(olderThanDays)}`)

/**
 * Forgets calls of stages made that long ago; returns how many. A stage lasts 24 h at most, so nobody waits for them: the
 * end they hold is in the stage's own row and log.
 */
export const pruneStageCalls = (db: Kysely<Database>, olderThanDays: number): Promise<number> =>
  removeInBatches(db, 'stage_calls', sql`begun_at < ${daysAgo(olderThanDays)}`)

/** A statement has 10 s, and a table that was not pruned for long is large. */
const BATCH = 1_000

/**
 * Repeats until a batch is not full. What is old is asked of the row that is deleted as well: a row that somebody changes
 * meanwhile, such as an order that is opened, is then looked at again and stays.
 */
async function removeInBatches(
  db: Kysely<Database>,
  name: keyof Database,
  isOld: RawBuilder<unknown>,
): Promise<number> {
  const table = sql.table(name)
  let removed = 0
  for (;;) {
    const { numAffectedRows = 0n } = await sql`
      delete from ${table}
      where (${isOld}) and ctid = any(array(select ctid from ${table} where ${isOld} limit ${BATCH}))`.execute(
      db,
    )
    removed += Number(numAffectedRows)
    if (numAffectedRows < BATCH) return removed
  }
}

/**
 * Removes the logs of stages that ended that long ago; returns of how many stages. What may still be looked at or gone
 * back to keeps its log (S1.13): what runs somewhere and the good one before it, what is on its way or waits for
 * somebody, and everything of a release that reached a later environment.
 */
export async function pruneStageLogs(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  let removed = 0
  for (;;) {
    const keys = await stagesWithOldLogs(db, olderThanDays)
    if (keys.length > 0) await db.deleteFrom('stage_logs').where('key', 'in', keys).execute()
    removed += keys.length
    if (keys.length < STAGES_AT_ONCE) return removed
  }
}

async function stagesWithOldLogs(db: Kysely<Database>, olderThanDays: number): Promise<readonly string[]> {
  // Asked for each batch: what may be gone back to changes meanwhile.
  const kept = await keptDeployments(db)
  const stages = await db
    .selectFrom('stage_runs')
    .innerJoin('deployments', 'deployments.id', 'stage_runs.deployment_id')
    .select('stage_runs.key')
    .where('stage_runs.finished_at', '<', daysAgo(olderThanDays))
    .where('deployments.state', 'not in', [...undecided])
    .where((row) => row.or([row('deployments.release_id', 'is', null), row.not(hasLink(row))]))
    .$if(kept.length > 0, (query) => query.where('deployments.id', 'not in', kept))
    .where((row) =>
      row.exists(row.selectFrom('stage_logs').whereRef('stage_logs.key', '=', 'stage_runs.key').select('at')),
    )
    .orderBy('stage_runs.finished_at')
    .limit(STAGES_AT_ONCE)
    .execute()
  return stages.map(({ key }) => key)
}

const STAGES_AT_ONCE = 500
/** States in which somebody or something still has to act. */
const undecided: readonly DeploymentState[] = [
  'prepared',
  'queued',
  'running',
  'failed',
  'awaiting_acceptance',
]

/** What runs in each environment, and where a rollback would lead. */
async function keptDeployments(db: Kysely<Database>): Promise<readonly DeploymentId[]> {
  const apps = await db.selectFrom('apps').select('name').execute()
  if (apps.length === 0) return []
  return deploymentsOf(
    await loadEnvironments(
      db,
      apps.map(({ name }) => name),
    ),
  )
}

const hasLink = (row: ExpressionBuilder<Database, 'deployments'>): Expression<SqlBool> =>
  row.exists(
    row.selectFrom('links').whereRef('links.release_id', '=', 'deployments.release_id').select('links.id'),
  )

const daysAgo = (days: number): RawBuilder<Date> => sql<Date>`clock_timestamp() - ${days} * interval '1 day'`
