import { type Kysely, type Selectable, sql } from 'kysely'
import { at } from '../../domain/at.js'
import type { AppName, DeploymentId } from '../../domain/identifiers.js'
import type { HostWait } from '../../domain/runs-on.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import type { Database, EnvironmentsTable } from '../tables.js'
import { loadDeployments } from './deployments.js'
import { hostWait } from './host-waits.js'

export type EnvironmentRow = Selectable<EnvironmentsTable> & { readonly waits: HostWait | null }

/** The environments of an app as they stand now, previews included, lowest first. */
export async function readEnvironments(
  db: Kysely<Database>,
  app: AppName,
): Promise<readonly EnvironmentView[]> {
  const rows = await loadEnvironments(db, [app])
  const ids = deploymentsOf(rows)
  const deployments =
    ids.length === 0 ? [] : await loadDeployments(db, (row) => row('deployments.id', 'in', ids))
  const now = new Date().toISOString()
  return rows.map((row) => at(environmentView(row, deployments), now))
}

/** The environments of some apps, lowest first, in one query. */
export async function loadEnvironments(
  db: Kysely<Database>,
  apps: readonly AppName[],
): Promise<readonly EnvironmentRow[]> {
  return db
    .selectFrom('environments')
    .selectAll()
    .select(
      hostWait(sql`host_waits.app = environments.app and host_waits.environment = environments.name`).as(
        'waits',
      ),
    )
    .where('app', 'in', apps)
    .orderBy('position')
    .orderBy('name')
    .execute()
}

/** The deployments that these environments show. */
export function deploymentsOf(rows: readonly EnvironmentRow[]): readonly DeploymentId[] {
  return rows.flatMap((row) => [row.current_deployment, row.detail.rollbackTo]).filter((id) => id !== null)
}

/** An environment with its deployments, taken out of those that were loaded. */
export function environmentView(
  row: EnvironmentRow,
  deployments: readonly DeploymentView[],
): EnvironmentView {
  const find = (id: DeploymentId | null): DeploymentView | null =>
    deployments.find((deployment) => deployment.id === id) ?? null
  const { app, name, position, mode, state, lock, hold, freeze, detail, waits } = row
  return {
    ...{ app, name, position, mode, state, lock, hold, freeze, detail, waits },
    setupRequired: row.setup_required,
    current: find(row.current_deployment),
    rollbackTo: find(row.detail.rollbackTo),
    expiresAt: row.expires_at?.toISOString() ?? null,
  }
}
