import { type Migration, sql } from 'kysely'

/** The definition of each app in a configuration, by name: deployments and teardowns read their stages there. */
export const configuredApps: Migration = {
  async up(db) {
    await sql`alter table configurations add column apps jsonb not null default '{}'`.execute(db)
  },
}
