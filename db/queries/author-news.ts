import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import { type AuthorNews, type AuthorTopic, newsOf } from '../../domain/tells.js'
import type { AuditView } from '../../domain/views.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'
import { recentAudit } from './audit.js'

const everyKind: readonly AuthorNews[] = [...newsOf('arrived'), ...newsOf('setback')]

/** A line that the authors of its commit hear of. Of a push that failed its note in the channel tells them. */
const news = (db: Kysely<Database>, apps: readonly AppName[]) =>
  db
    .selectFrom('audit')
    .innerJoin('deployments', 'deployments.id', 'audit.deployment_id')
    .selectAll('audit')
    .where('audit.kind', 'in', everyKind)
    .where('deployments.kind', 'in', ['push', 'promote'])
    .where((row) =>
      row.or([row('audit.kind', '!=', 'deployment.failed'), row('audit.release_id', 'is not', null)]),
    )
    .where('audit.app', 'in', apps)
    .where(recentAudit)
    .orderBy('audit.id')

/** What the authors were not told yet. Oldest first. */
export async function untoldNews(
  db: Kysely<Database>,
  apps: readonly AppName[],
  limit: number,
): Promise<readonly AuditView[]> {
  if (apps.length === 0) return []
  const rows = await news(db, apps)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('author/', audit.id))`)
    .limit(limit)
    .execute()
  return rows.map(auditView)
}

/** A commit in an environment, and what of it is told. */
export interface NewsPlace {
  readonly topic: AuthorTopic
  readonly app: AppName
  readonly environment: string
  readonly commit: string
}

/** The line that began it; null when it is too long ago. */
export async function firstNews(
  db: Kysely<Database>,
  { topic, app, environment, commit }: NewsPlace,
): Promise<AuditView | null> {
  const row = await news(db, [app])
    .where('audit.kind', 'in', newsOf(topic))
    .where(sql<string>`audit.environment`, '=', environment)
    .where(sql<boolean>`audit.facts->>'commit' = ${commit}`)
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : auditView(row)
}
