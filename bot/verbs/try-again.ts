/** Retries an order that had no answer for an hour, when the person who gave it asks. */
import { SLIPWAY } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { AuditView } from '../../domain/views.js'
import type { Handling } from '../orders/handling.js'
import { date, mention } from '../views/escape.js'
import { eventMark, eventSentence } from '../views/events/event-words.js'
import { marks } from '../views/marks.js'
import { mrkdwn } from '../views/markup.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { orders } from './common/buttons.js'
import type { AnyRefusalTexts, DoneTexts, OrderOf } from './common/command.js'

export const tryAgainButton = orders(({ app, argument, confirmed = false }) =>
  argument === undefined ? null : { kind: 'try-again', app, order: argument, confirmed },
)

export const tryAgainOrder: OrderOf<'try-again'> = {
  write: ({ app }) => ['why', app],
  workflowKey: ({ order }) => `parked/${order}`,
  addIds: (draft) => draft,
  handle: handleTryAgain,
}

/**
 * Returns the answer if a workflow gave one that was never delivered. Otherwise shows what changed since the order was given, and
 * then retries it like a new order: permission is checked then.
 */
async function handleTryAgain({
  intent: { app, order: key, confirmed },
  actor,
  context: { parked },
}: Handling<IntentOf<'try-again'>>): Promise<Outcome> {
  const order = await parked.find(key)
  if (order === null) return refuse({ code: 'not-parked' })
  if (order.actor.user !== actor.user) return refuse({ code: 'order-of-another', by: order.actor.user })
  const answer = await parked.recordedAnswer(key)
  if (answer !== null) {
    await parked.end(key, answer)
    return answer
  }
  const changes = confirmed ? [] : await parked.changesSince(order)
  if (changes.length > 0) {
    const again = { app, order: key }
    return refuse({ code: 'changed-meanwhile', since: order.createdAt, changes: changes.map(line), again })
  }
  return (await parked.tryAgain(key)) ? done({ code: 'trying-again' }) : refuse({ code: 'not-parked' })
}

const line = (event: AuditView): string =>
  `${eventMark(event)} ${eventSentence(event, mrkdwn)} — ${date(event.at)}`

export const tryAgainDone: Pick<DoneTexts, 'trying-again'> = {
  'trying-again': () => `${marks.building} It is being tried again; its answer follows.`,
}

export const tryAgainRefusals: Pick<
  AnyRefusalTexts,
  'not-parked' | 'order-of-another' | 'changed-meanwhile' | 'order-expired'
> = {
  'not-parked': (_, { command }) => ({
    didNot: 'try it again',
    because: 'That order is not parked any more: it was answered, it is being tried, or it expired.',
    next: `See what stands: ${copyable(`${command} status`)}`,
  }),
  'order-of-another': ({ by }) => ({
    didNot: 'try it again',
    because: `It is an order of ${by === SLIPWAY ? 'Slipway itself' : mention(by)}, and is carried out in their name alone.`,
    next: 'Ask them, or give the order yourself.',
  }),
  'changed-meanwhile': ({ since, changes }) => ({
    didNot: 'try it again yet',
    because: `You gave it ${date(since)}. Since then:\n${changes.map((change) => `• ${change}`).join('\n')}\n`,
    next: 'Carry it out all the same, or leave it: it expires by itself.',
  }),
  'order-expired': (_, { command }) => ({
    didNot: 'carry out your order',
    because: 'Nothing answered it for an hour, and nobody had it tried again within a day.',
    next: `See what stands with ${copyable(`${command} status`)}, then give it again if it is still wanted.`,
  }),
}
