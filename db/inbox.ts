/** The received orders, carried out by the replica that claims them; `db/receive.ts` adds them. */
import { type Kysely, type RawBuilder, type Selectable, sql } from 'kysely'
import type { Actor, Intent, ReplyAddress } from '../domain/intent.js'
import type { Outcome } from '../domain/refusal.js'
import type { InboxTable } from './order-tables.js'
import { writeRefusal } from './repositories/refusals.js'
import { markStale } from './slack-messages.js'
import { slowKey } from './slow-orders.js'
import { storableText, toJson } from './storable.js'
import type { Database } from './tables.js'
import { inTransaction, sqlState } from './transaction.js'

/** An order to carry out now. */
export interface ClaimedOrder {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly reply: ReplyAddress
  readonly workflowKey: string
  /** 1 the first time. */
  readonly attempts: number
  readonly createdAt: string
}

/** A finished order whose person was not told the outcome yet. */
export interface UnsentOutcome {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly reply: ReplyAddress
  readonly outcome: Outcome
  readonly createdAt: string
  readonly finishedAt: string
}

/** Who claims, how many at most, and for how long. */
export interface Claimant {
  /** This process, e.g. host and a random part. */
  readonly holder: string
  readonly limit: number
  readonly leaseMs: number
}

const UNIQUE_VIOLATION = '23505'
const LONGEST_TROUBLE = 500

/**
 * Claims orders, oldest first: only the oldest unfinished one per workflow, and none while another replica is processing one of
 * that workflow. The claims of a vanished holder expire with its lease.
 */
export async function claim(
  db: Kysely<Database>,
  { holder, limit, leaseMs }: Claimant,
): Promise<readonly ClaimedOrder[]> {
  if (!(await hasUnfinished(db))) return []
  try {
    const rows = await db
      .updateTable('inbox')
      .set((row) => ({
        claimed_by: holder,
        claimed_until: later(leaseMs),
        attempts: row('attempts', '+', 1),
      }))
      .where('key', 'in', claimable(limit))
      .returningAll()
      .execute()
    return rows.toSorted((one, other) => Number(one.id) - Number(other.id)).map(claimedOrder)
  } catch (error) {
    // Another replica claimed an order of the same workflow at the same moment; the next turn finds what is left.
    if (sqlState(error) === UNIQUE_VIOLATION) return []
    throw error
  }
}

/** One cheap query for the many polls that find nothing. */
async function hasUnfinished(db: Kysely<Database>): Promise<boolean> {
  const { rows } = await sql<{ readonly found: boolean }>`
    select exists (
      select from inbox where finished_at is null and opened_by is not null and parked_at is null) as found`.execute(
    db,
  )
  return rows[0]?.found ?? false
}

/**
 * A claimed order, even with an expired claim, goes before its workflow's older ones: two must never be in progress. Parked
 * orders block nothing.
 */
function claimable(limit: number): RawBuilder<string> {
  return sql<string>`(
    select ready.key from inbox as ready
    where ready.finished_at is null and ready.opened_by is not null and ready.parked_at is null
      and ready.next_at <= clock_timestamp()
      and (ready.claimed_until is null or ready.claimed_until < clock_timestamp())
      and (ready.claimed_by is not null or (
        not exists (
          select from inbox as claimed where claimed.workflow_key = ready.workflow_key
            and claimed.finished_at is null and claimed.claimed_by is not null)
        and not exists (
          select from inbox as older where older.workflow_key = ready.workflow_key
            and older.finished_at is null and older.opened_by is not null and older.parked_at is null
            and older.id < ready.id)))
    order by ready.id
    limit ${limit}
    for update of ready skip locked)`
}

/** Extends a claim; false when it is lost: then the order must be left alone. */
export async function renew(
  db: Kysely<Database>,
  { key, holder, leaseMs }: Pick<Claimant, 'holder' | 'leaseMs'> & { readonly key: string },
): Promise<boolean> {
  const row = await db
    .updateTable('inbox')
    .set({ claimed_until: later(leaseMs) })
    .where('key', '=', key)
    .where('claimed_by', '=', holder)
    .where('finished_at', 'is', null)
    .returning('key')
    .executeTakeFirst()
  return row !== undefined
}

/**
 * Stores an order's outcome, before anyone is told; a refusal leaves a line in the audit trail in the same transaction. False
 * when the claim was lost or there is an outcome already: then another process reports it.
 */
export async function finish(
  db: Kysely<Database>,
  key: string,
  outcome: Outcome,
  holder: string,
): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const row = await trx
      .updateTable('inbox')
      .set({ outcome: toJson(outcome), finished_at: sql<Date>`clock_timestamp()` })
      .where('key', '=', key)
      .where('claimed_by', '=', holder)
      .where('finished_at', 'is', null)
      .returning(['intent', 'actor', 'finished_at'])
      .executeTakeFirst()
    if (row?.finished_at == null) return false
    await markStale(trx, [slowKey(key)])
    if (outcome.kind === 'refused') {
      const { intent, actor } = row
      const { refusal } = outcome
      await writeRefusal(trx, { key, intent, actor, refusal, at: row.finished_at.toISOString() })
    }
    return true
  })
}

/**
 * Gives a claim back, to be retried no sooner than after the delay; younger orders of its workflow wait for it. `trouble`: why it
 * has no answer yet.
 */
export async function postpone(
  db: Kysely<Database>,
  { key, holder }: Pick<Claimant, 'holder'> & { readonly key: string },
  delayMs: number,
  trouble: string | null = null,
): Promise<void> {
  await db
    .updateTable('inbox')
    .set({
      claimed_by: null,
      claimed_until: null,
      next_at: later(delayMs),
      trouble: trouble && storableText(trouble.slice(0, LONGEST_TROUBLE)),
    })
    .where('key', '=', key)
    .where('claimed_by', '=', holder)
    .where('finished_at', 'is', null)
    .execute()
}

/** Marks that the person who gave the order was told its outcome. */
export async function markSent(db: Kysely<Database>, key: string): Promise<void> {
  await db
    .updateTable('inbox')
    .set({ told_at: sql<Date>`clock_timestamp()` })
    .where('key', '=', key)
    .where('told_at', 'is', null)
    .execute()
}

/** The outcome could not be reported now; the report is retried no sooner than after a pause: 30 s, 2 min, 8 min, 32 min. */
export async function postponeSending(db: Kysely<Database>, key: string): Promise<void> {
  await db
    .updateTable('inbox')
    .set({
      tells: sql<number>`tells + 1`,
      tell_at: sql<Date>`clock_timestamp() + 30 * power(4, least(tells, 3)) * interval '1 second'`,
    })
    .where('key', '=', key)
    .where('told_at', 'is', null)
    .execute()
}

/**
 * Orders that finished at least that long ago without a report to the person: the process that stored the outcome died. Those
 * that could not be reported before wait for their time and delay no other.
 */
export async function unsentOutcomes(
  db: Kysely<Database>,
  olderThanMs: number,
  limit: number,
): Promise<readonly UnsentOutcome[]> {
  const rows = await db
    .selectFrom('inbox')
    .selectAll()
    .where('finished_at', '<=', later(-olderThanMs))
    .where('told_at', 'is', null)
    .where((row) => row.or([row('tell_at', 'is', null), row('tell_at', '<=', sql<Date>`clock_timestamp()`)]))
    .orderBy((row) => row.fn.coalesce('tell_at', 'finished_at'))
    .limit(limit)
    .execute()
  return rows.flatMap(({ key, intent, actor, reply, outcome, created_at, finished_at }) =>
    outcome === null || finished_at === null
      ? []
      : [
          {
            key,
            intent,
            actor,
            reply,
            outcome,
            createdAt: created_at.toISOString(),
            finishedAt: finished_at.toISOString(),
          },
        ],
  )
}

/** By the database's clock, which all replicas share. */
const later = (ms: number): RawBuilder<Date> =>
  sql<Date>`clock_timestamp() + ${ms} * interval '1 millisecond'`

function claimedOrder(row: Selectable<InboxTable>): ClaimedOrder {
  const { key, intent, actor, reply, attempts } = row
  return {
    key,
    intent,
    actor,
    reply,
    attempts,
    workflowKey: row.workflow_key,
    createdAt: row.created_at.toISOString(),
  }
}
