import type { Outcome } from '../../../domain/refusal.js'
import { doneMessage } from '../../verbs/done-message.js'
import { refusalMessage } from '../../verbs/refusal-message.js'
import { context } from '../../views/blocks.js'
import type { ButtonTarget } from '../../views/button-target.js'
import { errorIdOf } from '../../views/error-id.js'
import { link } from '../../views/escape.js'
import type { Message } from '../../views/message.js'
import { offerOf } from '../../views/refusals/offers.js'

export interface Answer {
  readonly orderKey: string
  readonly command: string
  /** The URL of the card it is about. */
  readonly cardUrl: string | null
}

export interface OutcomeMessage extends Message {
  /** The targets of its buttons; to be stored before it is shown. */
  readonly buttons: readonly ButtonTarget[]
}

/** The outcome of an order as a message to the person who gave it. */
export function outcomeMessage(outcome: Outcome, { orderKey, command, cardUrl }: Answer): OutcomeMessage {
  const message =
    outcome.kind === 'done'
      ? doneMessage(outcome.done, command)
      : refusalMessage(outcome.refusal, errorIdOf(orderKey), command)
  const offer = outcome.kind === 'refused' ? offerOf(outcome.refusal) : null
  const card = cardUrl === null ? [] : [context(link(cardUrl, 'Open the card'))]
  const blocks = [...message.blocks, ...(offer === null ? [] : [offer.block]), ...card]
  return { ...message, blocks, buttons: offer === null ? [] : offer.targets }
}
