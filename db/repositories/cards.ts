import { sql, type Transaction } from 'kysely'
import type { ReleaseId } from '../../domain/identifiers.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

/** The pause between renders of idle cards, so that they neither delay a card that people watch nor use up Slack's rate limit. */
const BETWEEN_IDLE_SECONDS = 4

/** One queue for all apps: the rate limit applies to the workspace. */
const endOfLine = sql<Date>`greatest(clock_timestamp(), (
  select max(next_at) from slack_messages where key like 'card/%' and stale > shown and detached is null))`

/** A clicked card is held for at most this long, so that a concurrent render of the same click is not in the way. */
const soon = sql<Date>`clock_timestamp() + interval '1.5 seconds'`

/**
 * Marks the cards of these releases as stale, and plans a card where there is none. The cards of `idle` are rendered one after
 * another, in the given order, a few seconds apart; a card that waits for its turn keeps it.
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
        .where('id', '=', anyOf([...ids, ...later]))
        // One fixed order, so that two transactions with several cards never deadlock.
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
