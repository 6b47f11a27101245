import { type Migration, sql } from 'kysely'

/** Per statement, so that an attempt that would touch no row is refused as well. */
const permanent = sql`
create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '%', tg_argv[0] using errcode = 'restrict_violation';
end $$;

create trigger never_deleted before delete or truncate on releases
  for each statement execute function refuse_change('A release is never removed: set deleted_at.');
create trigger never_deleted before delete or truncate on builds
  for each statement execute function refuse_change('A build is never removed: its commit would be built twice.');
create trigger never_changed before update or delete or truncate on links
  for each statement execute function refuse_change('A link is history: it is never changed or removed.');
create trigger never_changed before update or delete or truncate on audit
  for each statement execute function refuse_change('The audit trail only grows: no line is changed or removed.')`

/** The records nobody may change or delete. */
export const permanentRecords: Migration = {
  async up(db) {
    await permanent.execute(db)
  },
}
