import type { Kysely, Transaction } from 'kysely'
import type {
  AppName,
  ArtifactDigest,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../../domain/identifiers.js'
import { type DeploymentState, deploymentMoves } from '../../domain/states.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { appendAudit } from './audit.js'
import { touchCards } from './cards.js'
import { reportDeployments } from './report-changes.js'

/** The link that this start makes; `from` null finds the nearest environment below that the release was deployed to. */
export interface LinkOrder {
  readonly from: EnvironmentName | null
  readonly to: EnvironmentName
}

/** A deployment's attempt that is about to begin. */
export interface StartOrder {
  readonly id: DeploymentId
  readonly attempt: number
  readonly at: string
  readonly by: UserId
  /** Null: the target makes no link, as the first level and previews. */
  readonly link: LinkOrder | null
  /** What is about to be put there: exactly what was written down when it was prepared. */
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
  /** Unique for ever; of the audit line. */
  readonly key: string
}

/** Whether the attempt may touch anything. */
export type Started =
  | { readonly kind: 'started'; readonly number: number }
  | { readonly kind: 'release-deleted' }
  | { readonly kind: 'not-queued'; readonly state: DeploymentState | null }
  | { readonly kind: 'not-approved'; readonly have: number; readonly need: number }

interface Found {
  readonly app: AppName
  readonly number: number
  readonly state: DeploymentState
  readonly attempt: number
  readonly release_id: ReleaseId | null
  readonly commit: CommitSha
  readonly artifact_digest: ArtifactDigest | null
  readonly needs: number
}

/**
 * The last moment before anything is touched: moves a deployment to running and links its release, in one transaction
 * that holds the release's row, so that of a deletion and this start exactly one wins. A repeat of the same attempt is
 * told `started` again. Throws while another deployment runs in the environment.
 */
export async function startDeployment(db: Kysely<Database>, order: StartOrder): Promise<Started> {
  return inTransaction(db, async (trx) => {
    const release = await lockRelease(trx, order.id)
    if (release?.deleted) return { kind: 'release-deleted' }
    const found = await lockDeployment(trx, order.id)
    if (found === null || !isSame(found, order)) return { kind: 'not-queued', state: null }
    if (found.state === 'running' && found.attempt === order.attempt) {
      return { kind: 'started', number: found.number }
    }
    if (!deploymentMoves.running.includes(found.state)) return { kind: 'not-queued', state: found.state }
    const have = await countApprovals(trx, order.id)
    if (have < found.needs) return { kind: 'not-approved', have, need: found.needs }

    await trx
      .updateTable('deployments')
      .set({
        state: 'running',
        attempt: order.attempt,
        started_at: order.at,
        finished_at: null,
        failed_stage: null,
        note: null,
      })
      .where('id', '=', order.id)
      .execute()
    await touchCards(trx, [found.release_id])
    await link(trx, order, found)
    await reportDeployments(trx, [order.id])
    return { kind: 'started', number: found.number }
  })
}

async function lockRelease(
  trx: Transaction<Database>,
  deployment: DeploymentId,
): Promise<{ readonly deleted: boolean } | null> {
  const row = await trx
    .selectFrom('releases')
    .select('deleted_at')
    .where('id', '=', (eb) =>
      eb.selectFrom('deployments').select('release_id').where('deployments.id', '=', deployment),
    )
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? null : { deleted: row.deleted_at !== null }
}

async function lockDeployment(trx: Transaction<Database>, id: DeploymentId): Promise<Found | null> {
  const row = await trx
    .selectFrom('deployments')
    .select([
      ...(['app', 'number', 'state', 'attempt', 'release_id'] as const),
      ...(['commit', 'artifact_digest', 'needs'] as const),
    ])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

const isSame = (found: Found, { commit, artifactDigest }: StartOrder): boolean =>
  found.commit === commit && found.artifact_digest === artifactDigest

/** Those that an order in the inbox stands behind. */
async function countApprovals(trx: Transaction<Database>, deployment: DeploymentId): Promise<number> {
  const { have } = await trx
    .selectFrom('approvals')
    .select((row) => row.fn.countAll<string>().as('have'))
    .where('deployment_id', '=', deployment)
    .where('order_key', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(have)
}

async function link(trx: Transaction<Database>, order: StartOrder, found: Found): Promise<void> {
  const releaseId = found.release_id
  if (order.link === null || releaseId === null) return
  const { to } = order.link
  const from = order.link.from ?? (await nearestBelow(trx, { app: found.app, releaseId, to }))
  const added = await trx
    .insertInto('links')
    .values({
      release_id: releaseId,
      from_environment: from,
      to_environment: to,
      deployment_id: order.id,
      actor: order.by,
      at: order.at,
    })
    .onConflict((conflict) => conflict.columns(['release_id', 'to_environment']).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (added === undefined) return
  await appendAudit(trx, [
    {
      key: `${order.key}/linked`,
      app: found.app,
      kind: 'release.linked',
      at: order.at,
      actor: order.by,
      releaseId,
      deploymentId: order.id,
      environment: to,
      facts: { from, to },
    },
  ])
}

/** Where the release ran, nearest below; for one that skipped every environment below, the app's lowest. */
async function nearestBelow(
  trx: Transaction<Database>,
  {
    app,
    releaseId,
    to,
  }: { readonly app: AppName; readonly releaseId: ReleaseId; readonly to: EnvironmentName },
): Promise<EnvironmentName> {
  const rows = await trx
    .selectFrom('environments')
    .where('app', '=', app)
    .orderBy('position', 'desc')
    .select((eb) => [
      'name',
      eb
        .exists(
          eb
            .selectFrom('deployments')
            .select('deployments.id')
            .where('deployments.release_id', '=', releaseId)
            .whereRef('deployments.environment', '=', 'environments.name')
            .where('deployments.started_at', 'is not', null),
        )
        .as('ran'),
    ])
    .execute()
  const target = rows.findIndex(({ name }) => name === to)
  const below = rows.slice(target + 1)
  const nearest = below.find(({ ran }) => ran) ?? below.at(-1)
  if (nearest === undefined) throw new Error(`Nothing lies below ${to} of ${app}: it cannot be linked.`)
  return nearest.name
}
