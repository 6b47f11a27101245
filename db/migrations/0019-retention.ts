import { type Migration, sql } from 'kysely'

/** Finds old rows without reading young ones. */
export const retention: Migration = {
  async up(db) {
    await sql`
create index sent_orders_oldest on sent_orders (at);
create index stage_runs_ended on stage_runs (finished_at, key);
create index buttons_oldest on buttons (created_at);
create index slack_messages_oldest on slack_messages (created_at)
  where key not like 'card/%' and key not like 'env/%'`.execute(db)
  },
}
