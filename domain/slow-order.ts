/** An order of the inbox that has no answer (yet). */
import type { Actor, Intent, ReplyAddress } from './intent.js'

/** An order that was taken, and how it stands. Instants are ISO. */
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
  /** Since when it is tried no more by itself; null while it is. */
  readonly parkedAt: string | null
  /** How often it was tried; 0 while it waits for an earlier one. */
  readonly attempts: number
  /** Why the last try had no answer; null when there was none. */
  readonly trouble: string | null
}
