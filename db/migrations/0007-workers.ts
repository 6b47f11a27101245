import { type Migration, sql } from 'kysely'

const workers = sql`
create table workers (
  host text primary key,
  sandbox text not null,
  network text not null,
  says text not null,
  seen_at timestamptz not null default now()
)`

/** What each worker reports about itself, for the bot, which may run elsewhere. */
export const workersTable: Migration = {
  async up(db) {
    await workers.execute(db)
  },
}
