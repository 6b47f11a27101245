import { type Migration, sql } from 'kysely'

/**
 * When stored artifacts were last used and which were removed, so that a build with a removed artifact runs again when it is
 * requested; and what workers report about their disks.
 */
export const roomOnDisk: Migration = {
  async up(db) {
    await sql`
create table artifacts (
  digest text primary key,
  used_at timestamptz not null default clock_timestamp(),
  removed_at timestamptz
);

create or replace function keep_successful_build() returns trigger language plpgsql as $$
begin
  if old.state = 'succeeded' and new is distinct from old
    and not exists (
      select from artifacts where artifacts.digest = old.artifact_digest and artifacts.removed_at is not null) then
    raise exception 'Build % of commit % succeeded and never changes.', old.id, old.commit
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;

alter table workers add column low_disk text`.execute(db)
  },
}
