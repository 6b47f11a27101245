/** An order in the inbox without an answer (yet). */
import type { Actor, Intent, ReplyAddress } from './intent.js'

/** An accepted order and its state. Instants are ISO. */
export interface SlowOrder {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly reply: ReplyAddress
  /** Begins with the kind of its subject, e.g. `release/shop/…`. */
  readonly workflowKey: string
  readonly createdAt: string
  /** Null while it has no answer. */
  readonly finishedAt: string | null
  /** Since when it is no longer retried automatically; null while it is. */
  readonly parkedAt: string | null
  /** How often it was tried; 0 while it waits for an earlier one. */
  readonly attempts: number
  /** Why the last try got no answer; null when there was none. */
  readonly trouble: string | null
}
