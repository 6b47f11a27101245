/** What our processes send to workflows, recorded before it is sent. */
import { createHash } from 'node:crypto'
import { type Kysely, sql } from 'kysely'
import { deploymentIn, type Evidence, inboxKeyOf, isProven, type Sent } from '../domain/evidence.js'
import type { AppName } from '../domain/identifiers.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { appendAudit } from './repositories/audit.js'
import type { Database } from './tables.js'
import { inTransaction } from './transaction.js'

/** Content is compared by its digest: JSON does not change on its way through Temporal. */
const digestOf = (order: unknown): string => createHash('sha256').update(JSON.stringify(order)).digest('hex')

/**
 * Records what is about to be sent; repeats are harmless. Throws for a person's order that this inbox is not processing: another
 * process claimed it in the meantime, or answered it.
 */
export async function recordSent(db: Kysely<Database>, sent: Sent): Promise<void> {
  const { workflow, key, verb, by, order } = sent
  const inboxKey = by === SLIPWAY ? null : inboxKeyOf(key)
  if (inboxKey !== null && !(await isInHand(db, inboxKey, by))) {
    throw new Error(`The order ${inboxKey} is not in hand, so it is not sent`)
  }
  await db
    .insertInto('sent_orders')
    .values({
      ...{ workflow, key, verb, by, digest: digestOf(order) },
      deployment: deploymentIn(order),
      inbox_key: inboxKey,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

async function isInHand(db: Kysely<Database>, key: string, by: Sent['by']): Promise<boolean> {
  const row = await db
    .selectFrom('inbox')
    .select('key')
    .where('key', '=', key)
    .where(sql<string>`actor->>'user'`, '=', by)
    .where('claimed_by', 'is not', null)
    .where('finished_at', 'is', null)
    .executeTakeFirst()
  return row !== undefined
}

/** Whether what reached a workflow of this app is what was sent. Anything else leaves a line in the audit trail. */
export async function checkSent(db: Kysely<Database>, app: AppName, sent: Sent): Promise<boolean> {
  const { workflow, key, verb, by } = sent
  const row = await db
    .selectFrom('sent_orders')
    .leftJoin('inbox', 'inbox.key', 'sent_orders.inbox_key')
    .select(['inbox_key', 'actor', 'finished_at'])
    .where('workflow', '=', workflow)
    .where('sent_orders.key', '=', key)
    .where('verb', '=', verb)
    .where('by', '=', by)
    .where('digest', '=', digestOf(sent.order))
    .executeTakeFirst()
  if (isProven(sent, row ? evidenceOf(row) : null)) return true
  await inTransaction(db, (trx) =>
    appendAudit(trx, [
      {
        ...{ key: `forged/${workflow}/${verb}/${key}`, app, kind: 'order.forged' },
        ...{
          at: new Date().toISOString(),
          actor: by,
          releaseId: null,
          deploymentId: null,
          environment: null,
        },
        facts: { verb, workflow },
      },
    ]),
  )
  return false
}

interface Row {
  readonly inbox_key: string | null
  readonly actor: { readonly user: Sent['by'] } | null
  readonly finished_at: Date | null
}

/** An inbox order that was pruned had its answer long ago. */
function evidenceOf({ inbox_key, actor, finished_at }: Row): Evidence | null {
  if (inbox_key === null) return { inbox: null }
  return actor === null ? null : { inbox: { actor: actor.user, isFinished: finished_at !== null } }
}
