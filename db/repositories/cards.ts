import { sql, type Transaction } from 'kysely'
import type { ReleaseId } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** Says that the cards of these releases show something old, and plans a card where there is none. */
export async function touchCards(
  trx: Transaction<Database>,
  releases: Iterable<ReleaseId | null>,
): Promise<void> {
  const ids = [...new Set(releases)].filter((id) => id !== null)
  if (ids.length === 0) return
  await trx
    .insertInto('slack_messages')
    .columns(['key', 'channel', 'release_id', 'stale', 'shown'])
    .expression((eb) =>
      eb
        .selectFrom('releases')
        .where('id', 'in', ids)
        // One order for all, so that two transactions with several cards never wait for each other.
        .orderBy('id')
        .select((row) => [
          sql<string>`'card/' || id`.as('key'),
          'channel',
          'id as release_id',
          row.lit(1).as('stale'),
          row.lit(0).as('shown'),
        ]),
    )
    .onConflict((conflict) =>
      conflict.column('key').doUpdateSet((row) => ({ stale: row('slack_messages.stale', '+', 1) })),
    )
    .execute()
}
