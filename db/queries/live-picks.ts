import { type Kysely, sql } from 'kysely'
import type { AppName, CommitSha } from '../../domain/identifiers.js'
import type { LivePick } from '../../domain/release-store.js'
import type { Database } from '../tables.js'

/** The picks of releases that people still work on, or that still run somewhere. */
export async function livePicks(db: Kysely<Database>, app: AppName): Promise<readonly LivePick[]> {
  const rows = await db
    .selectFrom('candidates')
    .innerJoin('releases', 'releases.id', 'candidates.release_id')
    .select(['releases.version', 'candidates.commit', 'candidates.picked', 'releases.detail'])
    .where('releases.app', '=', app)
    .where('releases.version', 'is not', null)
    .where('candidates.number', '>', 1)
    .where((row) =>
      row.or([
        row('releases.state', '=', 'open'),
        row.and([
          row('releases.state', '=', 'released'),
          row.or([
            // Also for a release that runs nowhere any more: while trunk lacks the pick, later cuts would lose it.
            sql<boolean>`coalesce((releases.detail #>> '{offTrunk,total}')::int, 0) > 0`,
            row.exists(
              row
                .selectFrom('environments')
                .innerJoin('deployments', 'deployments.id', 'environments.current_deployment')
                .whereRef('deployments.release_id', '=', 'releases.id')
                .select('environments.name'),
            ),
          ]),
        ]),
      ]),
    )
    .orderBy('candidates.number')
    .execute()
  return rows.flatMap(({ version, commit, picked, detail }) => {
    if (version === null) return []
    const settled = new Set(detail.offTrunk?.settled.flatMap((one) => [one.commit, one.original]))
    return picked
      .filter((pick) => !settled.has(pick) && !(picked.length === 1 && settled.has(commit)))
      .map((pick) => ({ version, commit: pick, candidate: commit, alone: picked.length === 1 }))
  })
}

/** Whether a release of the app has a candidate at this commit. */
export async function isCandidate(db: Kysely<Database>, app: AppName, commit: CommitSha): Promise<boolean> {
  const row = await db
    .selectFrom('candidates')
    .innerJoin('releases', 'releases.id', 'candidates.release_id')
    .select('candidates.number')
    .where('releases.app', '=', app)
    .where('releases.state', '!=', 'deleted')
    .where('candidates.commit', '=', commit)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}
