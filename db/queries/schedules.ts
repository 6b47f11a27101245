import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import type { ScheduleRow } from '../../domain/schedule.js'
import type { Database } from '../tables.js'

const MOST = 5_000

/** The releases of an app that were released since an instant, oldest first, and those planned and not released yet. */
export async function schedulesSince(
  db: Kysely<Database>,
  app: AppName,
  since: Date,
): Promise<readonly ScheduleRow[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['version', 'title', 'planned_at', 'released_at', 'detail'])
    .where('app', '=', app)
    .where((eb) =>
      eb.or([
        eb.and([
          eb('state', '=', 'released'),
          eb('released_at', '>=', sql<Date>`${since.toISOString()}::timestamptz`),
        ]),
        eb.and([eb('state', 'in', ['draft', 'open']), eb('planned_at', 'is not', null)]),
      ]),
    )
    .orderBy('released_at')
    .orderBy('id')
    .limit(MOST)
    .execute()
  return rows.map(({ version, title, planned_at, released_at, detail }) => ({
    version,
    title,
    plannedAt: planned_at?.toISOString() ?? null,
    releasedAt: released_at?.toISOString() ?? null,
    phases: detail.phases,
  }))
}
