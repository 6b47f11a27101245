import { type Kysely, sql } from 'kysely'
import type { ChannelId } from '../domain/identifiers.js'
import type { AuditView } from '../domain/views.js'
import { auditView } from './rows.js'
import type { Database } from './tables.js'

/** A line of a release's history that its card's thread does not show yet. */
export interface UnpostedEvent {
  /** The key of its message: for `beginPost`, `posted`, `postponeMessage`. */
  readonly key: string
  readonly channel: ChannelId
  /** The card's `ts`. */
  readonly threadTs: string
  /** The release's title. */
  readonly title: string
  readonly event: AuditView
}

/**
 * Lines to post now, oldest first, for releases whose card is posted. While a line of a release is postponed or its post is
 * unclear, the later ones wait, so that a thread reads in order. A line whose post is unclear is included: look it up before
 * posting.
 */
export async function unpostedEvents(db: Kysely<Database>, limit: number): Promise<readonly UnpostedEvent[]> {
  const rows = await db
    .selectFrom('slack_messages as line')
    .innerJoin('audit', 'audit.id', 'line.audit_id')
    .innerJoin('releases', 'releases.id', 'line.release_id')
    .innerJoin('slack_messages as card', (join) =>
      join.on('card.key', '=', sql<string>`concat('card/', line.release_id)`),
    )
    .where('line.ts', 'is', null)
    .where('line.detached', 'is', null)
    .where('card.ts', 'is not', null)
    .where('card.detached', 'is', null)
    .where(
      sql<boolean>`not exists (
        select from slack_messages as before
        where before.release_id = line.release_id and before.audit_id <= line.audit_id
          and before.ts is null and before.detached is null
          and (before.next_at > clock_timestamp() or
            (before.posting_since is not null and before.audit_id < line.audit_id)))`,
    )
    .orderBy('line.audit_id')
    .limit(limit)
    .selectAll('audit')
    .select(['line.key as line_key', 'card.channel', 'card.ts as thread_ts', 'releases.title'])
    .execute()
  return rows.flatMap((row) => {
    const { line_key: key, channel, thread_ts: threadTs, title } = row
    return threadTs === null ? [] : [{ key, channel, threadTs, title, event: auditView(row) }]
  })
}
