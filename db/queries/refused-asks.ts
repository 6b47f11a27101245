import { type Kysely, sql } from 'kysely'
import type { EventKind } from '../../domain/events.js'
import type { ChannelId, ReleaseId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import { auditView } from '../rows.js'
import type { Database } from '../tables.js'

/** After a day nobody waits for the answer to a direct message. */
const FOR_A_DAY = sql<boolean>`audit.at > clock_timestamp() - interval '1 day'`

/** Lines of these kinds that Slack refuses in their channel and that nobody was asked about otherwise. Oldest first. */
export async function refusedAsks(
  db: Kysely<Database>,
  kinds: readonly EventKind[],
  limit: number,
): Promise<readonly (AuditView & { readonly channel: ChannelId })[]> {
  const rows = await db
    .selectFrom('slack_messages as line')
    .innerJoin('audit', 'audit.id', 'line.audit_id')
    .innerJoin('slack_messages as card', (join) =>
      join.on('card.key', '=', sql<string>`concat('card/', line.release_id)`),
    )
    .where('line.ts', 'is', null)
    .where((row) => row.or([row('line.detached', 'is not', null), row('card.detached', 'is not', null)]))
    .where('audit.kind', '=', anyOf(kinds))
    .where(FOR_A_DAY)
    .where(sql<boolean>`not exists (select from slack_messages where key = concat('refused/', audit.id))`)
    .orderBy('audit.id')
    .limit(limit)
    .selectAll('audit')
    .select('card.channel as home')
    .execute()
  return rows.map((row) => ({ ...auditView(row), channel: row.home }))
}

/** Slack's error code for not showing a release's card now; null when it is shown. */
export async function whyClosed(db: Kysely<Database>, id: ReleaseId): Promise<string | null> {
  const row = await db
    .selectFrom('slack_messages')
    .select('detached')
    .where('release_id', '=', id)
    .where('detached', 'is not', null)
    .orderBy('audit_id', sql`desc nulls first`)
    .limit(1)
    .executeTakeFirst()
  return row?.detached ?? null
}
