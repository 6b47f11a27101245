import { type Migration, sql } from 'kysely'

/** No foreign keys: the trail also keeps lines about what was never created, and nothing may prevent a line. */
const audit = sql`
create table changes (
  key text primary key,
  at timestamptz not null default now()
);
create index changes_oldest on changes (at);

create table audit (
  id bigint generated always as identity primary key,
  key text not null unique,
  at timestamptz not null,
  app text,
  release_id text,
  deployment_id text,
  environment text,
  actor text not null,
  kind text not null,
  facts jsonb not null,
  tell text not null check (tell in ('thread', 'broadcast', 'keep'))
);
create index audit_of_release on audit (release_id, id) where release_id is not null;
create index audit_of_app on audit (app, id);
create index audit_of_environment on audit (app, environment, id) where environment is not null`

const inbox = sql`
create table inbox (
  key text primary key,
  id bigint generated always as identity unique,
  intent jsonb not null,
  actor jsonb not null,
  reply jsonb not null,
  workflow_key text not null,
  join_key text,
  created_at timestamptz not null default now(),
  opened_by text,
  claimed_by text,
  claimed_until timestamptz,
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  outcome jsonb,
  finished_at timestamptz,
  told_at timestamptz
);
create unique index inbox_joined on inbox (join_key) where finished_at is null and opened_by is not null;
create unique index inbox_one_by_one on inbox (workflow_key) where finished_at is null and claimed_by is not null;
create index inbox_unfinished on inbox (workflow_key, id) where finished_at is null and opened_by is not null;
create index inbox_in_order on inbox (id) where finished_at is null and opened_by is not null;
create index inbox_untold on inbox (finished_at) where finished_at is not null and told_at is null;
create index inbox_told on inbox (finished_at) where told_at is not null;
create index inbox_unopened on inbox (created_at) where opened_by is null`

const slack = sql`
create table buttons (
  id text primary key,
  target jsonb not null,
  created_at timestamptz not null default now()
);

create table slack_messages (
  key text primary key,
  channel text not null,
  ts text,
  thread_ts text,
  release_id text references releases on delete restrict,
  audit_id bigint unique,
  posting_since timestamptz,
  hash text,
  stale integer not null default 1,
  shown integer not null default 0,
  next_at timestamptz,
  detached text,
  created_at timestamptz not null default now()
);
create index slack_messages_stale on slack_messages (created_at)
  where stale > shown and detached is null and audit_id is null;
create index slack_messages_lines on slack_messages (audit_id)
  where ts is null and detached is null and audit_id is not null;
create index slack_messages_lines_of_release on slack_messages (release_id, audit_id)
  where ts is null and detached is null and audit_id is not null;

create table mutes (
  user_id text not null,
  app text not null,
  level text not null check (level in ('all', 'mine', 'none')),
  primary key (user_id, app)
);

create table leader (
  name text primary key,
  holder text not null,
  until timestamptz not null
)`

/** What was ordered, what was recorded about it, and what Slack shows. */
export const ordersTables: Migration = {
  async up(db) {
    await audit.execute(db)
    await inbox.execute(db)
    await slack.execute(db)
  },
}
