import type { Transaction } from 'kysely'
import type { StageRecord } from '../../domain/change.js'
import type { DeploymentId } from '../../domain/identifiers.js'
import { linkOrigins } from '../../domain/release/link-origins.js'
import type { Database } from '../tables.js'
import { appendAudit } from './audit.js'

/**
 * The first stage of a promotion links its release (S1.16): from then on the environment is touched. A later stage, attempt or
 * promotion only adds new origins. Throws when the release was deleted in the meantime.
 */
export async function writeLinks(
  trx: Transaction<Database>,
  { key, stages }: { readonly key: string; readonly stages: readonly StageRecord[] },
): Promise<void> {
  for (const { deploymentId, startedAt, finishedAt } of stages) {
    if (deploymentId === null || finishedAt !== null) continue
    const promoted = await promotedRelease(trx, deploymentId)
    if (promoted !== null) await link(trx, { ...promoted, deploymentId, at: startedAt, key })
  }
}

/** Null for pushes, for rollbacks and repeats, and for what has no release. */
async function promotedRelease(trx: Transaction<Database>, id: DeploymentId) {
  const row = await trx
    .selectFrom('deployments')
    .innerJoin('releases', 'releases.id', 'deployments.release_id')
    .select([
      'deployments.app',
      'deployments.environment',
      'deployments.candidate',
      'deployments.requested_by',
      'releases.id as release',
      'releases.detail',
    ])
    .where('deployments.id', '=', id)
    .where('deployments.kind', '=', 'promote')
    .executeTakeFirst()
  return row ?? null
}

type Promoted = NonNullable<Awaited<ReturnType<typeof promotedRelease>>> & {
  readonly deploymentId: DeploymentId
  readonly at: string
  readonly key: string
}

async function link(trx: Transaction<Database>, promoted: Promoted): Promise<void> {
  const { app, environment: to, requested_by: actor, release, deploymentId, at, key } = promoted
  for (const from of await originsOf(trx, promoted)) {
    const added = await trx
      .insertInto('links')
      .values({
        release_id: release,
        from_environment: from,
        to_environment: to,
        deployment_id: deploymentId,
        actor,
        at,
      })
      .onConflict((conflict) =>
        conflict.columns(['release_id', 'from_environment', 'to_environment']).doNothing(),
      )
      .returning('id')
      .executeTakeFirst()
    if (added === undefined) continue
    await appendAudit(trx, [
      {
        ...{ key: `${key}/linked/${from}`, app, kind: 'release.linked', at, actor },
        ...{ releaseId: release, deploymentId, environment: to, facts: { from, to } },
      },
    ])
  }
}

async function originsOf(trx: Transaction<Database>, { release, environment, candidate, detail }: Promoted) {
  const rows = await trx
    .selectFrom('deployments')
    .select(['environment', 'candidate', 'state', 'started_at'])
    .where('release_id', '=', release)
    .execute()
  const ran = rows.map(({ started_at, ...row }) => ({ ...row, started: started_at !== null }))
  return linkOrigins({ bound: detail.bound, to: environment, candidate }, ran)
}
