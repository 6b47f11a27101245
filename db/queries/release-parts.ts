import { type Kysely, type Selectable, sql } from 'kysely'
import type { AppName, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentView, EnvironmentView, ReleaseView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { type CandidateRow, candidateView, deletionOf, linkView } from '../rows.js'
import type { Database, LinksTable, ReleasesTable } from '../tables.js'
import { loadDeployments } from './deployments.js'
import { deploymentsOf, environmentView, loadEnvironments } from './environments.js'
import { hostWait } from './host-waits.js'

/** Everything that belongs to some releases. */
export interface ReleaseParts {
  readonly candidates: readonly CandidateRow[]
  readonly links: readonly Selectable<LinksTable>[]
  readonly deployments: readonly DeploymentView[]
  readonly environments: readonly EnvironmentView[]
}

const ON_ITS_WAY: readonly string[] = ['prepared', 'queued', 'running']

/** Reads all parts of these releases, in as many queries as for one. */
export async function loadParts(
  db: Kysely<Database>,
  releases: readonly { readonly id: ReleaseId; readonly app: AppName }[],
): Promise<ReleaseParts> {
  const ids = releases.map(({ id }) => id)
  const candidates = await loadCandidates(db, ids)
  const links = await db
    .selectFrom('links')
    .selectAll()
    .where('release_id', '=', anyOf(ids))
    .orderBy('id')
    .execute()
  const places = await loadEnvironments(db, [...new Set(releases.map(({ app }) => app))])
  const elsewhere = deploymentsOf(places)
  const deployments = await loadDeployments(db, (row) =>
    row.or([row('deployments.release_id', '=', anyOf(ids)), row('deployments.id', '=', anyOf(elsewhere))]),
  )
  const environments = places
    .filter(({ detail }) => !detail.preview)
    .map((row) => environmentView(row, deployments))
  return { candidates, links, deployments, environments }
}

async function loadCandidates(
  db: Kysely<Database>,
  ids: readonly ReleaseId[],
): Promise<readonly CandidateRow[]> {
  return db
    .selectFrom('candidates')
    .innerJoin('releases', 'releases.id', 'candidates.release_id')
    .selectAll('candidates')
    .select([
      'releases.version',
      sql<CandidateRow['build']>`(
        select case when build.state = 'succeeded' then null
          else jsonb_build_object('tail', build.tail, 'tests', build.failed_tests) end
        from builds as build
        where build.app = releases.app and build.commit = candidates.commit
        order by build.started_at desc
        limit 1)`.as('build'),
      hostWait(
        sql`candidates.state = 'building' and host_waits.app = releases.app and host_waits.commit = candidates.commit`,
      ).as('waits'),
    ])
    .where('candidates.release_id', '=', anyOf(ids))
    .orderBy('candidates.number')
    .execute()
}

/** A release with its own parts. */
export function releaseView(row: Selectable<ReleasesTable>, parts: ReleaseParts): ReleaseView {
  const { id, app, version, title, description, type, state, phase, channel, detail } = row
  const links = parts.links.filter(({ release_id }) => release_id === id)
  const deployments = parts.deployments.filter(({ releaseId }) => releaseId === id)
  const onItsWay = deployments.some((deployment) => ON_ITS_WAY.includes(deployment.state))
  return {
    ...{ id, app, version, title, description, type, state, phase, channel, detail },
    requestedBy: row.requested_by,
    createdAt: row.created_at.toISOString(),
    cutAt: row.cut_at?.toISOString() ?? null,
    plannedAt: row.planned_at?.toISOString() ?? null,
    releasedAt: row.released_at?.toISOString() ?? null,
    rolledBack: row.rolled_back,
    deleted: deletionOf(row),
    deletable: state !== 'deleted' && links.length === 0 && !onItsWay,
    blockedBy: [...new Set(links.map(({ to_environment }) => to_environment))],
    candidates: parts.candidates.filter(({ release_id }) => release_id === id).map(candidateView),
    links: links.map(linkView),
    deployments,
    environments: parts.environments.filter((environment) => environment.app === app),
  }
}
