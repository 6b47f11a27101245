import type { Selectable, Transaction } from 'kysely'
import type { EnvironmentRecord } from '../../domain/change.js'
import type { AppName, ReleaseId } from '../../domain/identifiers.js'
import type { Setback } from '../../domain/reasons.js'
import { toJson } from '../storable.js'
import type { Database, EnvironmentsTable } from '../tables.js'

/** How many releases one change of an environment may mark stale at once: the newest ones with something in progress there. */
const MOST_CARDS = 50
/** How many more are rendered again one by one, newest first, when it is locked, frozen, paused or opened. */
const MOST_IDLE_CARDS = 250

/** The releases whose cards show an environment. */
export interface ShownOn {
  readonly now: readonly (ReleaseId | null)[]
  /** Releases without anything in progress there: their text and buttons only show whether it is closed. */
  readonly idle: readonly ReleaseId[]
}

/** Writes an environment unless a newer record exists; returns the releases whose cards show what changed. */
export async function writeEnvironment(
  trx: Transaction<Database>,
  app: AppName,
  environment: EnvironmentRecord | null,
): Promise<ShownOn> {
  if (environment === null) return { now: [], idle: [] }
  const left = await currentRelease(trx, app, environment)
  const before = await shownIn(trx, app, environment)
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
  const after = await shownIn(trx, app, environment)
  const now = [
    ...left,
    ...(await currentRelease(trx, app, environment)),
    ...(await busy(trx, app, environment)),
    ...changed(before.setbacks, after.setbacks),
  ]
  return { now, idle: before.closed === after.closed ? [] : await closable(trx, app) }
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

interface ShownState {
  readonly setbacks: readonly Setback[]
  /** What closes it, as one text. No card shows a preview. */
  readonly closed: string
}

async function shownIn(trx: Transaction<Database>, app: AppName, { name }: Place): Promise<ShownState> {
  const row = await trx
    .selectFrom('environments')
    .where('app', '=', app)
    .where('name', '=', name)
    .select(['lock', 'freeze', 'hold', 'detail'])
    .executeTakeFirst()
  const { lock = null, freeze = null, hold = null, detail } = row ?? {}
  const isShown = detail !== undefined && !detail.preview
  return {
    setbacks: detail?.setbacks ?? [],
    closed: JSON.stringify(isShown ? [lock, freeze, hold, detail.lostHost] : [null, null, null, null]),
  }
}

/** See `showsClosures`. */
async function closable(trx: Transaction<Database>, app: AppName): Promise<readonly ReleaseId[]> {
  const rows = await trx
    .selectFrom('releases')
    .where('app', '=', app)
    .where((row) => row.or([row('state', '=', 'open'), row('rolled_back', '=', true)]))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_IDLE_CARDS)
    .select('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** The releases whose setbacks changed in the environment: their cards show them, even with nothing in progress there (U.13). */
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
