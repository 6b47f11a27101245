import { type Migration, sql } from 'kysely'

/** What a picked candidate has that the previous one lacked; null for the first. */
export const candidateGains: Migration = {
  async up(db) {
    await sql`alter table candidates add column gained jsonb`.execute(db)
  },
}
