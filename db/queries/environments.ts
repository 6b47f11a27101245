import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { AppName, DeploymentId } from '../../domain/identifiers.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import type { Database, EnvironmentsTable } from '../tables.js'
import { loadDeployments } from './deployments.js'

/** An environment and the deployment a rollback would go back to. */
export type EnvironmentRow = Selectable<EnvironmentsTable> & { readonly previous: DeploymentId | null }

/** The environments of an app, previews included, lowest first. */
export async function readEnvironments(
  db: Kysely<Database>,
  app: AppName,
): Promise<readonly EnvironmentView[]> {
  const rows = await loadEnvironments(db, [app])
  const ids = deploymentsOf(rows)
  if (ids.length === 0) return rows.map((row) => environmentView(row, []))
  const deployments = await loadDeployments(db, (row) => row('deployments.id', 'in', ids))
  return rows.map((row) => environmentView(row, deployments))
}

/** The environments of some apps, lowest first, in one query. */
export async function loadEnvironments(
  db: Kysely<Database>,
  apps: readonly AppName[],
): Promise<readonly EnvironmentRow[]> {
  return db
    .selectFrom('environments')
    .leftJoin('deployments as now', 'now.id', 'environments.current_deployment')
    .selectAll('environments')
    .select(previousDeployment().as('previous'))
    .where('environments.app', 'in', apps)
    .orderBy('environments.position')
    .orderBy('environments.name')
    .execute()
}

/**
 * The last one accepted there before the current one, of other bytes. What runs after a rollback counts from when it
 * first ran: rolling back again must go further back, never to what was rolled back from.
 */
function previousDeployment(): RawBuilder<DeploymentId | null> {
  return sql<DeploymentId | null>`(
    select before.id from deployments as before
    where before.app = now.app and before.environment = now.environment and before.state = 'accepted'
      and (before.commit, before.artifact_digest) is distinct from (now.commit, now.artifact_digest)
      and before.number < case when now.kind <> 'rollback' then now.number else coalesce((
        select max(first.number) from deployments as first
        where first.app = now.app and first.environment = now.environment and first.state = 'accepted'
          and first.kind <> 'rollback' and first.number < now.number
          and (first.commit, first.artifact_digest) is not distinct from (now.commit, now.artifact_digest)
      ), now.number) end
    order by before.number desc
    limit 1)`
}

/** The deployments that these environments show. */
export function deploymentsOf(rows: readonly EnvironmentRow[]): readonly DeploymentId[] {
  return rows.flatMap((row) => [row.current_deployment, row.previous]).filter((id) => id !== null)
}

/** An environment with its deployments, taken out of those that were loaded. */
export function environmentView(
  row: EnvironmentRow,
  deployments: readonly DeploymentView[],
): EnvironmentView {
  const find = (id: DeploymentId | null): DeploymentView | null =>
    deployments.find((deployment) => deployment.id === id) ?? null
  const { app, name, position, mode, state, lock, hold, freeze, detail } = row
  return {
    ...{ app, name, position, mode, state, lock, hold, freeze, detail },
    setupRequired: row.setup_required,
    current: find(row.current_deployment),
    previous: find(row.previous),
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
}
