/** What workers say of themselves; `db/queries/workers.ts` reads it. */
import { type Kysely, sql } from 'kysely'
import type { SandboxStatus } from '../domain/sandbox.js'
import { storableText } from './storable.js'
import type { Database } from './tables.js'

/** Says that this host's worker lives, and what keeps its commands apart. Forgets workers that are long gone. */
export async function reportWorker(
  db: Kysely<Database>,
  host: string,
  { kind, network, says }: SandboxStatus,
): Promise<void> {
  const status = { sandbox: kind, network, says: storableText(says), seen_at: sql<Date>`clock_timestamp()` }
  await db
    .insertInto('workers')
    .values({ host, ...status })
    .onConflict((conflict) => conflict.column('host').doUpdateSet(status))
    .execute()
  await db
    .deleteFrom('workers')
    .where('seen_at', '<', sql<Date>`clock_timestamp() - interval '7 days'`)
    .execute()
}
