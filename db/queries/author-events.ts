import { type Kysely, sql } from 'kysely'
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import { type AuthorEvent, kindsOf } from '../../domain/notifications.js'
import type { AuditView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'
import { recentAudit } from './audit.js'

const everyKind: readonly AuthorEvent[] = [...kindsOf('arrived'), ...kindsOf('setback')]

/** The lines sent to the authors of their commits. A failed push is left out: its note in the channel tells its authors. */
const toAuthors = (db: Kysely<Database>, apps: readonly AppName[]) =>
  db
    .selectFrom('audit')
    .innerJoin('deployments', 'deployments.id', 'audit.deployment_id')
    .selectAll('audit')
    .where('audit.kind', '=', anyOf(everyKind))
    .where('deployments.kind', 'in', ['push', 'promote'])
    .where((row) =>
      row.or([row('audit.kind', '!=', 'deployment.failed'), row('audit.release_id', 'is not', null)]),
    )
    .where('audit.app', '=', anyOf(apps))
    .where(recentAudit)
    .orderBy('audit.id')

/** What the authors were not told yet. Oldest first. */
export async function unsentAuthorEvents(
  db: Kysely<Database>,
  apps: readonly AppName[],
  limit: number,
): Promise<readonly AuditView[]> {
  if (apps.length === 0) return []
  const rows = await toAuthors(db, apps)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('author/', audit.id))`)
    .limit(limit)
    .execute()
  return rows.map(auditView)
}

/** What ran in a line's environment before its deployment; null when nothing did. For a rollback: what it was rolled back to. */
export async function ranBefore(db: Kysely<Database>, line: AuditView): Promise<CommitSha | null> {
  const row = await linesBefore(db, line, 'deployment.completed')
    .where('deployment_id', 'is distinct from', line.deploymentId)
    .executeTakeFirst()
  const event = row && auditView(row)
  return event?.kind === 'deployment.completed' ? event.facts.commit : null
}

/** The earlier line about the failure of a line's deployment; null when it did not fail. */
export async function failureOf(db: Kysely<Database>, line: AuditView): Promise<AuditView | null> {
  const row = await linesBefore(db, line, 'deployment.failed')
    .where('deployment_id', '=', line.deploymentId)
    .executeTakeFirst()
  return row === undefined ? null : auditView(row)
}

/** The newest line of a kind before another, in its environment. */
const linesBefore = (db: Kysely<Database>, { id, app, environment }: AuditView, kind: AuditView['kind']) =>
  db
    .selectFrom('audit')
    .selectAll()
    .where('app', '=', app)
    .where('environment', '=', environment)
    .where('kind', '=', kind)
    .where('id', '<', id)
    .orderBy('id', 'desc')
    .limit(1)

/** Those of some key prefixes, `author/{topic}/{app}/{environment}/{commit}/{user}`, for which a message is planned. */
export async function notifiedPlaces(
  db: Kysely<Database>,
  places: readonly string[],
): Promise<ReadonlySet<string>> {
  if (places.length === 0) return new Set()
  const place = sql<string>`regexp_replace(key, '(/[0-9]+){2}$', '')`
  const rows = await db
    .selectFrom('slack_messages')
    .select(place.as('place'))
    .where('key', 'like', 'author/%/%')
    .where(place, '=', anyOf(places))
    .execute()
  return new Set(rows.map((row) => row.place))
}
