import { type Migration, sql } from 'kysely'

/** Where a build runs and when it was last seen alive, so that a build whose host is gone is run elsewhere. */
export const buildsAlive: Migration = {
  async up(db) {
    await sql`
alter table builds add column host text not null default '';
alter table builds add column alive_at timestamptz not null default clock_timestamp()`.execute(db)
  },
}
