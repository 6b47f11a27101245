import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely'
import type { DeploymentId, EnvironmentName } from '../../domain/identifiers.js'
import type { DeploymentView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { approvalView, type DeploymentRow, deploymentView, stageView } from '../rows.js'
import type { Database } from '../tables.js'
import { hostWait } from './host-waits.js'

/** Selects deployments: a condition over deployments and, if they have one, their releases. */
export type DeploymentFilter = (row: ExpressionBuilder<Database, 'deployments'>) => Expression<SqlBool>

/** Deployments with their approvals and stages, oldest first: three queries, however many there are. */
export async function loadDeployments(
  db: Kysely<Database>,
  filter: DeploymentFilter,
): Promise<readonly DeploymentView[]> {
  const rows = await db
    .selectFrom('deployments')
    .leftJoin('releases', 'releases.id', 'deployments.release_id')
    .selectAll('deployments')
    .select([
      'releases.version',
      'releases.released_at',
      'releases.deleted_at',
      'releases.deleted_by',
      sql<readonly EnvironmentName[]>`array(
        select to_environment from links where links.release_id = deployments.release_id
        group by to_environment order by min(id))`.as('linked_to'),
      hostWait(sql`deployments.state = 'running' and host_waits.deployment_id = deployments.id`).as('waits'),
    ])
    .where((row) => filter(row))
    .orderBy('deployments.number')
    .execute()
  return withParts(db, rows)
}

async function withParts(
  db: Kysely<Database>,
  rows: readonly DeploymentRow[],
): Promise<readonly DeploymentView[]> {
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const approvals = await db
    .selectFrom('approvals')
    .selectAll()
    .where('deployment_id', '=', anyOf(ids))
    .orderBy('at')
    .execute()
  const stages = await db
    .selectFrom('stage_runs')
    .selectAll()
    .where('deployment_id', '=', anyOf(ids))
    .orderBy('started_at')
    .orderBy('run')
    .execute()
  const approvalsOf = groupBy(approvals)
  const stagesOf = groupBy(stages)
  return rows.map((row) =>
    deploymentView(row, {
      approvals: (approvalsOf.get(row.id) ?? []).map(approvalView),
      stages: (stagesOf.get(row.id) ?? []).map(stageView),
    }),
  )
}

function groupBy<Row extends { readonly deployment_id: DeploymentId | null }>(
  rows: readonly Row[],
): ReadonlyMap<DeploymentId | null, readonly Row[]> {
  const groups = new Map<DeploymentId | null, Row[]>()
  for (const row of rows) {
    const group = groups.get(row.deployment_id)
    if (group === undefined) groups.set(row.deployment_id, [row])
    else group.push(row)
  }
  return groups
}

/** One deployment, `null` when there is none with that id. */
export async function readDeployment(db: Kysely<Database>, id: DeploymentId): Promise<DeploymentView | null> {
  const [deployment] = await loadDeployments(db, (row) => row('deployments.id', '=', id))
  return deployment ?? null
}
