import { type Migration, sql } from 'kysely'

const releases = sql`
create table apps (
  name text primary key,
  definition jsonb not null,
  updated_at timestamptz not null
);

create table configurations (
  hash text primary key,
  content text not null,
  created_at timestamptz not null default now()
);

create table releases (
  id text primary key,
  app text not null references apps on delete restrict,
  version text check (version ~ '^[0-9]{1,6}[.][0-9]{1,6}[.][0-9]{1,6}$'),
  title text not null,
  description text not null,
  type text not null,
  state text not null check (state in ('draft', 'open', 'released', 'abandoned', 'deleted')),
  phase text not null check (phase in ('planning', 'building', 'testing', 'preparing', 'deploying')),
  channel text not null,
  requested_by text not null,
  config_hash text not null,
  detail jsonb not null,
  planned_at timestamptz,
  created_at timestamptz not null default now(),
  cut_at timestamptz,
  released_at timestamptz,
  deleted_at timestamptz,
  deleted_by text,
  rolled_back boolean not null default false,
  seq integer not null default 0,
  constraint releases_version_once unique (app, version),
  constraint releases_cut_has_version check (state not in ('open', 'released') or version is not null),
  constraint releases_deleted check ((state = 'deleted') = (deleted_at is not null))
);
create index releases_newest on releases (app, created_at desc, id desc);
create index releases_by_state on releases (app, state, created_at desc, id desc);
create index releases_latest on releases (app, cut_at desc) where state in ('open', 'released');
create index releases_highest on releases (app, (string_to_array(version, '.')::int[]));
create index releases_drafts on releases (app, lower(title)) where state = 'draft';

create table candidates (
  release_id text not null references releases on delete restrict,
  number integer not null check (number > 0),
  commit text not null check (commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  state text not null check (state in ('building', 'build_failed', 'ready', 'rejected')),
  artifact_digest text check (artifact_digest ~ '^sha256:[0-9a-f]{64}$'),
  picked jsonb not null,
  created_at timestamptz not null default now(),
  primary key (release_id, number),
  constraint candidates_ready_has_artifact check (state <> 'ready' or artifact_digest is not null)
);

create table builds (
  id text primary key,
  app text not null references apps on delete restrict,
  commit text not null check (commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  definition text not null,
  state text not null check (state in ('running', 'succeeded', 'failed')),
  claimed_by text not null,
  artifact_digest text check (artifact_digest ~ '^sha256:[0-9a-f]{64}$'),
  artifact_reference text,
  run integer not null check (run > 0),
  tail text not null default '',
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint builds_once unique (app, commit, definition),
  constraint builds_success_has_artifact
    check (state <> 'succeeded' or artifact_digest is not null or artifact_reference is not null)
)`

const deployments = sql`
create table deployments (
  id text primary key,
  app text not null references apps on delete restrict,
  number integer not null check (number > 0),
  environment text not null,
  kind text not null check (kind in ('promote', 'push', 'rollback', 'redeploy', 'rebuild')),
  release_id text references releases on delete restrict,
  candidate integer,
  commit text not null check (commit ~ '^([0-9a-f]{40}|[0-9a-f]{64})$'),
  artifact_digest text check (artifact_digest ~ '^sha256:[0-9a-f]{64}$'),
  state text not null check (state in ('prepared', 'queued', 'running', 'failed', 'awaiting_acceptance',
    'accepted', 'rejected', 'superseded', 'aborted')),
  requested_by text not null,
  needs integer not null check (needs >= 0),
  approvers jsonb not null,
  override text,
  config_hash text not null,
  attempt integer not null default 0,
  failed_stage text check (failed_stage in ('build', 'setup', 'patch', 'check', 'teardown')),
  note jsonb,
  decided_by text,
  prepared_at timestamptz not null,
  queued_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  decided_at timestamptz,
  constraint deployments_number_once unique (app, number),
  constraint deployments_of_environment unique (id, app, environment),
  foreign key (release_id, candidate) references candidates on delete restrict
);
create unique index deployments_one_running on deployments (app, environment) where state = 'running';
create index deployments_of_release on deployments (release_id, number);
create index deployments_in_environment on deployments (app, environment, number desc);
create index deployments_accepted on deployments (app, environment, number desc) where state = 'accepted';
create index deployments_waiting on deployments (app, number) where state in ('prepared', 'awaiting_acceptance');
create index deployments_unfinished on deployments (app, environment, number desc)
  where state in ('prepared', 'queued', 'running', 'failed', 'awaiting_acceptance');

create table approvals (
  deployment_id text not null references deployments on delete restrict,
  user_id text not null,
  at timestamptz not null,
  comment text,
  primary key (deployment_id, user_id)
);

create table stage_runs (
  key text primary key,
  app text not null references apps on delete restrict,
  environment text,
  deployment_id text references deployments on delete restrict,
  attempt integer not null,
  stage text not null check (stage in ('build', 'setup', 'patch', 'check', 'teardown')),
  run integer not null,
  verdict text check (verdict in ('passed', 'failed', 'retry', 'inconclusive', 'cancelled')),
  exit_code integer,
  tail text not null,
  started_at timestamptz not null,
  finished_at timestamptz
);
create index stage_runs_of_deployment on stage_runs (deployment_id, started_at);

create table stage_logs (
  key text not null,
  at integer not null check (at >= 0),
  text text not null,
  primary key (key, at)
)`

const environments = sql`
create table links (
  id bigint generated always as identity primary key,
  release_id text not null references releases on delete restrict,
  from_environment text not null,
  to_environment text not null,
  deployment_id text not null references deployments on delete restrict,
  actor text not null,
  at timestamptz not null default now(),
  constraint links_once unique (release_id, from_environment, to_environment),
  constraint links_upward check (from_environment <> to_environment)
);
create index links_of_deployment on links (deployment_id);

create table environments (
  app text not null references apps on delete restrict,
  name text not null,
  position integer not null,
  mode text not null check (mode in ('continuous', 'approval')),
  state text not null check (state in ('absent', 'setting_up', 'ready', 'deploying', 'failed', 'out_of_sync',
    'tearing_down', 'teardown_failed', 'retired')),
  setup_required boolean not null,
  current_deployment text,
  lock jsonb,
  hold jsonb,
  "freeze" jsonb,
  expires_at timestamptz,
  generation integer not null,
  detail jsonb not null,
  seq integer not null,
  primary key (app, name),
  constraint environments_current_is_its_own foreign key (current_deployment, app, name)
    references deployments (id, app, environment) on delete restrict
)`

const workflowStates = sql`
create table workflow_states (
  id text primary key,
  run integer not null check (run > 0),
  seq integer not null check (seq > 0),
  version integer not null,
  state jsonb not null
)`

/** What is released, built and deployed where, and the whole state of each workflow. */
export const pipelineTables: Migration = {
  async up(db) {
    await releases.execute(db)
    await deployments.execute(db)
    await environments.execute(db)
    await workflowStates.execute(db)
  },
}
