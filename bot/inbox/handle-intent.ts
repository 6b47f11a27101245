/** Executes one order from the inbox. This is the only way from Slack to a workflow. */
import type { Actor, Intent, IntentOf } from '../../domain/intent.js'
import { tooLong } from '../../domain/order-limits.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import type { OrderKind } from '../commands/parsed-command.js'
import { type HandlerContext, type Handling, outcomeOf } from '../orders/handling.js'
import { orderOf } from '../verbs/table.js'
import { handleMergedPull, handlePull, handlePush } from './handle-forge.js'

export interface Order {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
}

/**
 * The outcome of an order. Throws only when there is no answer yet; the same order may then be executed again, because its key is
 * the update id in the workflow.
 */
export function handleIntent({ intent, actor, key }: Order, context: HandlerContext): Promise<Outcome> {
  const long = tooLong(intent)
  if (long !== null) return Promise.resolve(refuse(long))
  const handling = <Kind>(one: Kind): Handling<Kind> => ({ intent: one, actor, key, context })
  return outcomeOf(async () => {
    if (intent.kind === 'push') return handlePush(handling(intent))
    if (intent.kind === 'merged-pull') return handleMergedPull(handling(intent))
    if (intent.kind === 'pull') return handlePull(handling(intent))
    return handle(intent.kind, handling(intent))
  })
}

/** Pairs a kind with its own intent, as {@link Intent} guarantees. */
function handle<Kind extends OrderKind>(kind: Kind, handling: Handling<IntentOf<Kind>>): Promise<Outcome> {
  return orderOf(kind).handle(handling)
}
