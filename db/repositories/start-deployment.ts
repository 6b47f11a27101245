import { type Kysely, sql, type Transaction } from 'kysely'
import type {
  AppName,
  ArtifactDigest,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
} from '../../domain/identifiers.js'
import { type DeploymentState, deploymentMoves } from '../../domain/states.js'
import type { Database } from '../tables.js'
import { inTransaction } from '../transaction.js'
import { touchCards } from './cards.js'
import { reportDeployments } from './report-changes.js'

/** A deployment attempt that is about to begin. */
export interface StartOrder {
  readonly id: DeploymentId
  readonly attempt: number
  readonly at: string
  /** What is about to be deployed: exactly what was recorded when it was prepared. */
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
}

/** Whether the attempt may touch anything. */
export type Started =
  | { readonly kind: 'started'; readonly number: number }
  | { readonly kind: 'release-deleted' }
  | { readonly kind: 'not-queued'; readonly state: DeploymentState | null }
  | { readonly kind: 'not-approved'; readonly have: number; readonly need: number }

interface Found {
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly number: number
  readonly state: DeploymentState
  readonly attempt: number
  readonly release_id: ReleaseId | null
  readonly commit: CommitSha
  readonly artifact_digest: ArtifactDigest | null
  readonly needs: number
}

/**
 * Moves a deployment to running, in one transaction that locks the release's row, so that of a deletion and this start exactly
 * one wins. Repeating the same attempt returns `started` again. Throws while another deployment runs in the environment. The link
 * is written when the first stage starts (`write-links.ts`).
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
    await endLeftStages(trx, found, order)
    await touchCards(trx, [found.release_id])
    await reportDeployments(trx, [order.id])
    return { kind: 'started', number: found.number }
  })
}

/** How many deployments of an environment are checked: each start ends what was left before it. */
const MOST_BEFORE = 50

/**
 * If a stage's workflow was ended from outside, nothing records the stage's end. From now on nothing of an earlier deployment
 * runs in the environment (S4.10).
 */
async function endLeftStages(
  trx: Transaction<Database>,
  { app, environment }: Found,
  { id, at }: StartOrder,
): Promise<void> {
  await trx
    .updateTable('stage_runs')
    .set({
      verdict: 'failed',
      tail: sql<string>`tail || ${'[slipway: nobody heard how it ended]\n'}`,
      finished_at: at,
    })
    .where('verdict', 'is', null)
    .where('deployment_id', 'in', (before) =>
      before
        .selectFrom('deployments')
        .select('deployments.id')
        .where('app', '=', app)
        .where('environment', '=', environment)
        .where('deployments.id', '!=', id)
        .orderBy('number', 'desc')
        .limit(MOST_BEFORE),
    )
    .execute()
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
    .select(['number', 'app', 'environment', 'state', 'attempt', 'release_id', 'commit'])
    .select(['artifact_digest', 'needs'])
    .where('id', '=', id)
    .forNoKeyUpdate()
    .executeTakeFirst()
  return row ?? null
}

const isSame = (found: Found, { commit, artifactDigest }: StartOrder): boolean =>
  found.commit === commit && found.artifact_digest === artifactDigest

/** Only those that were given by an order in the inbox. */
async function countApprovals(trx: Transaction<Database>, deployment: DeploymentId): Promise<number> {
  const { have } = await trx
    .selectFrom('approvals')
    .select((row) => row.fn.countAll<string>().as('have'))
    .where('deployment_id', '=', deployment)
    .where('order_key', 'is not', null)
    .executeTakeFirstOrThrow()
  return Number(have)
}
