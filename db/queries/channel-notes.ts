import { type Kysely, sql } from 'kysely'
import type { FailedTest } from '../../domain/build-failure.js'
import type { AppName } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'
import { recentAudit } from './audit.js'

/** Lines to report in a channel that belong to no release's card, e.g. pushes, and have no planned message yet. Oldest first. */
export async function unplannedNotes(
  db: Kysely<Database>,
  apps: readonly AppName[],
  limit: number,
): Promise<readonly AuditView[]> {
  if (apps.length === 0) return []
  const rows = await db
    .selectFrom('audit')
    .selectAll()
    .where('release_id', 'is', null)
    .where('tell', '=', 'broadcast')
    .where('app', '=', anyOf(apps))
    .where(recentAudit)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('note/', audit.id))`)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(auditView)
}

/** The details of a failure. */
export interface FailureLines {
  /** The last lines of the deployment's stage, or for a build the lines around the failure. */
  readonly tail: string | null
  readonly tests: readonly FailedTest[]
}

/** For the deployment's stage, or for the commit's build. */
export async function failureLines(db: Kysely<Database>, event: AuditView): Promise<FailureLines> {
  if (event.deploymentId !== null) {
    const row = await db
      .selectFrom('stage_runs')
      .select('tail')
      .where('deployment_id', '=', event.deploymentId)
      .where('verdict', 'in', ['failed', 'inconclusive', 'retry'])
      .orderBy('started_at', 'desc')
      .executeTakeFirst()
    return { tail: row?.tail ?? null, tests: [] }
  }
  if (event.kind !== 'push.build_failed' || event.app === null) return { tail: null, tests: [] }
  const row = await db
    .selectFrom('builds')
    .select(['tail', 'failed_tests'])
    .where('app', '=', event.app)
    .where('commit', '=', event.facts.commit)
    .orderBy('started_at', 'desc')
    .executeTakeFirst()
  return { tail: row?.tail ?? null, tests: row?.failed_tests ?? [] }
}

/** The authors of the changes that came with a commit, as recorded for its push. */
export interface CommitAuthors {
  /** E-mail addresses. */
  readonly authors: readonly string[]
  readonly subject: string | null
}

export async function authorsOfCommit(
  db: Kysely<Database>,
  app: AppName,
  commit: string,
): Promise<CommitAuthors> {
  const row = await db
    .selectFrom('audit')
    .selectAll()
    .where('app', '=', app)
    .where('kind', '=', 'push.taken')
    .where(sql<boolean>`facts->>'commit' = ${commit}`)
    .where(recentAudit)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const event = row && auditView(row)
  return event?.kind === 'push.taken' ? event.facts : { authors: [], subject: null }
}
