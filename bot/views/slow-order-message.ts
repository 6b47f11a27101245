/** Messages about an order that has no answer yet. */
import type { Button } from '@slack/types'
import type { AppName, UserId } from '../../domain/identifiers.js'
import { actions, button, context, section, withBlockIds } from './blocks.js'
import { type ButtonTarget, buttonId } from './button-target.js'
import { code, date, mention, outside } from './escape.js'
import { marks } from './marks.js'
import type { Message, MessageWithButtons } from './message.js'

/** An order without an answer. Instants are ISO. */
export interface Delay {
  readonly key: string
  /** Its own app, or any app if the order concerns all; null without any, and then it has no button. */
  readonly app: AppName | null
  /** Null: Slipway itself. */
  readonly by: UserId | null
  /** The equivalent command; null: nobody typed it. */
  readonly command: string | null
  /** Why the last attempt had no answer; null: it waits for an earlier order about the same thing. */
  readonly trouble: string | null
  readonly errorId: string
  readonly since: string
  /** Since when it is no longer retried automatically; null while it is. */
  readonly parkedAt: string | null
  /** Null while it has no answer. */
  readonly answeredAt: string | null
}

/** For the person who gave it, while it is in progress; `words` as typed. */
export function workingMessage(words: string): Message {
  const text = `${marks.building} Working on it: ${code(words, 200)}`
  return { text, blocks: [section(text)] }
}

/** For the person who gave it. */
export function delayMessage({ trouble, errorId }: Pick<Delay, 'trouble' | 'errorId'>): Message {
  const stands = 'Your order has no answer yet.'
  const next = 'It stands and is carried out once: nothing has to be ordered again.'
  return {
    text: `${stands} ${becauseOf(trouble)} ${next}`,
    blocks: [
      section(`${marks.building} *${stands}*\n${becauseOf(trouble)}\n*Next* ${next}`),
      context(`err ${code(errorId, 60)}`),
    ],
  }
}

/** For the person who gave it, once it is no longer retried automatically. */
export function parkedMessage(delay: Delay): MessageWithButtons {
  const parked = 'Your order is parked: an hour went by without an answer.'
  const next = 'Have it tried again when you still want it; after a day it expires. It holds up nothing.'
  const again = tryAgain(delay)
  const what = delay.command === null ? '' : ` ${code(delay.command, 200)}`
  return {
    text: `${parked} ${becauseOf(delay.trouble)} ${next}`,
    blocks: [
      section(`${marks.parked} *${parked}*${what}\n${becauseOf(delay.trouble)}\n*Next* ${next}`),
      ...(again === null ? [] : [actions([again.button])]),
      context(`err ${code(delay.errorId, 60)}`),
    ],
    buttons: again === null ? [] : [again.target],
  }
}

/** For the channel of its app. */
export function channelDelayMessage(delay: Delay): Message {
  const { errorId, answeredAt, parkedAt } = delay
  const state = answeredAt !== null ? 'answered' : parkedAt === null ? 'waits' : 'parked'
  const whose = whoseOf(delay)
  const said = {
    waits: `${marks.building} *No answer yet.* ${givenOf(delay)}.\n${becauseOf(delay.trouble)} It is tried again; orders about the same thing wait behind it.`,
    parked: `${marks.parked} *Parked, an hour without an answer.* ${givenOf(delay)}.\n${becauseOf(delay.trouble)} It is tried again only when its giver says so, and holds up nothing.`,
    answered: `${marks.good} *Answered ${date(answeredAt ?? '')}.* ${givenOf(delay)}.`,
  }
  const texts = {
    waits: `${whose} has no answer yet.`,
    parked: `${whose} is parked without an answer.`,
    answered: `${whose} was answered.`,
  }
  const blocks = [section(said[state]), context(`err ${code(errorId, 60)}`)]
  return { text: texts[state], blocks: withBlockIds(blocks, delayMarker(errorId), state) }
}

/** All slow orders, for `why` and Home. The person who gave a parked one can retry it. */
export function delaysShown(delays: readonly Delay[], reader: UserId): Omit<MessageWithButtons, 'text'> {
  const shown = delays.slice(0, MOST_SHOWN).map((delay) => {
    const again = delay.parkedAt !== null && delay.by === reader ? tryAgain(delay) : null
    const words = `${delay.parkedAt === null ? `${marks.building} *No answer yet.*` : `${marks.parked} *Parked.*`} ${givenOf(delay)}.\n${becauseOf(delay.trouble)} err ${code(delay.errorId, 60)}`
    return { blocks: [section(words), ...(again === null ? [] : [actions([again.button])])], again }
  })
  const more = delays.length - shown.length
  return {
    blocks: [
      ...shown.flatMap(({ blocks }) => blocks),
      ...(more > 0 ? [context(`…and ${more} more orders without an answer.`)] : []),
    ],
    buttons: shown.flatMap(({ again }) => (again === null ? [] : [again.target])),
  }
}

const MOST_SHOWN = 5

function tryAgain({
  key,
  app,
  errorId,
}: Delay): { readonly target: ButtonTarget; readonly button: Button } | null {
  if (app === null) return null
  const target: ButtonTarget = { verb: 'try-again', app, argument: key }
  const says = `Try the order ${errorId} again`
  return {
    target,
    button: button({ verb: target.verb, label: 'Try again', says, value: buttonId(target) }),
  }
}

const whoseOf = ({ by }: Delay): string =>
  by === null ? 'An order of Slipway itself' : `An order of ${mention(by)}`

function givenOf(delay: Delay): string {
  const what = delay.command === null ? '' : `: ${code(delay.command, 200)}`
  return `${whoseOf(delay)}, given ${date(delay.since)}${what}`
}

/** The prefix of the first block id in the channel's message. */
export const delayMarker = (errorId: string): string => `slow:${errorId}`

const becauseOf = (trouble: string | null): string =>
  trouble === null
    ? 'It waits for an earlier order about the same thing.'
    : `What keeps it: ${outside(trouble, 200)}.`
