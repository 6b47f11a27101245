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
export async function pruneInbox(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db
    .deleteFrom('inbox')
    .where((row) =>
      row.or([
        row.and([row('told_at', 'is not', null), row('finished_at', '<', daysAgo(olderThanDays))]),
        row.and([row('opened_by', 'is', null), row('created_at', '<', daysAgo(ABANDONED_DAYS))]),
      ]),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Forgets what was sent so long ago that no workflow asks for it any more; returns how many. */
export async function pruneSentOrders(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db.deleteFrom('sent_orders').where('at', '<', daysAgo(olderThanDays)).executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Forgets the keys of changes so old that no workflow can repeat them; returns how many. */
export async function pruneChanges(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db.deleteFrom('changes').where('at', '<', daysAgo(olderThanDays)).executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/**
 * Forgets calls of stages made that long ago; returns how many. A stage lasts 24 h at most, so nobody waits for them: the
 * end they hold is in the stage's own row and log.
 */
export async function pruneStageCalls(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db
    .deleteFrom('stage_calls')
    .where('begun_at', '<', daysAgo(olderThanDays))
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/**
 * Removes the logs of stages that ended that long ago; returns of how many stages. What may still be looked at or gone
 * back to keeps its log (S1.13): what runs somewhere and the good one before it, what is on its way or waits for
 * somebody, and everything of a release that reached a later environment.
 */
export async function pruneStageLogs(db: Kysely<Database>, olderThanDays: number): Promise<number> {
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
    .limit(AT_ONCE)
    .execute()
  if (stages.length === 0) return 0
  const keys = stages.map(({ key }) => key)
  await db.deleteFrom('stage_logs').where('key', 'in', keys).execute()
  return keys.length
}

const AT_ONCE = 500
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
