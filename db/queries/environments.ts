import { type Kysely, type Selectable, sql } from 'kysely'
import { at } from '../../domain/at.js'
import type { AppName, DeploymentId } from '../../domain/identifiers.js'
import type { HostWait } from '../../domain/runs-on.js'
import type { DeploymentView, EnvironmentView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import type { Database, EnvironmentsTable } from '../tables.js'
import { loadDeployments } from './deployments.js'
import { hostWait } from './host-waits.js'

export type EnvironmentRow = Selectable<EnvironmentsTable> & { readonly waits: HostWait | null }

/** The environments of some apps in their present state, grouped by app, previews included, lowest first, in two queries. */
export async function readEnvironments(
  db: Kysely<Database>,
  ...apps: readonly AppName[]
): Promise<readonly EnvironmentView[]> {
  const rows = await loadEnvironments(db, apps)
  const ids = deploymentsOf(rows)
  const deployments =
    ids.length === 0 ? [] : await loadDeployments(db, (row) => row('deployments.id', '=', anyOf(ids)))
  const now = new Date().toISOString()
  return rows.map((row) => at(environmentView(row, deployments), now))
}

/** The environments of some apps, grouped by app, lowest first, in one query. */
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
    .where('app', '=', anyOf(apps))
    .orderBy(sql`array_position(${apps}::text[], app)`)
    .orderBy('position')
    .orderBy('name')
    .execute()
}

/** An environment that a workflow has written at least once, and its state. */
export interface UsedEnvironment extends Pick<EnvironmentRow, 'app' | 'name' | 'state'> {
  /** A preview that has no place yet. */
  readonly waits: boolean
}

/** All of them, always in the same order. */
export async function usedEnvironments(db: Kysely<Database>): Promise<readonly UsedEnvironment[]> {
  return db
    .selectFrom('environments')
    .select(['app', 'name', 'state'])
    .select(sql<boolean>`coalesce(detail->'place'->>'granted' = 'false', false)`.as('waits'))
    .where('seq', '>', 0)
    .orderBy('app')
    .orderBy('name')
    .execute()
}

/** Each used environment with a text that differs after every change to it or to what was deployed there. */
export async function environmentVersions(
  db: Kysely<Database>,
): Promise<readonly (Pick<EnvironmentRow, 'app' | 'name'> & { readonly version: string })[]> {
  return db
    .selectFrom('environments')
    .select(['app', 'name'])
    .select(
      sql<string>`concat(seq, ' ', (select max(id) from audit
        where audit.app = environments.app and audit.environment = environments.name))`.as('version'),
    )
    .where('seq', '>', 0)
    .execute()
}

/** The deployments that these environments show. */
export function deploymentsOf(rows: readonly EnvironmentRow[]): readonly DeploymentId[] {
  return rows.flatMap((row) => [row.current_deployment, row.detail.rollbackTo]).filter((id) => id !== null)
}

/** An environment with its deployments, taken from the loaded ones. */
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
