/** What to report to a forge about one subject, in its present state. */
import type { Kysely } from 'kysely'
import type { DeploymentReport, ReleaseReport, ReportFacts, ReportKind } from '../../domain/forge/reports.js'
import {
  type CommitSha,
  candidateName,
  type DeploymentId,
  parseDeploymentId,
  parseReleaseId,
  type ReleaseId,
  shortCommit,
} from '../../domain/identifiers.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'
import { readNotes } from './release-notes.js'

/** Null: there is nothing to report, or not yet. `tagOf` gives the final tag of a version. */
export async function reportFacts(
  db: Kysely<Database>,
  { kind, subject }: { readonly kind: ReportKind; readonly subject: string },
  tagOf: (version: string) => string,
): Promise<ReportFacts | null> {
  if (kind === 'build') return buildFacts(db, subject)
  if (kind === 'release') {
    const id = parseReleaseId(subject)
    return id && releaseFacts(db, id, tagOf)
  }
  const id = parseDeploymentId(subject)
  if (id === null) return null
  const report = await deploymentFacts(db, id, kind === 'status')
  if (report === null) return null
  return kind === 'comments' ? { kind, ...report, before: await ranBefore(db, id) } : { kind, ...report }
}

/** The newest build of the commit. */
async function buildFacts(db: Kysely<Database>, id: string): Promise<ReportFacts | null> {
  const row = await db
    .selectFrom('builds')
    .innerJoin('builds as of', (join) =>
      join.onRef('of.app', '=', 'builds.app').onRef('of.commit', '=', 'builds.commit'),
    )
    .select(['builds.commit', 'builds.state'])
    .where('of.id', '=', id)
    .orderBy('builds.started_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { kind: 'build', ...row } : null
}

/** `newest`: uses the last deployment of the same commit in the same environment. */
async function deploymentFacts(
  db: Kysely<Database>,
  id: DeploymentId,
  newest: boolean,
): Promise<DeploymentReport | null> {
  const row = await db
    .selectFrom('deployments as of')
    .innerJoin('deployments', (join) =>
      newest
        ? join
            .onRef('deployments.app', '=', 'of.app')
            .onRef('deployments.environment', '=', 'of.environment')
            .onRef('deployments.commit', '=', 'of.commit')
        : join.onRef('deployments.id', '=', 'of.id'),
    )
    .leftJoin('releases', 'releases.id', 'deployments.release_id')
    .leftJoin('environments', (join) =>
      join
        .onRef('environments.app', '=', 'deployments.app')
        .onRef('environments.name', '=', 'deployments.environment'),
    )
    .where('of.id', '=', id)
    .orderBy('deployments.number', 'desc')
    .limit(1)
    .select([
      ...(['deployments.id', 'deployments.environment', 'deployments.commit', 'deployments.state'] as const),
      ...(['deployments.started_at', 'deployments.failed_stage', 'deployments.candidate'] as const),
      ...(['releases.version', 'environments.current_deployment', 'environments.detail'] as const),
    ])
    .executeTakeFirst()
  if (row === undefined) return null
  const { commit, version, candidate, detail } = row
  const named =
    version === null || candidate === null ? shortCommit(commit) : candidateName(version, candidate)
  return {
    ...{ id: row.id, environment: row.environment, commit, version },
    facts: {
      state: row.state,
      started: row.started_at !== null,
      failedStage: row.failed_stage,
      current: row.current_deployment === row.id,
      name: named,
    },
    url: detail?.url ?? null,
    preview: detail?.preview ?? false,
  }
}

/** The commit that ran there before this deployment. */
async function ranBefore(db: Kysely<Database>, id: DeploymentId) {
  const row = await db
    .selectFrom('deployments')
    .innerJoin('deployments as of', (join) =>
      join.onRef('of.app', '=', 'deployments.app').onRef('of.environment', '=', 'deployments.environment'),
    )
    .select('deployments.commit')
    .where('of.id', '=', id)
    .whereRef('deployments.number', '<>', 'of.number')
    .whereRef('deployments.started_at', '<', 'of.started_at')
    .where('deployments.failed_stage', 'is', null)
    .where('deployments.state', 'in', ['awaiting_acceptance', 'accepted', 'rejected', 'superseded'])
    .orderBy('deployments.started_at', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.commit ?? null
}

/** Null until the release is released and its final tag was pushed: a forge would create its own tag before. */
async function releaseFacts(
  db: Kysely<Database>,
  id: ReleaseId,
  tagOf: (version: string) => string,
): Promise<ReleaseReport | null> {
  const row = await db
    .selectFrom('releases')
    .select(['version', 'title', 'description', 'released_at'])
    .where('id', '=', id)
    .executeTakeFirst()
  if (row?.version == null || row.released_at === null) return null
  const { version, title, description } = row
  const tag = tagOf(version)
  const commit = await taggedCommit(db, id, tag)
  if (commit === null) return null
  // The notes of a release are drafted within seconds of it; if they are drafted later, it is reported then.
  const notes = await readNotes(db, id)
  if (notes === null || (notes.edited === null && notes.candidate !== (await numberOf(db, id, commit))))
    return null
  return { kind: 'release', version, title, description, tag, commit, notes: notes.sections }
}

/** The candidate that has the commit. */
async function numberOf(db: Kysely<Database>, id: ReleaseId, commit: CommitSha): Promise<number | undefined> {
  const found = await db
    .selectFrom('candidates')
    .select('number')
    .where('release_id', '=', id)
    .where('commit', '=', commit)
    .orderBy('number', 'desc')
    .executeTakeFirst()
  return found?.number
}

/** The commit a tag was pushed for; null when it was not pushed, or already points to another commit. */
async function taggedCommit(db: Kysely<Database>, id: ReleaseId, tag: string) {
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('release_id', '=', id)
    .where('kind', '=', 'tag.pushed')
    .execute()
  for (const event of rows.map(auditView)) {
    if (event.kind === 'tag.pushed' && event.facts.tag === tag) return event.facts.commit
  }
  return null
}
