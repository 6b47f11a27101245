/**
 * Anyone who can reach Temporal can send a workflow anything. So everything sent is first recorded in PostgreSQL, and a workflow
 * accepts only what is recorded there.
 */
import { parseUserId, SLIPWAY, type UserId } from './identifiers.js'

/** A message as a workflow receives it. */
export interface Sent {
  /** The workflow's id. */
  readonly workflow: string
  readonly verb: string
  /** The id of the update, or of the deployment that is enqueued. */
  readonly key: string
  /** On whose behalf; {@link SLIPWAY} for what no person ordered. */
  readonly by: UserId
  /** Its entire content. Plain JSON. */
  readonly order: unknown
}

/** What is recorded about a message with the same key, verb, receiver and content. */
export interface Evidence {
  /** The order in the inbox that it carries out; null for what no person ordered. */
  readonly inbox: { readonly actor: UserId; readonly isFinished: boolean } | null
}

/**
 * Whether a message a workflow received was sent by Slipway. A person's order must match an unanswered order of theirs in the
 * inbox, so an answered one can't be sent again. Timers, the forge and Slipway's own steps have no inbox order: the record
 * written by one of our processes is enough.
 */
export function isProven({ by }: Pick<Sent, 'by'>, evidence: Evidence | null): boolean {
  if (evidence === null) return false
  if (by === SLIPWAY) return evidence.inbox === null
  return evidence.inbox !== null && evidence.inbox.actor === by && !evidence.inbox.isFinished
}

/** On whose behalf an order is given; every order says it. Null for what is not an order. */
export function giverOf(order: unknown): UserId | null {
  const by = isGroup(order) && 'by' in order ? order['by'] : order
  const user = isGroup(by) ? by['user'] : by
  return typeof user === 'string' ? parseUserId(user) : null
}

/** The deployment that an order is about, null if none. */
export function deploymentIn(order: unknown): string | null {
  const id = isGroup(order) ? order['deploymentId'] : null
  return typeof id === 'string' ? id : null
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

const AGAIN = '/again-'

/** The update id of an order that is asked again, since Temporal ties each answer to one update id. */
export const againKey = (key: string, time: number): string => `${key}${AGAIN}${time}`

/** The key in the inbox of the order that an update carries out. */
export const inboxKeyOf = (updateId: string): string => updateId.replace(/\/again-\d+$/, '')
