/** Orders without an answer for an hour: they wait for the people who gave them, and block no other order. */
import { type Kysely, sql } from 'kysely'
import { parseDeploymentId, parseEnvironmentName, parseReleaseId, SLIPWAY } from '../domain/identifiers.js'
import type { Outcome } from '../domain/refusal.js'
import type { SlowOrder } from '../domain/slow-order.js'
import { type Answer, answerBefore } from '../domain/stored-state.js'
import type { AuditView } from '../domain/views.js'
import { writeRefusal } from './repositories/refusals.js'
import { auditView } from './rows.js'
import { markStale } from './slack-messages.js'
import { readOrder, slowKey } from './slow-orders.js'
import { toJson } from './storable.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

/** How long an order is retried automatically, counted from when it was given or last ordered to be retried. */
export const PARK_AFTER_MS = 3_600_000
/** How long a parked order waits for the person who gave it. */
export const PARKED_FOR_MS = 86_400_000

/**
 * Parks orders that were tried and got no answer for that long. Orders that no person gave are retried without end, since nobody
 * could restart them. The same command given again from now on is a separate order.
 */
export async function parkOrders(db: Kysely<Database>, afterMs = PARK_AFTER_MS): Promise<void> {
  await inTransaction(db, async (trx) => {
    const parked = await trx
      .updateTable('inbox')
      .set({ parked_at: sql<Date>`clock_timestamp()`, join_key: null, tells: 0, tell_at: null })
      .where('finished_at', 'is', null)
      .where('opened_by', 'is not', null)
      .where('parked_at', 'is', null)
      .where('claimed_by', 'is', null)
      .where('attempts', '>', 0)
      .where(sql`actor->>'user'`, '<>', SLIPWAY)
      .where(
        sql<boolean>`coalesce(again_at, created_at) <= clock_timestamp() - ${afterMs} * interval '1 millisecond'`,
      )
      .returning('key')
      .execute()
    await markStale(
      trx,
      parked.map(({ key }) => slowKey(key)),
    )
  })
}

/** A parked order; null when it was answered in the meantime, is being retried, or is unknown. */
export async function findParked(db: Kysely<Database>, key: string): Promise<SlowOrder | null> {
  const order = await readOrder(db, key)
  return order?.parkedAt != null && order.finishedAt === null ? order : null
}

/** Orders parked for so long that they expire, the oldest first. */
export async function expiredOrders(
  db: Kysely<Database>,
  afterMs = PARKED_FOR_MS,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('inbox')
    .select('key')
    .where('finished_at', 'is', null)
    .where('parked_at', '<=', sql<Date>`clock_timestamp() - ${afterMs} * interval '1 millisecond'`)
    .orderBy('parked_at')
    .limit(20)
    .execute()
  return rows.map(({ key }) => key)
}

/** The answer a workflow recorded to it although nobody received it; null when there is none. */
export async function recordedAnswer(db: Kysely<Database>, key: string): Promise<Outcome | null> {
  const sent = await db
    .selectFrom('sent_orders')
    .innerJoin('workflow_states', 'workflow_states.id', 'sent_orders.workflow')
    .select(['sent_orders.key'])
    .select(sql<readonly Answer[] | null>`state->'recent'`.as('recent'))
    .where('inbox_key', '=', key)
    .orderBy('at', 'desc')
    .execute()
  for (const { key: asked, recent } of sent) {
    const answer = answerBefore(recent ?? [], asked)
    if (answer !== null) return answer
  }
  return null
}

/** Retries it from now on. False when it is no longer parked. */
export async function tryAgain(db: Kysely<Database>, key: string): Promise<boolean> {
  return inTransaction(db, async (trx) => {
    const now = sql<Date>`clock_timestamp()`
    const row = await trx
      .updateTable('inbox')
      .set({ parked_at: null, again_at: now, next_at: now, delay_told_at: now })
      .where('key', '=', key)
      .where('finished_at', 'is', null)
      .where('parked_at', 'is not', null)
      .returning('key')
      .executeTakeFirst()
    await markStale(trx, [slowKey(key)])
    return row !== undefined
  })
}

/** Ends a parked order; a refusal leaves a line in the audit trail. `told`: the person is notified in another way. */
export async function endParked(
  db: Kysely<Database>,
  key: string,
  { outcome, told }: { readonly outcome: Outcome; readonly told: boolean },
): Promise<void> {
  await inTransaction(db, async (trx) => {
    const now = sql<Date>`clock_timestamp()`
    const row = await trx
      .updateTable('inbox')
      .set({ outcome: toJson(outcome), finished_at: now, told_at: told ? now : null })
      .where('key', '=', key)
      .where('finished_at', 'is', null)
      .where('parked_at', 'is not', null)
      .returning(['intent', 'actor', 'finished_at'])
      .executeTakeFirst()
    if (row?.finished_at == null) return
    await markStale(trx, [slowKey(key)])
    if (outcome.kind === 'refused') {
      const { intent, actor, finished_at } = row
      const { refusal } = outcome
      await writeRefusal(trx, { key, intent, actor, refusal, at: finished_at.toISOString() })
    }
  })
}

/**
 * What happened to an order's subject since it was given, oldest first: to its environment, or its release or deployment if it
 * names one by id, else to its app. Refused orders are left out, as they changed nothing.
 */
export async function changesSince(
  db: Kysely<Database>,
  { intent, workflowKey, createdAt }: Pick<SlowOrder, 'intent' | 'workflowKey' | 'createdAt'>,
  limit: number,
): Promise<readonly AuditView[]> {
  const [, first = '', second = ''] = workflowKey.split('/')
  const environment = workflowKey.startsWith('environment/') ? parseEnvironmentName(second) : null
  const release = parseReleaseId(second)
  const deployment = parseDeploymentId(first)
  let query = db
    .selectFrom('audit')
    .selectAll()
    .where('at', '>', new Date(createdAt))
    .where('kind', '<>', 'order.refused')
  if (intent.app !== null) query = query.where('app', '=', intent.app)
  if (environment !== null) query = query.where('environment', '=', environment)
  if (release !== null) query = query.where('release_id', '=', release)
  if (deployment !== null) query = query.where('deployment_id', '=', deployment)
  const rows = await query.orderBy('id', 'desc').limit(limit).execute()
  return rows.toReversed().map(auditView)
}
