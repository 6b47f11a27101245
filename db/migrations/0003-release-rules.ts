import { type Migration, sql } from 'kysely'

/**
 * An UPDATE of a release locks its row before the trigger runs, and the trigger of a link locks it `for update`: if a deletion
 * and a first deployment happen at the same moment, the second sees what the first wrote.
 */
const releases = sql`
create function keep_release_rules() returns trigger language plpgsql as $$
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
end $$;
create trigger keep_release_rules before update on releases
  for each row execute function keep_release_rules()`

const links = sql`
create function link_only_living_releases() returns trigger language plpgsql as $$
declare
  deleted timestamptz;
begin
  select deleted_at into deleted from releases where id = new.release_id for update;
  if deleted is not null then
    raise exception 'Release % is deleted and cannot be linked to %.', new.release_id, new.to_environment
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger link_only_living_releases before insert on links
  for each row execute function link_only_living_releases()`

const whatWasPicked = sql`
create function keep_candidate_commit() returns trigger language plpgsql as $$
begin
  if (new.release_id, new.number, new.commit) is distinct from (old.release_id, old.number, old.commit) then
    raise exception 'Candidate rc.% of release % is commit % for ever.', old.number, old.release_id, old.commit
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_candidate_commit before update on candidates
  for each row execute function keep_candidate_commit();

create function keep_what_was_prepared() returns trigger language plpgsql as $$
begin
  if (new.id, new.app, new.number, new.environment, new.release_id, new.candidate, new.commit)
      is distinct from (old.id, old.app, old.number, old.environment, old.release_id, old.candidate, old.commit)
    or (old.artifact_digest is not null and new.artifact_digest is distinct from old.artifact_digest) then
    raise exception 'Deployment % deploys what was prepared: commit % to %.', old.id, old.commit, old.environment
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_what_was_prepared before update on deployments
  for each row execute function keep_what_was_prepared();

create function keep_successful_build() returns trigger language plpgsql as $$
begin
  if old.state = 'succeeded' and new is distinct from old then
    raise exception 'Build % of commit % succeeded and never changes.', old.id, old.commit
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger keep_successful_build before update on builds
  for each row execute function keep_successful_build()`

/** The rules of releases that hold for every writer: which may be deleted or linked, and what never changes. */
export const releaseRules: Migration = {
  async up(db) {
    await releases.execute(db)
    await links.execute(db)
    await whatWasPicked.execute(db)
  },
}
