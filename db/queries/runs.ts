import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import type { RunRow } from '../../domain/metrics.js'
import type { Database } from '../tables.js'

const MOST = 20_000

/** The deployments of an app since an instant that touched something, oldest first. */
export async function runsSince(db: Kysely<Database>, app: AppName, since: Date): Promise<readonly RunRow[]> {
  const rows = await db
    .selectFrom('deployments')
    .select(['environment', 'kind', 'state', 'commit', 'failed_stage', 'started_at', 'finished_at'])
    .select(
      sql<Date>`coalesce(least(
        (select min(started_at) from builds where builds.app = deployments.app and builds.commit = deployments.commit),
        deployments.prepared_at), deployments.prepared_at)`.as('seen_at'),
    )
    .where('app', '=', app)
    .where('started_at', '>=', sql<Date>`${since.toISOString()}::timestamptz`)
    // What was turned away before any stage touched nothing.
    .where((row) =>
      row.or([
        row('state', 'not in', ['failed', 'aborted']),
        row.exists(
          row
            .selectFrom('stage_runs')
            .whereRef('stage_runs.deployment_id', '=', 'deployments.id')
            .select('stage_runs.key'),
        ),
      ]),
    )
    .orderBy('started_at')
    .limit(MOST)
    .execute()
  return rows.flatMap(({ failed_stage, started_at, finished_at, seen_at, ...row }) =>
    started_at === null
      ? []
      : [
          {
            ...row,
            failedStage: failed_stage,
            startedAt: started_at.toISOString(),
            finishedAt: finished_at?.toISOString() ?? null,
            seenAt: new Date(seen_at).toISOString(),
          },
        ],
  )
}
