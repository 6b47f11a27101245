import { type Migration, sql } from 'kysely'

/** Outcomes that could not be told are told again ever more rarely. */
export const tellingAgain: Migration = {
  async up(db) {
    await sql`
alter table inbox
  add column tells integer not null default 0,
  add column tell_at timestamptz`.execute(db)
  },
}
