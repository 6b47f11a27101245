import { type Migration, sql } from 'kysely'

/** One for each line of the trail: evidence that remains if a line is changed, removed or inserted later. */
const seals = sql`
create table audit_seals (
  through bigint primary key,
  app text not null,
  digest text not null,
  at timestamptz not null default clock_timestamp()
);
create index audit_seals_of_app on audit_seals (app, through);

create trigger never_changed before update or delete or truncate on audit_seals
  for each statement execute function refuse_change('A seal is history: it is never changed or removed.');
create trigger never_deleted before delete or truncate on candidates
  for each statement execute function refuse_change('A candidate is never removed: its version stays taken.')`

export const auditSeals: Migration = {
  async up(db) {
    await seals.execute(db)
  },
}
