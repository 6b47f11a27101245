/** Orders that have no answer yet for too long: their givers are told, and then their channels. */
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Actor, Intent, ReplyAddress } from '../domain/intent.js'
import type { Database } from './tables.js'

/** An order that was taken, and how it stands. */
export interface SlowOrder {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly reply: ReplyAddress
  /** Begins with what it is about, e.g. `release/shop/…`. */
  readonly workflowKey: string
  readonly createdAt: string
  /** Null while it has no answer. */
  readonly finishedAt: string | null
  /** How often it was tried; 0 while it waits for an earlier one. */
  readonly attempts: number
  /** Why the last try had no answer; null when there was none. */
  readonly trouble: string | null
}

/** The key of what the channel is told of an order. */
export const slowKey = (order: string): string => `${SLOW_PREFIX}${order}`

/** How the keys of all of them begin. */
export const SLOW_PREFIX = 'slow/'

const AT_ONCE = 20

/** Orders without an answer for that long whose givers do not know it yet, the oldest first. */
export const untoldDelays = (db: Kysely<Database>, olderThanMs: number): Promise<readonly SlowOrder[]> =>
  read(
    db,
    sql<boolean>`finished_at is null and opened_by is not null and delay_told_at is null
      and created_at <= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      and (tell_at is null or tell_at <= clock_timestamp())`,
  )

/**
 * Orders without an answer for that long of which their channel was not told yet, the oldest first. Those that wait
 * behind them are no news of their own.
 */
export const unannouncedDelays = (db: Kysely<Database>, olderThanMs: number): Promise<readonly SlowOrder[]> =>
  read(
    db,
    sql<boolean>`finished_at is null and opened_by is not null and attempts > 0
      and created_at <= clock_timestamp() - ${olderThanMs} * interval '1 millisecond'
      and not exists (select from slack_messages where slack_messages.key = ${SLOW_PREFIX} || inbox.key)`,
  )

/** One order, null when it is not known (any more). */
export async function readOrder(db: Kysely<Database>, key: string): Promise<SlowOrder | null> {
  const [order] = await read(db, sql<boolean>`key = ${key}`)
  return order ?? null
}

/** The giver of the order knows that it has no answer yet. */
export async function markDelayTold(db: Kysely<Database>, key: string): Promise<void> {
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
    .select(['attempts', 'trouble'])
    .where(which)
    .orderBy('id')
    .limit(AT_ONCE)
    .execute()
  return rows.map(({ workflow_key, created_at, finished_at, ...row }) => ({
    ...row,
    workflowKey: workflow_key,
    createdAt: created_at.toISOString(),
    finishedAt: finished_at?.toISOString() ?? null,
  }))
}
