import { type Migration, sql } from 'kysely'

/** One link from each environment of the level below; a refusal to delete names each linked environment once. */
export const linksByLevel: Migration = {
  async up(db) {
    await sql`
alter table links drop constraint links_once;
alter table links add constraint links_once unique (release_id, from_environment, to_environment);

create or replace function keep_release_rules() returns trigger language plpgsql as $$
declare
  linked text;
  busy text;
begin
  if new.id <> old.id or new.app <> old.app then
    raise exception 'Release % keeps its id and its app.', old.id using errcode = 'restrict_violation';
  end if;
  if old.version is not null and new.version is distinct from old.version then
    raise exception 'Release % is version % for ever.', old.id, old.version using errcode = 'restrict_violation';
  end if;
  if old.deleted_at is not null and new.deleted_at is distinct from old.deleted_at then
    raise exception 'Release % was deleted and stays deleted.', old.id using errcode = 'restrict_violation';
  end if;
  if old.deleted_at is null and new.deleted_at is not null then
    select string_agg(distinct to_environment, ', ') into linked from links where release_id = old.id;
    if linked is not null then
      raise exception 'Release % cannot be deleted: it is linked to %.', old.id, linked
        using errcode = 'restrict_violation';
    end if;
    select string_agg(environment || ' (' || state || ')', ', ' order by number) into busy
      from deployments where release_id = old.id and state in ('prepared', 'queued', 'running');
    if busy is not null then
      raise exception 'Release % cannot be deleted: it is being deployed to %.', old.id, busy
        using errcode = 'restrict_violation';
    end if;
    new.state := 'deleted';
  end if;
  return new;
end $$`.execute(db)
  },
}
