import { type Migration, sql } from 'kysely'

/** What a configuration says of each app, by its name: deployments and teardowns read their stages there. */
export const configuredApps: Migration = {
  async up(db) {
    await sql`alter table configurations add column apps jsonb not null default '{}'`.execute(db)
  },
}
