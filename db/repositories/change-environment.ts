import type { Selectable, Transaction } from 'kysely'
import type { EnvironmentRecord } from '../../domain/change.js'
import type { AppName, ReleaseId } from '../../domain/identifiers.js'
import type { Setback } from '../../domain/reasons.js'
import { toJson } from '../storable.js'
import type { Database, EnvironmentsTable } from '../tables.js'

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
  const remembered = await setbacksIn(trx, app, environment)
  const { lock, hold, freeze, detail, ...plain } = environmentValues(environment)
  const values = {
    ...plain,
    lock: lock && toJson(lock),
    hold: hold && toJson(hold),
    freeze: freeze && toJson(freeze),
    detail: toJson(detail),
  }
  await trx
    .insertInto('environments')
    .values({ app, name: environment.name, ...values })
    .onConflict((conflict) =>
      conflict.columns(['app', 'name']).doUpdateSet(values).where('environments.seq', '<', environment.seq),
    )
    .execute()
  return [
    ...left,
    ...(await currentRelease(trx, app, environment)),
    ...(await busy(trx, app, environment)),
    ...changed(remembered, await setbacksIn(trx, app, environment)),
  ]
}

/** The columns of an environment besides its key. */
export function environmentValues(record: EnvironmentRecord): Omit<
  Selectable<EnvironmentsTable>,
  'app' | 'name' | 'expires_at'
> & {
  readonly expires_at: string | null
} {
  const { position, mode, state, lock, hold, freeze, generation, detail, seq } = record
  return {
    ...{ position, mode, state, lock, hold, freeze, generation, detail, seq },
    setup_required: record.setupRequired,
    current_deployment: record.currentDeployment,
    expires_at: record.expiresAt,
  }
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

async function setbacksIn(
  trx: Transaction<Database>,
  app: AppName,
  { name }: Place,
): Promise<readonly Setback[]> {
  const row = await trx
    .selectFrom('environments')
    .where('app', '=', app)
    .where('name', '=', name)
    .select('detail')
    .executeTakeFirst()
  return row?.detail.setbacks ?? []
}

/** The releases of which the environment remembers something else now: their cards say it, also when they are not busy there (U.13). */
function changed(before: readonly Setback[], now: readonly Setback[]): readonly (ReleaseId | null)[] {
  const isIn = (list: readonly Setback[], one: Setback): boolean =>
    list.some((other) => standing(other) === standing(one))
  return [...before.filter((one) => !isIn(now, one)), ...now.filter((one) => !isIn(before, one))].map(
    ({ releaseId }) => releaseId,
  )
}

const standing = ({ deploymentId, failed, rolledBack }: Setback): string =>
  [deploymentId, failed?.at, rolledBack?.at].join()

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
