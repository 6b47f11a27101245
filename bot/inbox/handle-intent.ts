/** Carries out one order from the inbox: looks up, authorizes, asks the workflow. The only way from Slack to a workflow. */
import { unreachable } from '../../domain/exhaustive.js'
import type { Actor, Intent } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import { freeze, lock } from './closing-orders.js'
import { type HandlerContext, type Handling, settled } from './context.js'
import { draft, edit, tick } from './draft-orders.js'
import { environmentLife } from './environment-life.js'
import { attempt, hold, rollback } from './environment-orders.js'
import { pick, tagAgain } from './pick-orders.js'
import { mute, push } from './push-orders.js'
import { abandon, cut, decide, promote, remove } from './release-orders.js'

export interface Order {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
}

/**
 * The outcome of an order. Throws only when it has no answer yet; the same order may then be carried out again, since
 * its key is the update id in the workflow.
 */
export async function handleIntent(order: Order, context: HandlerContext): Promise<Outcome> {
  return settled(() => route(order, context))
}

function route({ intent, actor, key }: Order, context: HandlerContext): Promise<Outcome> {
  const handling = <Kind>(one: Kind): Handling<Kind> => ({ intent: one, actor, key, context })
  switch (intent.kind) {
    case 'cut':
      return cut(handling(intent))
    case 'promote':
      return promote(handling(intent))
    case 'approve':
    case 'accept':
    case 'reject':
      return decide(handling(intent))
    case 'rollback':
      return rollback(handling(intent))
    case 'retry':
    case 'skip':
    case 'abort':
      return attempt(handling(intent))
    case 'pause':
    case 'resume':
      return hold(handling(intent))
    case 'draft':
      return draft(handling(intent))
    case 'edit':
      return edit(handling(intent))
    case 'tick':
      return tick(handling(intent))
    case 'cherry-pick':
      return pick(handling(intent))
    case 'tag':
      return tagAgain(handling(intent))
    case 'env':
      return environmentLife(handling(intent))
    case 'lock':
    case 'unlock':
      return lock(handling(intent))
    case 'freeze':
    case 'thaw':
      return freeze(handling(intent))
    case 'delete':
      return remove(handling(intent))
    case 'abandon':
      return abandon(handling(intent))
    case 'push':
      return push(handling(intent))
    case 'mute':
      return mute(handling(intent))
    default:
      return unreachable(intent)
  }
}
