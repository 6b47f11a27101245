import { type Migration, sql } from 'kysely'

/** The failed tests of builds, and the indexes for finding and listing builds. */
export const failedTests: Migration = {
  async up(db) {
    await sql`
alter table builds add column failed_tests jsonb not null default '[]';
create index builds_of_app on builds (app, started_at desc);
create index candidates_of_commit on candidates (commit);
create index deployments_of_commit on deployments (app, commit)`.execute(db)
  },
}
