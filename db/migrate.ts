import { type Kysely, Migrator, sql } from 'kysely'
import { migrations } from './migrations/index.js'
import type { Database } from './tables.js'

/**
 * Brings the schema to the newest version, in one transaction. Several replicas may call it at once: Kysely holds an
 * advisory lock on a server, and the embedded PostgreSQL runs transactions one after the other. Throws when a
 * migration fails; then nothing of it stays.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  await db.connection().execute(async (connection) => {
    // The wait for another replica's migration is a statement too, and may be long.
    await sql`set statement_timeout = 0`.execute(connection)
    try {
      const migrator = new Migrator({
        db: connection,
        provider: { getMigrations: () => Promise.resolve(migrations) },
      })
      const { error } = await migrator.migrateToLatest()
      if (error !== undefined)
        throw new Error('The schema could not be brought up to date.', { cause: error })
    } finally {
      await sql`reset statement_timeout`.execute(connection)
    }
  })
}
