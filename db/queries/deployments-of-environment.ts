import type { Kysely } from 'kysely'
import type { AppName, EnvironmentName } from '../../domain/identifiers.js'
import type { DeploymentView } from '../../domain/views.js'
import type { Database } from '../tables.js'
import { loadDeployments } from './deployments.js'

/** The latest deployments of one environment, oldest first. */
export async function deploymentsOfEnvironment(
  db: Kysely<Database>,
  place: { readonly app: AppName; readonly environment: EnvironmentName },
  limit: number,
): Promise<readonly DeploymentView[]> {
  return loadDeployments(db, (row) =>
    row(
      'deployments.id',
      'in',
      row
        .selectFrom('deployments as latest')
        .select('latest.id')
        .where('latest.app', '=', place.app)
        .where('latest.environment', '=', place.environment)
        .orderBy('latest.number', 'desc')
        .limit(limit),
    ),
  )
}
