import { type RawBuilder, sql, type Transaction } from 'kysely'
import type { ApprovalRecord, Change, DeploymentRecord, StageRecord } from '../../domain/change.js'
import type { AppName } from '../../domain/identifiers.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { lockApp } from '../transaction.js'

/**
 * Adds deployments under the app's lock, which allocates their numbers. `before` runs after the lock and before the inserts:
 * every writer locks the app's row before a release's, which prevents deadlocks.
 */
export async function writeNewDeployments(
  trx: Transaction<Database>,
  { app, newDeployments }: Pick<Change, 'app' | 'newDeployments'>,
  before: () => Promise<void>,
): Promise<void> {
  if (newDeployments.length > 0) await lockApp(trx, app)
  await before()
  for (const deployment of newDeployments) await writeDeployment(trx, app, deployment)
}

async function writeDeployment(
  trx: Transaction<Database>,
  app: AppName,
  deployment: DeploymentRecord,
): Promise<void> {
  const newest = await trx
    .selectFrom('deployments')
    .select((row) => row.fn.max('number').as('number'))
    .where('app', '=', app)
    .executeTakeFirst()
  await trx
    .insertInto('deployments')
    .values({
      id: deployment.id,
      app,
      number: (newest?.number ?? 0) + 1,
      environment: deployment.environment,
      kind: deployment.kind,
      release_id: deployment.releaseId,
      candidate: deployment.candidate,
      commit: deployment.commit,
      artifact_digest: deployment.artifactDigest,
      state: 'prepared',
      requested_by: deployment.requestedBy,
      needs: deployment.needs,
      approvers: toJson(deployment.approvers),
      override: deployment.override === null ? null : storableText(deployment.override),
      config_hash: deployment.configHash,
      attempt: 0,
      prepared_at: deployment.at,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute()
}

/** One approval per person and deployment; the first counts, until it lapses. Its order is stored only if sent, as proof. */
export async function writeApprovals(
  trx: Transaction<Database>,
  approvals: readonly ApprovalRecord[],
): Promise<void> {
  for (const { deploymentId, user } of approvals.filter(({ counts }) => !counts)) {
    await trx
      .deleteFrom('approvals')
      .where('deployment_id', '=', deploymentId)
      .where('user_id', '=', user)
      .execute()
  }
  const given = approvals.filter(({ counts }) => counts)
  if (given.length === 0) return
  await trx
    .insertInto('approvals')
    .values(
      given.map((approval) => ({
        deployment_id: approval.deploymentId,
        user_id: approval.user,
        at: approval.at,
        comment: approval.comment === null ? null : storableText(approval.comment),
        order_key: sentOrder(approval),
      })),
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** The key of the order, if it was sent by this person, about this deployment. */
const sentOrder = ({ order, user, deploymentId }: ApprovalRecord): RawBuilder<string | null> => sql<
  string | null
>`(
  select min(key) from sent_orders
  where key = ${order} and verb = 'approve' and "by" = ${user} and deployment = ${deploymentId})`

/** Adds stage runs and their results; one that ended never runs again under the same key. */
export async function writeStages(trx: Transaction<Database>, stages: readonly StageRecord[]): Promise<void> {
  for (const stage of stages) {
    const end = {
      verdict: stage.verdict,
      exit_code: stage.exitCode,
      tail: storableText(stage.tail),
      finished_at: stage.finishedAt,
    }
    await trx
      .insertInto('stage_runs')
      .values({
        ...end,
        key: stage.key,
        app: stage.app,
        environment: stage.environment,
        deployment_id: stage.deploymentId,
        attempt: stage.attempt,
        stage: stage.stage,
        run: stage.run,
        host: stage.host,
        started_at: stage.startedAt,
      })
      .onConflict((conflict) =>
        conflict.column('key').doUpdateSet(end).where('stage_runs.finished_at', 'is', null),
      )
      .execute()
  }
}
