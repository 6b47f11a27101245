import { type Kysely, sql } from 'kysely'
import type { WorkerStatus } from '../../domain/sandbox.js'
import type { Database } from '../tables.js'

/** The workers that live, by host. Each says so once a minute. */
export async function liveWorkers(db: Kysely<Database>): Promise<readonly WorkerStatus[]> {
  const rows = await db
    .selectFrom('workers')
    .select(['host', 'sandbox as kind', 'network', 'says', 'runs_on as runsOn', 'builds', 'stages'])
    .where('seen_at', '>', sql<Date>`clock_timestamp() - interval '3 minutes'`)
    .orderBy('host')
    .execute()
  return rows
}
