/** What trains need from the database. */
import { type Kysely, sql } from 'kysely'
import type { TrainRecords } from '../domain/train/ports.js'
import type { Database } from './tables.js'

/** A commit older than all of these was left behind by the train long ago. */
const CUTS = 20

export const openTrainRecords = (db: Kysely<Database>): TrainRecords => ({
  latestCuts: async (app) => {
    const rows = await db
      .selectFrom('releases')
      .innerJoin('candidates', 'candidates.release_id', 'releases.id')
      .select(['releases.version', 'candidates.commit'])
      .where('releases.app', '=', app)
      .where('releases.state', 'in', ['open', 'released'])
      // A hotfix is cut from what runs, not from the head of a branch.
      .where('releases.type', '<>', 'hotfix')
      .where('candidates.number', '=', 1)
      .orderBy('candidates.created_at', 'desc')
      .limit(CUTS)
      .execute()
    return rows.flatMap(({ version, commit }) => (version === null ? [] : [{ version, commit }]))
  },
  freezeOf: async (app, at) => {
    const row = await db
      .selectFrom('environments')
      .select('freeze')
      .where('app', '=', app)
      .where(sql<boolean>`"freeze"->>'until' > ${at}`)
      .orderBy(sql`"freeze"->>'until'`, 'desc')
      .limit(1)
      .executeTakeFirst()
    return row?.freeze ? { reason: row.freeze.reason, until: row.freeze.until } : null
  },
})
