/**
 * Whoever reaches Temporal can send a workflow anything. So what is sent is written down in PostgreSQL first, and a workflow
 * believes only what stands there.
 */
import { parseUserId, SLIPWAY, type UserId } from './identifiers.js'

/** Something as it reaches a workflow. */
export interface Sent {
  /** The workflow's id. */
  readonly workflow: string
  readonly verb: string
  /** The id of the update, or of the deployment that is enqueued. */
  readonly key: string
  /** In whose name; {@link SLIPWAY} for what no person ordered. */
  readonly by: UserId
  /** All that it says. Plain JSON. */
  readonly order: unknown
}

/** What is written down of something sent with the same key, verb, receiver and content. */
export interface Evidence {
  /** The order in the inbox that it carries out; null for what no person ordered. */
  readonly inbox: { readonly actor: UserId; readonly isFinished: boolean } | null
}

/**
 * Whether what reached a workflow is what Slipway sent. An order of a person's needs one in the inbox that is theirs and has
 * no answer yet, so one that was answered can't be sent again. Timers, the forge and Slipway's own steps have none: that one of
 * our processes wrote it down is their evidence.
 */
export function isProven({ by }: Pick<Sent, 'by'>, evidence: Evidence | null): boolean {
  if (evidence === null) return false
  if (by === SLIPWAY) return evidence.inbox === null
  return evidence.inbox !== null && evidence.inbox.actor === by && !evidence.inbox.isFinished
}

/** In whose name an order is given; every one says it. Null for what is no order. */
export function giverOf(order: unknown): UserId | null {
  const by = isGroup(order) && 'by' in order ? order['by'] : order
  const user = isGroup(by) ? by['user'] : by
  return typeof user === 'string' ? parseUserId(user) : null
}

/** The deployment that an order is about, null when it is about none. */
export function deploymentIn(order: unknown): string | null {
  const id = isGroup(order) ? order['deploymentId'] : null
  return typeof id === 'string' ? id : null
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const AGAIN = '/again-'

/** The update id of an order that is asked once more, since each answer stands for its question. */
export const againKey = (key: string, time: number): string => `${key}${AGAIN}${time}`

/** The key in the inbox of the order that an update carries out. */
export const inboxKeyOf = (updateId: string): string => updateId.replace(/\/again-\d+$/, '')
