import { type Kysely, sql } from 'kysely'
import { NewerSlipway } from './installation.js'
import { migrations } from './migrations/index.js'
import type { Database } from './tables.js'

/** An arbitrary number, the same for every Slipway: the holder of this lock migrates. */
const LOCK = 7_549_921_031

/**
 * Migrates the schema to the newest version, in one transaction, which a pooler in transaction mode needs too. Several replicas
 * may call it at once: one migrates, the others wait. Throws when a migration fails, and {@link NewerSlipway} when the schema has
 * migrations that this one does not know; then everything is rolled back.
 */
export async function migrate(db: Kysely<Database>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    // Waiting for another replica's migration is a statement too, and may be long.
    await sql`set local statement_timeout = 0`.execute(trx)
    await sql`select pg_advisory_xact_lock(${sql.lit(LOCK)})`.execute(trx)
    await sql`create table if not exists slipway_migrations (
      name text primary key, applied_at timestamptz not null default now())`.execute(trx)
    const { rows } = await sql<{ name: string }>`select name from slipway_migrations`.execute(trx)
    const applied = new Set(rows.map(({ name }) => name))
    const unknown = [...applied].filter((name) => !(name in migrations))
    if (unknown.length > 0)
      throw new NewerSlipway(`A newer Slipway ran here: the schema has ${unknown.join(', ')}`)
    for (const [name, { up }] of Object.entries(migrations)) {
      if (applied.has(name)) continue
      await up(trx)
      await sql`insert into slipway_migrations (name) values (${name})`.execute(trx)
    }
  })
}
