/**
 * Records an order in bounded time. A sender that is told `too-late` must be able to rely on it, even if the network lost an
 * answer, so an order counts only once it is *opened*: a first statement records it unopened and reads the database's clock; a
 * second opens it if that clock has not passed the deadline. Nothing unopened is ever carried out, and both statements are
 * harmless however late they arrive.
 */
import { randomUUID } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import type { Actor, Intent, ReplyAddress } from '../domain/intent.js'
import { toJson } from './storable.js'
import type { Database } from './tables.js'
import { sqlState } from './transaction.js'

/** An order as it arrives. */
export interface NewOrder {
  /** The order's id from Slack, the forge or the clock. */
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly reply: ReplyAddress
  /** Orders of one workflow are carried out one by one, oldest first. */
  readonly workflowKey: string
  /** Equal for the same command by the same person in the same channel; null never joins. */
  readonly joinKey: string | null
  /** How long the sender waits; 1.5 s by default. */
  readonly deadlineMs?: number
}

/**
 * `stored`: it will be carried out. `duplicate`: it was stored before. `joined`: the same command is still unanswered, and its
 * answer is for this one too. `too-late`: it will never be carried out.
 */
export type Receipt = 'stored' | 'duplicate' | 'joined' | 'too-late'

const DEADLINE_MS = 1_500
/** Margin between the database's deadline and ours, for the answer's way back. */
const WAY_BACK_MS = 200
const WITHDRAWALS = 5
const WITHDRAWAL_PAUSE_MS = 2_000
const UNIQUE_VIOLATION = '23505'

/** Records an order; settles by its deadline whatever the database does. Throws when the database rejects it at once. */
export async function receive(db: Kysely<Database>, order: NewOrder): Promise<Receipt> {
  const deadlineMs = order.deadlineMs ?? DEADLINE_MS
  const token = randomUUID()
  const deadline = performance.now() + deadlineMs
  const attempt = record(db, { order, token, deadline: deadline - WAY_BACK_MS })
  let timer: NodeJS.Timeout | undefined
  const overdue = new Promise<'overdue'>((resolve) => {
    timer = setTimeout(resolve, deadlineMs, 'overdue')
  })
  try {
    const first = await Promise.race([attempt, overdue])
    if (first !== 'overdue') return first
    void withdraw(db, order.key, { token, after: attempt })
    return 'too-late'
  } catch (error) {
    void withdraw(db, order.key, { token, after: attempt })
    throw error
  } finally {
    clearTimeout(timer)
  }
}

interface Attempt {
  readonly order: NewOrder
  /** Distinguishes this delivery of the key from every other. */
  readonly token: string
  /** By this process's clock. */
  readonly deadline: number
}

async function record(db: Kysely<Database>, attempt: Attempt): Promise<Receipt> {
  const { key } = attempt.order
  const clock = await insertUnopened(db, attempt)
  if (clock === null) return 'duplicate'
  const leftMs = attempt.deadline - performance.now()
  // The database's clock was read before its answer arrived, so its deadline is no later than `leftMs` from now by our clock.
  if (leftMs <= 0) return removeUnopened(db, key, 'too-late')
  try {
    const opened = await db
      .updateTable('inbox')
      .set({ opened_by: attempt.token, next_at: sql<Date>`clock_timestamp()` })
      .where('key', '=', key)
      .where('opened_by', 'is', null)
      .where(
        sql<boolean>`clock_timestamp() < ${clock.at}::timestamptz + ${leftMs} * interval '1 millisecond'`,
      )
      .returning('key')
      .executeTakeFirst()
    return opened === undefined ? await whyUnopened(db, key) : 'stored'
  } catch (error) {
    // The unique index over unanswered commands: another delivery of the same command was opened first.
    if (sqlState(error) === UNIQUE_VIOLATION) return removeUnopened(db, key, 'joined')
    throw error
  }
}

/** Records the order and reads the clock; null when it was opened before. An order that never was opened is taken over. */
async function insertUnopened(
  db: Kysely<Database>,
  { order }: Attempt,
): Promise<{ readonly at: string } | null> {
  const clock = sql<string>`clock_timestamp()::text`
  const row = await db
    .insertInto('inbox')
    .values({
      key: order.key,
      intent: toJson(order.intent),
      actor: toJson(order.actor),
      reply: toJson(order.reply),
      workflow_key: order.workflowKey,
      join_key: order.joinKey,
    })
    .onConflict((conflict) =>
      conflict
        .column('key')
        .doUpdateSet((eb) => ({ reply: eb.ref('excluded.reply') }))
        .where('inbox.opened_by', 'is', null),
    )
    .returning(clock.as('at'))
    .executeTakeFirst()
  return row ?? null
}

/** Another delivery of the same key opened it, or the clock had passed the deadline. */
async function whyUnopened(db: Kysely<Database>, key: string): Promise<Receipt> {
  const row = await db.selectFrom('inbox').select('opened_by').where('key', '=', key).executeTakeFirst()
  return row?.opened_by ? 'duplicate' : removeUnopened(db, key, 'too-late')
}

async function removeUnopened(db: Kysely<Database>, key: string, receipt: Receipt): Promise<Receipt> {
  await db.deleteFrom('inbox').where('key', '=', key).where('opened_by', 'is', null).execute()
  return receipt
}

interface Withdrawal {
  readonly token: string
  /** The attempt that nobody waits for any more. */
  readonly after: Promise<Receipt>
}

/**
 * Withdraws an order that may have been opened without our knowledge. If the database stays unreachable for longer than these
 * tries, an order remains only if it was opened in time and just that answer was lost.
 */
async function withdraw(db: Kysely<Database>, key: string, { token, after }: Withdrawal): Promise<void> {
  const settled = after.then(
    () => true,
    () => true,
  )
  for (let tries = 0; tries < WITHDRAWALS; tries++) {
    const over = await Promise.race([settled, pause(WITHDRAWAL_PAUSE_MS)])
    const removed = await db
      .deleteFrom('inbox')
      .where('key', '=', key)
      .where('attempts', '=', 0)
      .where((row) => row.or([row('opened_by', 'is', null), row('opened_by', '=', token)]))
      .execute()
      .catch(() => null)
    if (over && removed !== null) return
    if (over) await pause(WITHDRAWAL_PAUSE_MS)
  }
}

async function pause(ms: number): Promise<false> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
  return false
}
