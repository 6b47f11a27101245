/** What may go once it is old. The audit trail, releases and links never do. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Database } from './tables.js'

const ABANDONED_DAYS = 1

/** Removes orders whose giver was told that long ago, and those that were never opened; returns how many. */
export async function pruneInbox(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db
    .deleteFrom('inbox')
    .where((row) =>
      row.or([
        row.and([row('told_at', 'is not', null), row('finished_at', '<', daysAgo(olderThanDays))]),
        row.and([row('opened_by', 'is', null), row('created_at', '<', daysAgo(ABANDONED_DAYS))]),
      ]),
    )
    .executeTakeFirst()
  return Number(gone.numDeletedRows)
}

/** Forgets the keys of changes so old that no workflow can repeat them; returns how many. */
export async function pruneChanges(db: Kysely<Database>, olderThanDays: number): Promise<number> {
  const gone = await db.deleteFrom('changes').where('at', '<', daysAgo(olderThanDays)).executeTakeFirst()
  return Number(gone.numDeletedRows)
}

const daysAgo = (days: number): RawBuilder<Date> => sql<Date>`clock_timestamp() - ${days} * interval '1 day'`
