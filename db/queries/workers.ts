import { type Kysely, sql } from 'kysely'
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import { type RunsOn, serves } from '../../domain/runs-on.js'
import type { WorkerStatus } from '../../domain/sandbox.js'
import type { Database } from '../tables.js'

/** The live workers, by host. Each reports once a minute. */
export async function liveWorkers(db: Kysely<Database>): Promise<readonly WorkerStatus[]> {
  const rows = await db
    .selectFrom('workers')
    .select([
      ...(['host', 'sandbox as kind', 'network', 'says', 'runs_on as runsOn', 'builds', 'stages'] as const),
      'low_disk as lowDisk',
    ])
    .where('seen_at', '>', sql<Date>`clock_timestamp() - interval '3 minutes'`)
    .orderBy('host')
    .execute()
  return rows
}

/**
 * Why a build of the commit does not start: no worker that builds for its label has room on its disk. Null when one has, or while
 * it runs.
 */
export async function noRoomToBuild(
  db: Kysely<Database>,
  { app, commit, label }: { readonly app: AppName; readonly commit: CommitSha; readonly label: RunsOn },
): Promise<string | null> {
  const builders = (await liveWorkers(db)).filter((worker) => serves(worker, label, 'builds'))
  const low = builders.flatMap(({ host, lowDisk }) => (lowDisk === null ? [] : [`${lowDisk} on ${host}`]))
  if (low.length === 0 || low.length < builders.length) return null
  const runs = await db
    .selectFrom('builds')
    .select('id')
    .where('app', '=', app)
    .where('commit', '=', commit)
    .where('state', '=', 'running')
    .where('alive_at', '>', sql<Date>`clock_timestamp() - interval '2 minutes'`)
    .executeTakeFirst()
  return runs === undefined ? low.join('; ') : null
}
