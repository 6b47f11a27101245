import { sql, type Transaction } from 'kysely'
import type { ReleaseId } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** What lets many idle cards be drawn without holding up one that somebody watches, nor taking all of Slack's budget. */
const BETWEEN_IDLE_SECONDS = 4

/** One line for all apps: the budget is the workspace's. */
const endOfLine = sql<Date>`greatest(clock_timestamp(), (
  select max(next_at) from slack_messages where key like 'card/%' and stale > shown and detached is null))`

/** A card that was pressed is held no longer than this, so that one who draws it at once is not in the way of another. */
const soon = sql<Date>`clock_timestamp() + interval '1.5 seconds'`

/**
 * Says that the cards of these releases show something old, and plans a card where there is none. Those of `idle` are drawn one
 * after another, in the given order, each a few seconds after the one before; a card that waits for its turn keeps it.
 */
export async function touchCards(
  trx: Transaction<Database>,
  releases: Iterable<ReleaseId | null>,
  idle: readonly ReleaseId[] = [],
): Promise<void> {
  const now = new Set(releases)
  const ids = [...now].filter((id) => id !== null)
  const later = idle.filter((id) => !now.has(id))
  if (ids.length + later.length === 0) return
  const place = sql<number | null>`array_position(${later}::text[], id)`
  await trx
    .insertInto('slack_messages')
    .columns(['key', 'channel', 'release_id', 'stale', 'shown', 'next_at'])
    .expression((eb) =>
      eb
        .selectFrom('releases')
        .where('id', 'in', [...ids, ...later])
        // One order for all, so that two transactions with several cards never wait for each other.
        .orderBy('id')
        .select((row) => [
          sql<string>`'card/' || id`.as('key'),
          'channel',
          'id as release_id',
          row.lit(1).as('stale'),
          row.lit(0).as('shown'),
          sql<Date | null>`${endOfLine} + ${place} * ${BETWEEN_IDLE_SECONDS} * interval '1 second'`.as(
            'next_at',
          ),
        ]),
    )
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((row) => ({
        stale: row('slack_messages.stale', '+', 1),
        next_at: sql<Date | null>`case
          when slack_messages.detached is not null then slack_messages.next_at
          when excluded.next_at is not null and slack_messages.stale > slack_messages.shown then slack_messages.next_at
          when excluded.next_at is not null then excluded.next_at
          when slack_messages.next_at is not null then least(slack_messages.next_at, ${soon})
          end`,
      })),
    )
    .execute()
}
