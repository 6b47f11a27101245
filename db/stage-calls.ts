/** The calls of HTTP stages: the worker begins and closes them, the bot's callback endpoint ends them. */
import { type Kysely, sql } from 'kysely'
import type { RemoteEnd } from '../domain/remote-stage.js'
import type { StageCalls } from '../domain/stage-calls.js'
import { toJson } from './storable.js'
import type { Database } from './tables.js'

/** The {@link StageCalls} of workers on PostgreSQL. */
export function openStageCalls(db: Kysely<Database>): StageCalls {
  return {
    begin: async (key) => {
      await db
        .insertInto('stage_calls')
        .values({ key })
        .onConflict((conflict) => conflict.doNothing())
        .execute()
      const { since, accepted_at, location } = await db
        .selectFrom('stage_calls')
        .select(['accepted_at', 'location'])
        // Both times are the server's: the clocks of two workers may differ.
        .select(sql<number>`(extract(epoch from clock_timestamp() - begun_at) * 1000)::float8`.as('since'))
        .where('key', '=', key)
        .executeTakeFirstOrThrow()
      return { sinceMs: Math.max(0, since), accepted: accepted_at !== null, location }
    },
    accept: async (key, location) => {
      await db
        .updateTable('stage_calls')
        .set({ accepted_at: sql<Date>`clock_timestamp()`, location })
        .where('key', '=', key)
        .execute()
    },
    endOf: (key) => readEnd(db, key),
    keep: async (key, end) => {
      await db
        .updateTable('stage_calls')
        .set({ end: toJson(end) })
        .where('key', '=', key)
        .where('end', 'is not', null)
        .execute()
    },
    close: async (key) => {
      await db
        .updateTable('stage_calls')
        .set({ ended_at: sql<Date>`clock_timestamp()` })
        .where('key', '=', key)
        .where('ended_at', 'is', null)
        .execute()
      return readEnd(db, key)
    },
  }
}

/**
 * Stores the result of a stage. The first counts: `known` when there was one before, or when it is no longer needed; `unknown`
 * when no such stage was called.
 */
export async function endStageCall(
  db: Kysely<Database>,
  key: string,
  end: RemoteEnd,
): Promise<'recorded' | 'known' | 'unknown'> {
  const changed = await db
    .updateTable('stage_calls')
    .set({ ended_at: sql<Date>`clock_timestamp()`, end: toJson(end) })
    .where('key', '=', key)
    .where('ended_at', 'is', null)
    .executeTakeFirst()
  if (changed.numUpdatedRows > 0n) return 'recorded'
  const call = await db.selectFrom('stage_calls').select('key').where('key', '=', key).executeTakeFirst()
  return call === undefined ? 'unknown' : 'known'
}

async function readEnd(db: Kysely<Database>, key: string): Promise<RemoteEnd | null> {
  const call = await db.selectFrom('stage_calls').select('end').where('key', '=', key).executeTakeFirst()
  return call?.end ?? null
}
