import { type Kysely, type Selectable, sql } from 'kysely'
import { type AppName, type CommitSha, candidateName } from '../../domain/identifiers.js'
import type { BuildView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import type { BuildsTable, Database } from '../tables.js'
import { recentAudit } from './audit.js'
import { readLogs } from './deployment-log.js'

/** The build that a full or abbreviated commit names. */
export type BuildMatch =
  | { readonly kind: 'found'; readonly build: BuildView }
  | { readonly kind: 'ambiguous'; readonly commits: readonly CommitSha[] }
  | { readonly kind: 'unknown' }

/** A page of an app's builds, newest first. */
export interface BuildPage {
  readonly state?: BuildView['state'] | undefined
  readonly limit: number
  readonly offset: number
}

const abbreviated = /^[0-9a-f]{7,64}$/
const SHOWN = 20

/** Of several builds of one commit, e.g. with different settings, the newest. Fewer than 7 digits match nothing. */
export async function findBuild(db: Kysely<Database>, app: AppName, commit: string): Promise<BuildMatch> {
  const row = await rowOf(db, app, commit)
  if (row === null) return { kind: 'unknown' }
  if (Array.isArray(row)) return { kind: 'ambiguous', commits: row }
  const [build] = await views(db, [row])
  return build === undefined ? { kind: 'unknown' } : { kind: 'found', build }
}

export async function listBuilds(
  db: Kysely<Database>,
  app: AppName,
  { state, limit, offset }: BuildPage,
): Promise<readonly BuildView[]> {
  const rows = await db
    .selectFrom('builds')
    .selectAll()
    .where('app', '=', app)
    .$if(state !== undefined, (query) => query.where('state', '=', state ?? 'running'))
    .orderBy('started_at', 'desc')
    .orderBy('id')
    .limit(limit)
    .offset(offset)
    .execute()
  return views(db, rows)
}

/** The logs of all its runs as one text, oldest first; null when there is no such build. */
export async function buildLog(db: Kysely<Database>, app: AppName, commit: string): Promise<string | null> {
  const row = await rowOf(db, app, commit)
  if (row === null || Array.isArray(row)) return null
  const keys = Array.from({ length: row.run }, (_, index) => `${row.id}/build/${index + 1}`)
  const logs = await readLogs(db, keys)
  return keys
    .map((key, index) => {
      const state = index + 1 === row.run ? row.state : 'failed'
      return `=== build, run ${index + 1}: ${state} ===\n${logs.get(key) ?? ''}`
    })
    .join('\n')
}

type BuildRow = Selectable<BuildsTable>

/** The possible commits, when there are several. */
async function rowOf(
  db: Kysely<Database>,
  app: AppName,
  commit: string,
): Promise<BuildRow | CommitSha[] | null> {
  const wanted = commit.toLowerCase()
  if (!abbreviated.test(wanted)) return null
  const rows = await db
    .selectFrom('builds')
    .selectAll()
    .where('app', '=', app)
    .where(sql<boolean>`commit like ${`${wanted}%`}`)
    .orderBy('started_at', 'desc')
    .limit(SHOWN)
    .execute()
  const commits = [...new Set(rows.map((row) => row.commit))]
  return commits.length > 1 ? commits : (rows[0] ?? null)
}

async function views(db: Kysely<Database>, rows: readonly BuildRow[]): Promise<readonly BuildView[]> {
  const [first] = rows
  if (first === undefined) return []
  const commits = rows.map(({ commit }) => commit)
  const candidates = await candidatesOf(db, first.app, commits)
  const deployments = await deploymentsOf(db, first.app, commits)
  const pushes = await pushesOf(db, first.app, commits)
  return rows.map((row) => ({
    app: row.app,
    commit: row.commit,
    state: row.state,
    run: row.run,
    artifactDigest: row.artifact_digest,
    artifactReference: row.artifact_reference,
    startedAt: row.started_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    tail: row.tail,
    failedTests: row.failed_tests,
    branch: pushes.find(({ commit }) => commit === row.commit)?.branch ?? null,
    candidates: candidates
      .filter(({ commit }) => commit === row.commit)
      .map(({ id, version, number, title, state, requested_by }) => ({
        releaseId: id,
        number,
        name: version === null ? `rc.${number}` : candidateName(version, number),
        title,
        releaseState: state,
        requestedBy: requested_by,
      })),
    deployments: deployments
      .filter(({ commit }) => commit === row.commit)
      .slice(0, SHOWN)
      .map(({ id, number, environment, kind, state, requested_by, prepared_at }) => ({
        ...{ id, number, environment, kind, state },
        requestedBy: requested_by,
        at: prepared_at.toISOString(),
      })),
  }))
}

function candidatesOf(db: Kysely<Database>, app: AppName, commits: readonly CommitSha[]) {
  return db
    .selectFrom('candidates')
    .innerJoin('releases', 'releases.id', 'candidates.release_id')
    .select(['releases.id', 'version', 'title', 'releases.state', 'requested_by', 'number', 'commit'])
    .where('app', '=', app)
    .where('commit', '=', anyOf(commits))
    .where('releases.state', '!=', 'deleted')
    .orderBy('candidates.created_at', 'desc')
    .execute()
}

/** Newest first. */
function deploymentsOf(db: Kysely<Database>, app: AppName, commits: readonly CommitSha[]) {
  return db
    .selectFrom('deployments')
    .select(['id', 'number', 'environment', 'kind', 'state', 'requested_by', 'prepared_at', 'commit'])
    .where('app', '=', app)
    .where('commit', '=', anyOf(commits))
    .orderBy('number', 'desc')
    .limit(SHOWN * 10)
    .execute()
}

/** The branch that a commit was pushed to, among pushes that recently started something. */
async function pushesOf(db: Kysely<Database>, app: AppName, commits: readonly CommitSha[]) {
  const found = await db
    .selectFrom('audit')
    .select([sql<string>`facts->>'commit'`.as('commit'), sql<string>`facts->>'branch'`.as('branch')])
    .where('app', '=', app)
    .where('kind', '=', 'push.taken')
    .where(sql<string>`facts->>'commit'`, '=', anyOf(commits))
    .where(recentAudit)
    .orderBy('id', 'desc')
    .execute()
  return found
}
