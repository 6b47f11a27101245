import { type Migration, sql } from 'kysely'

/** The notes of each release: drafted by Slipway, edited by people, published once per channel. */
export const releaseNotesTable: Migration = {
  async up(db) {
    await sql`
create table release_notes (
  release_id text primary key references releases (id) on delete cascade,
  sections jsonb not null,
  candidate integer not null,
  edited_by text,
  edited_at timestamptz,
  -- Where the message that publishes them was planned; null: nowhere yet.
  planned_in text
)`.execute(db)
  },
}
