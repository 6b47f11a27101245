import type { NewOrder } from '../../db/receive.js'
import type { UserId } from '../../domain/identifiers.js'
import type { Intent } from '../../domain/intent.js'

const mute: Intent = { kind: 'mute', app: null, level: 'all' }

/** An order as the inbox receives it; its content does not matter to the inbox. */
export function anOrder(key: string, given: Partial<NewOrder> = {}): NewOrder {
  return {
    key,
    intent: mute,
    actor: { user: 'U01ALICE' as UserId },
    reply: { responseUrl: null, channel: null, thread: null },
    workflowKey: key,
    joinKey: null,
    ...given,
  }
}
