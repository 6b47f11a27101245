import type { Kysely } from 'kysely'
import type { AppName, ChannelId, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'
import { loadDeployments } from './deployments.js'

/** A deployment that waits for people: prepared for its approvals, or deployed for its acceptance. */
export interface WaitingView {
  readonly app: AppName
  readonly deployment: DeploymentView
  /** Null for a push. */
  readonly release: {
    readonly id: ReleaseId
    readonly title: string
    readonly version: string | null
    readonly channel: ChannelId
  } | null
}

const MOST = 200

/** What waits for people in these apps, longest first, at most 200; `authorize` decides who they are. */
export async function waitingDeployments(
  db: Kysely<Database>,
  apps: readonly AppName[],
): Promise<readonly WaitingView[]> {
  if (apps.length === 0) return []
  const rows = await db
    .selectFrom('deployments')
    .leftJoin('releases', 'releases.id', 'deployments.release_id')
    .where('deployments.app', '=', anyOf(apps))
    .where('deployments.state', 'in', ['prepared', 'awaiting_acceptance'])
    .orderBy('deployments.prepared_at')
    .limit(MOST)
    .select([
      'deployments.id',
      'deployments.app',
      'releases.id as release_id',
      'releases.title',
      'releases.version',
      'releases.channel',
    ])
    .execute()
  if (rows.length === 0) return []
  const ids = rows.map(({ id }) => id)
  const deployments = await loadDeployments(db, (row) => row('deployments.id', '=', anyOf(ids)))
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]))
  return rows.flatMap(({ id, app, release_id, title, version, channel }) => {
    const deployment = byId.get(id)
    if (deployment === undefined) return []
    const release =
      release_id === null || title === null || channel === null
        ? null
        : { id: release_id, title, version, channel }
    return [{ app, deployment, release }]
  })
}
