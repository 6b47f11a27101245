/** What workers report about themselves; `db/queries/workers.ts` reads it. */
import { type Kysely, sql } from 'kysely'
import type { WorkerStatus } from '../domain/sandbox.js'
import { storableText } from './storable.js'
import type { Database } from './tables.js'

/**
 * Records that a worker is alive, what it is for, how it isolates its commands, and whether it has room to build. Removes workers
 * that are long gone.
 */
export async function reportWorker(
  db: Kysely<Database>,
  { host, kind, network, says, runsOn, builds, stages, lowDisk }: WorkerStatus,
): Promise<void> {
  const status = {
    ...{ sandbox: kind, network, says: storableText(says), builds, stages },
    runs_on: [...runsOn],
    low_disk: lowDisk === null ? null : storableText(lowDisk),
    seen_at: sql<Date>`clock_timestamp()`,
  }
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

/** It was stopped, and nobody waits for it. */
export async function forgetWorker(db: Kysely<Database>, host: string): Promise<void> {
  await db.deleteFrom('workers').where('host', '=', host).execute()
}
