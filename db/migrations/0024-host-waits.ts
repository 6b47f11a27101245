import { type Migration, sql } from 'kysely'

/** What each worker is for, and what waits for one. */
export const hostWaits: Migration = {
  async up(db) {
    await sql`
alter table workers add column runs_on text[] not null default '{}';
alter table workers add column builds integer not null default 0;
alter table workers add column stages integer not null default 0;
create table host_waits (
  id text primary key,
  app text not null,
  environment text,
  deployment_id text,
  commit text,
  runs_on text,
  served boolean not null,
  since timestamptz not null,
  noted_at timestamptz not null
);
create index host_waits_deployment on host_waits (deployment_id) where deployment_id is not null;
create index host_waits_commit on host_waits (app, commit) where commit is not null`.execute(db)
  },
}
