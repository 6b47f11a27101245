import type { Transaction } from 'kysely'
import type { EnvironmentRecord } from '../../domain/change.js'
import type { AppName, ReleaseId } from '../../domain/identifiers.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** How many releases one change of an environment may make stale: the newest ones with something to do there. */
const MOST_CARDS = 50

/** Writes an environment unless a newer record stands there; returns the releases whose cards show it. */
export async function writeEnvironment(
  trx: Transaction<Database>,
  app: AppName,
  environment: EnvironmentRecord | null,
): Promise<readonly (ReleaseId | null)[]> {
  if (environment === null) return []
  const left = await currentRelease(trx, app, environment)
  const values = {
    position: environment.position,
    mode: environment.mode,
    state: environment.state,
    setup_required: environment.setupRequired,
    current_deployment: environment.currentDeployment,
    lock: environment.lock === null ? null : toJson(environment.lock),
    hold: environment.hold === null ? null : toJson(environment.hold),
    freeze: environment.freeze === null ? null : toJson(environment.freeze),
    expires_at: environment.expiresAt,
    generation: environment.generation,
    detail: toJson(environment.detail),
    seq: environment.seq,
  }
  await trx
    .insertInto('environments')
    .values({ app, name: environment.name, ...values })
    .onConflict((conflict) =>
      conflict.columns(['app', 'name']).doUpdateSet(values).where('environments.seq', '<', environment.seq),
    )
    .execute()
  return [...left, ...(await currentRelease(trx, app, environment)), ...(await busy(trx, app, environment))]
}

type Place = Pick<EnvironmentRecord, 'name'>

async function currentRelease(
  trx: Transaction<Database>,
  app: AppName,
  { name }: Place,
): Promise<readonly (ReleaseId | null)[]> {
  const rows = await trx
    .selectFrom('environments')
    .innerJoin('deployments', 'deployments.id', 'environments.current_deployment')
    .where('environments.app', '=', app)
    .where('environments.name', '=', name)
    .select('deployments.release_id')
    .execute()
  return rows.map(({ release_id }) => release_id)
}

async function busy(
  trx: Transaction<Database>,
  app: AppName,
  { name }: Place,
): Promise<readonly (ReleaseId | null)[]> {
  const rows = await trx
    .selectFrom('deployments')
    .innerJoin('releases', 'releases.id', 'deployments.release_id')
    .where('deployments.app', '=', app)
    .where('deployments.environment', '=', name)
    .where('deployments.state', 'in', ['prepared', 'queued', 'running', 'failed', 'awaiting_acceptance'])
    .where('releases.state', '=', 'open')
    .orderBy('deployments.number', 'desc')
    .limit(MOST_CARDS)
    .select('deployments.release_id')
    .execute()
  return rows.map(({ release_id }) => release_id)
}
