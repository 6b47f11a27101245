import { type Migration, sql } from 'kysely'

/** Outcomes that could not be reported are retried at growing intervals; delays are reported too, with the reason. */
export const telling: Migration = {
  async up(db) {
    await sql`
alter table inbox
  add column tells integer not null default 0,
  add column tell_at timestamptz,
  add column trouble text,
  add column delay_told_at timestamptz`.execute(db)
  },
}
