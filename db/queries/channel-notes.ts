import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'

/** How far back is looked; whoever was away for longer than this many lines reads the history instead. */
const LOOK_BACK = 5_000

const recent = sql<boolean>`audit.id > (select coalesce(max(id), 0) from audit) - ${LOOK_BACK}`

/**
 * What a channel is to hear though no release's card is its place, e.g. of pushes: nobody has planned a message for it
 * yet. Oldest first.
 */
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
    .where('app', 'in', apps)
    .where(recent)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('note/', audit.id))`)
    .orderBy('id')
    .limit(limit)
    .execute()
  return rows.map(auditView)
}

/** The last lines of what failed: of the deployment's stage, or of the commit's build. */
export async function failureTail(db: Kysely<Database>, event: AuditView): Promise<string | null> {
  if (event.deploymentId !== null) {
    const row = await db
      .selectFrom('stage_runs')
      .select('tail')
      .where('deployment_id', '=', event.deploymentId)
      .where('verdict', 'in', ['failed', 'inconclusive', 'retry'])
      .orderBy('started_at', 'desc')
      .executeTakeFirst()
    return row?.tail ?? null
  }
  if (event.kind !== 'push.build_failed' || event.app === null) return null
  const row = await db
    .selectFrom('builds')
    .select('tail')
    .where('app', '=', event.app)
    .where('commit', '=', event.facts.commit)
    .orderBy('started_at', 'desc')
    .executeTakeFirst()
  return row?.tail ?? null
}

/** Who wrote what came with a commit, as the push that brought it says. */
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
    .where(recent)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst()
  const event = row && auditView(row)
  return event?.kind === 'push.taken' ? event.facts : { authors: [], subject: null }
}

/** Completed deployments of which the authors were not told yet. Oldest first. */
export async function untoldArrivals(
  db: Kysely<Database>,
  apps: readonly AppName[],
  limit: number,
): Promise<readonly AuditView[]> {
  if (apps.length === 0) return []
  const rows = await db
    .selectFrom('audit')
    .innerJoin('deployments', 'deployments.id', 'audit.deployment_id')
    .selectAll('audit')
    .where('audit.kind', '=', 'deployment.completed')
    .where('deployments.kind', 'in', ['push', 'promote'])
    .where('audit.app', 'in', apps)
    .where(recent)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('arrival/', audit.id))`)
    .orderBy('audit.id')
    .limit(limit)
    .execute()
  return rows.map(auditView)
}
