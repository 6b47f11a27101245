/** Orders that wait too long for an answer: first the people who gave them are told, and then their channels. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { AppName } from '../domain/identifiers.js'
import type { SlowOrder } from '../domain/slow-order.js'
import type { Database } from './tables.js'

/** The key of the channel's message about a slow order. */
export const slowKey = (order: string): string => `${SLOW_PREFIX}${order}`

/** The prefix of all these keys. */
export const SLOW_PREFIX = 'slow/'

const AT_ONCE = 20

/** Orders without an answer for that long whose people were not told so yet, or not that they are parked, the oldest first. */
export const unsentDelays = (db: Kysely<Database>, olderThanMs: number): Promise<readonly SlowOrder[]> =>
  read(
    db,
    sql<boolean>`finished_at is null and opened_by is not null
      and (delay_told_at is null or delay_told_at < parked_at)
      and created_at <= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      and (tell_at is null or tell_at <= clock_timestamp())`,
  )

/**
 * Orders without an answer for that long that their channel was not told of yet, the oldest first. Orders that only wait behind
 * them are not reported.
 */
export const unannouncedDelays = (db: Kysely<Database>, olderThanMs: number): Promise<readonly SlowOrder[]> =>
  read(
    db,
    sql<boolean>`finished_at is null and opened_by is not null and attempts > 0
      and created_at <= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      and not exists (select from slack_messages where slack_messages.key = ${SLOW_PREFIX} || inbox.key)`,
  )

/** Orders that were tried and have had no answer for that long, the oldest first; of one app, or of all. Includes parked ones. */
export const slowOrders = (
  db: Kysely<Database>,
  { app, olderThanMs }: { readonly app: AppName | null; readonly olderThanMs: number },
): Promise<readonly SlowOrder[]> =>
  read(
    db,
    sql<boolean>`finished_at is null and opened_by is not null and attempts > 0
      and created_at <= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      and (${app}::text is null or intent->>'app' is null or intent->>'app' = ${app})`,
  )

/** How many orders have no answer: those of the last minute, older ones, and those that are parked. */
export async function countUnanswered(db: Kysely<Database>): Promise<Readonly<Record<string, number>>> {
  const { rows } = await sql<{ readonly state: string; readonly count: string }>`
    select case when parked_at is not null then 'parked'
      when created_at > clock_timestamp() - interval '1 minute' then 'new' else 'slow' end as state, count(*) as count
    from inbox where finished_at is null and opened_by is not null group by 1`.execute(db)
  const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]))
  return Object.fromEntries(['new', 'slow', 'parked'].map((state) => [state, counts.get(state) ?? 0]))
}

/** One order, null when it is not known (any more). */
export async function readOrder(db: Kysely<Database>, key: string): Promise<SlowOrder | null> {
  const [order] = await read(db, sql<boolean>`key = ${key}`)
  return order ?? null
}

/** Marks that the person who gave the order was told that it has no answer yet. */
export async function markDelaySent(db: Kysely<Database>, key: string): Promise<void> {
  await db
    .updateTable('inbox')
    .set({ delay_told_at: sql<Date>`clock_timestamp()` })
    .where('key', '=', key)
    .execute()
}

async function read(db: Kysely<Database>, which: RawBuilder<boolean>): Promise<readonly SlowOrder[]> {
  const rows = await db
    .selectFrom('inbox')
    .select(['key', 'intent', 'actor', 'reply', 'workflow_key', 'created_at', 'finished_at'])
    .select(['attempts', 'trouble', 'parked_at'])
    .where(which)
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()
  return rows.map(({ workflow_key, created_at, finished_at, parked_at, ...row }) => ({
    ...row,
    workflowKey: workflow_key,
    createdAt: created_at.toISOString(),
    finishedAt: finished_at?.toISOString() ?? null,
    parkedAt: parked_at?.toISOString() ?? null,
  }))
}
