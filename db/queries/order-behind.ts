/** The order that something is done for: the last one that a person, the forge or the clock gave about it. */
import { type Kysely, sql } from 'kysely'
import type { AppName, DeploymentId, EnvironmentName, ReleaseId } from '../../domain/identifiers.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

export interface Whereabouts {
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly release: ReleaseId | null
  readonly preparedAt: Date
}

/** The app, environment and release of a deployment; null: there is no such deployment. */
export async function whereaboutsOf(
  db: Kysely<Database>,
  deployment: DeploymentId,
): Promise<Whereabouts | null> {
  const row = await db
    .selectFrom('deployments')
    .select(['app', 'environment', 'release_id as release', 'prepared_at as preparedAt'])
    .where('id', '=', deployment)
    .executeTakeFirst()
  return row ?? null
}

/** The app of a release; null: there is no such release. */
export async function appOfRelease(db: Kysely<Database>, release: ReleaseId): Promise<AppName | null> {
  const row = await db.selectFrom('releases').select('app').where('id', '=', release).executeTakeFirst()
  return row?.app ?? null
}

/** Which orders count. */
export interface WhichOrders {
  /** Sent to one of these. */
  readonly workflows: readonly string[]
  /** Only about this deployment, if given. */
  readonly deployment?: DeploymentId
  /** Sent until then, if given. */
  readonly until?: Date
  /** Sent within the last so many milliseconds, if given. */
  readonly withinMs?: number
}

/** The inbox key of the newest matching order that has one; null: none. */
export async function newestOrder(
  db: Kysely<Database>,
  { workflows, deployment, until, withinMs }: WhichOrders,
): Promise<string | null> {
  let query = db
    .selectFrom('sent_orders')
    .select('inbox_key')
    .where('workflow', '=', anyOf(workflows))
    .where('inbox_key', 'is not', null)
  if (deployment !== undefined) query = query.where('deployment', '=', deployment)
  if (until !== undefined) query = query.where('at', '<=', until)
  if (withinMs !== undefined)
    query = query.where('at', '>', sql<Date>`clock_timestamp() - ${withinMs} * interval '1 millisecond'`)
  const row = await query.orderBy('at', 'desc').limit(1).executeTakeFirst()
  return row?.inbox_key ?? null
}
