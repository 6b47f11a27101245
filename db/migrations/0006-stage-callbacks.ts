import { type Migration, sql } from 'kysely'

/** No foreign key: a stage's own row is written by another statement, and a call must never fail because it is missing. */
const stageCalls = sql`
create table stage_calls (
  key text primary key,
  begun_at timestamptz not null default now(),
  accepted_at timestamptz,
  location text,
  ended_at timestamptz,
  "end" jsonb,
  constraint stage_calls_end_has_time check ("end" is null or ended_at is not null)
);
create index stage_calls_oldest on stage_calls (begun_at)`

/** The calls of stages that run elsewhere, and the results received by callback. */
export const stageCallbacks: Migration = {
  async up(db) {
    await stageCalls.execute(db)
  },
}
