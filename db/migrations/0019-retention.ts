import { type Migration, sql } from 'kysely'

/** What is old is found without reading what is young. */
export const retention: Migration = {
  async up(db) {
    await sql`
create index sent_orders_oldest on sent_orders (at);
create index stage_runs_ended on stage_runs (finished_at, key)`.execute(db)
  },
}
