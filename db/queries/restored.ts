/** What must exist elsewhere according to a restored database: artifacts, and running workflows. */
import type { Kysely } from 'kysely'
import type { AppName, ArtifactDigest, EnvironmentName, ReleaseId } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** An artifact that an environment runs, or could be rolled back to. */
export interface NeededArtifact {
  readonly digest: ArtifactDigest
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly runs: boolean
}

/** One row per artifact and environment, what runs first. */
export async function neededArtifacts(db: Kysely<Database>): Promise<readonly NeededArtifact[]> {
  const rows = await db
    .selectFrom('environments')
    .innerJoin('deployments', (join) =>
      join
        .onRef('deployments.app', '=', 'environments.app')
        .onRef('deployments.environment', '=', 'environments.name'),
    )
    .select(({ fn, eb, ref }) => [
      'deployments.artifact_digest as digest',
      'environments.app',
      'environments.name as environment',
      fn
        .agg<boolean>('bool_or', [
          eb(ref('deployments.id'), 'is not distinct from', ref('environments.current_deployment')),
        ])
        .as('runs'),
    ])
    .where('deployments.artifact_digest', 'is not', null)
    .where((row) =>
      row.or([
        row('deployments.state', '=', 'accepted'),
        row('deployments.id', '=', row.ref('environments.current_deployment')),
      ]),
    )
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('artifacts')
            .select('digest')
            .whereRef('artifacts.digest', '=', 'deployments.artifact_digest')
            .where('artifacts.removed_at', 'is not', null),
        ),
      ),
    )
    .groupBy(['deployments.artifact_digest', 'environments.app', 'environments.name'])
    .orderBy('runs', 'desc')
    .orderBy('environments.app')
    .orderBy('environments.name')
    .execute()
  return rows.flatMap(({ digest, ...row }) => (digest === null ? [] : [{ ...row, digest }]))
}

/** Environments and open releases: each has a workflow that runs for as long as it exists. */
export async function livingOwners(db: Kysely<Database>): Promise<{
  readonly environments: readonly { readonly app: AppName; readonly name: EnvironmentName }[]
  readonly releases: readonly { readonly app: AppName; readonly id: ReleaseId }[]
}> {
  const environments = await db
    .selectFrom('environments')
    .select(['app', 'name'])
    .where('state', '!=', 'absent')
    .orderBy('app')
    .orderBy('position')
    .execute()
  const releases = await db
    .selectFrom('releases')
    .select(['app', 'id'])
    .where('state', '=', 'open')
    .where('cut_at', 'is not', null)
    .orderBy('id')
    .execute()
  return { environments, releases }
}
