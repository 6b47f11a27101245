import { type Migration, sql } from 'kysely'

/** An order without an answer is no longer retried automatically, until the person who gave it says so. */
export const parkedOrders: Migration = {
  async up(db) {
    await sql`alter table inbox add column parked_at timestamptz, add column again_at timestamptz`.execute(db)
    await sql`create index inbox_parked on inbox (parked_at) where finished_at is null and parked_at is not null`.execute(
      db,
    )
  },
}
