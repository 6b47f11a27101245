import type { Kysely } from 'kysely'
import type { AppName, CommitSha, EnvironmentName, Version } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** The commit and version that run in an environment, null when there is none. */
export async function whatRuns(
  db: Kysely<Database>,
  app: AppName,
  environment: EnvironmentName,
): Promise<{ readonly commit: CommitSha; readonly version: Version | null } | null> {
  const row = await db
    .selectFrom('environments')
    .innerJoin('deployments', 'deployments.id', 'environments.current_deployment')
    .leftJoin('releases', 'releases.id', 'deployments.release_id')
    .select(['deployments.commit', 'releases.version'])
    .where('environments.app', '=', app)
    .where('environments.name', '=', environment)
    .executeTakeFirst()
  return row ?? null
}
