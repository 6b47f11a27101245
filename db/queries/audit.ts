import { type Kysely, sql } from 'kysely'
import type { AppName, CommitSha, EnvironmentName, ReleaseId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'

/** How many lines back are searched; a reader who was away for longer has to read the history. */
export const LOOK_BACK = 5_000

/** The newest lines of the trail. */
export const recentAudit = sql<boolean>`audit.id > (select coalesce(max(id), 0) from audit) - ${LOOK_BACK}`

/** A page of an app's history, going back in time. */
export interface AuditPage {
  readonly environment?: EnvironmentName | undefined
  readonly limit: number
  /** The id of the oldest line on the previous page. */
  readonly before?: string | undefined
}

/** Increases with every line: while it stays the same, what people are shown cannot have changed. */
export async function newestAuditId(db: Kysely<Database>): Promise<string> {
  const newest = await db
    .selectFrom('audit')
    .select((row) => row.fn.max('id').as('id'))
    .executeTakeFirst()
  return newest?.id ?? ''
}

/** The whole history of a release, oldest first. */
export async function auditOfRelease(db: Kysely<Database>, id: ReleaseId): Promise<readonly AuditView[]> {
  const rows = await db.selectFrom('audit').selectAll().where('release_id', '=', id).orderBy('id').execute()
  return rows.map(auditView)
}

/** What was recorded recently about the pushes of some commits, oldest first. */
export async function pushesOfCommits(
  db: Kysely<Database>,
  app: AppName,
  commits: readonly CommitSha[],
): Promise<readonly AuditView[]> {
  if (commits.length === 0) return []
  // A subquery that uses the index: combined with the rest, PostgreSQL would read the whole trail.
  const newest = db.selectFrom('audit').selectAll().orderBy('id', 'desc').limit(LOOK_BACK).as('newest')
  const rows = await db
    .selectFrom(newest)
    .selectAll()
    .where('app', '=', app)
    .where('release_id', 'is', null)
    .where('kind', 'in', ['push.noted', 'push.taken', 'push.built', 'push.build_failed'])
    .where(sql<string>`facts->>'commit'`, '=', anyOf(commits))
    .orderBy('id')
    .execute()
  return rows.map(auditView)
}

/** What happened in an app or one of its environments, newest first. */
export async function auditOf(
  db: Kysely<Database>,
  app: AppName,
  { environment, limit, before }: AuditPage,
): Promise<readonly AuditView[]> {
  let query = db.selectFrom('audit').selectAll().where('app', '=', app)
  if (environment !== undefined) query = query.where('environment', '=', environment)
  if (before !== undefined) query = query.where('id', '<', before)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.map(auditView)
}

/** One line, null when there is none with that id. */
export async function auditLine(db: Kysely<Database>, id: string): Promise<AuditView | null> {
  if (!/^\d{1,18}$/.test(id)) return null
  const row = await db.selectFrom('audit').selectAll().where('id', '=', id).executeTakeFirst()
  return row === undefined ? null : auditView(row)
}
