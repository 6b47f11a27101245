import { type Migration, sql } from 'kysely'

/**
 * One row for each subject reported to GitHub. It says that something changed, not what: the newest state is read when the report
 * is sent. Rows are created only for apps whose reports are on.
 */
const reports = sql`
alter table apps add column reported boolean not null default false;

create table github_reports (
  key text primary key,
  app text not null references apps (name),
  kind text not null check (kind in ('build', 'status', 'deployment', 'comments', 'release')),
  subject text not null,
  stale integer not null default 1,
  shown integer not null default 0,
  sent text,
  remote_id text,
  claimed_by text,
  claimed_until timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  gave_up text,
  created_at timestamptz not null default now()
);
create index github_reports_waiting on github_reports (next_at) where stale > shown and gave_up is null;
create index github_reports_given_up on github_reports (app) where gave_up is not null;
create index github_reports_old on github_reports (created_at)`

export const githubReports: Migration = {
  async up(db) {
    await reports.execute(db)
  },
}
