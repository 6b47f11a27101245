/** What workers say of themselves; `db/queries/workers.ts` reads it. */
import { type Kysely, sql } from 'kysely'
import type { WorkerStatus } from '../domain/sandbox.js'
import { storableText } from './storable.js'
import type { Database } from './tables.js'

/** Says that this host's worker lives, what keeps its commands apart, and whether it has room to build. Forgets workers that are long gone. */
export async function reportWorker(
  db: Kysely<Database>,
  { host, kind, network, says, builds, lowDisk }: WorkerStatus,
): Promise<void> {
  const room = { builds, low_disk: lowDisk === null ? null : storableText(lowDisk) }
  const seen = { says: storableText(says), seen_at: sql<Date>`clock_timestamp()` }
  const status = { sandbox: kind, network, ...seen, ...room }
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
