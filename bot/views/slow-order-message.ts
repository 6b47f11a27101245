/** What people are told of an order that has no answer yet. */
import type { UserId } from '../../domain/identifiers.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, mention, outside } from './escape.js'
import { marks } from './marks.js'
import type { Message } from './message.js'

/** An order without an answer. */
export interface Delay {
  /** As the command that would give it; null: nobody typed it. */
  readonly command: string | null
  /** Why the last try had no answer; null: it waits for an earlier order about the same thing. */
  readonly trouble: string | null
  readonly errorId: string
}

/** To the one who gave it, alone, while it takes a moment; `words` as they would be typed. */
export function workingMessage(words: string): Message {
  const text = `${marks.building} Working on it: ${code(words, 200)}`
  return { text, blocks: [section(text)] }
}

/** To the one who gave it, alone. */
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

/** To the channel of its app; `answeredAt` once it has one. ISO instants. */
export function channelDelayMessage(
  { command, trouble, errorId }: Delay,
  order: {
    readonly key: string
    readonly by: UserId | null
    readonly since: string
    readonly answeredAt: string | null
  },
): Message {
  const whose = order.by === null ? 'An order of Slipway itself' : `An order of ${mention(order.by)}`
  const what = command === null ? '' : `: ${code(command, 200)}`
  const given = `${whose}, given ${date(order.since)}${what}`
  const words =
    order.answeredAt === null
      ? `${marks.building} *No answer yet.* ${given}.\n${becauseOf(trouble)} It is tried again; orders about the same thing wait behind it.`
      : `${marks.good} *Answered ${date(order.answeredAt)}.* ${given}.`
  const blocks = [section(words), context(`err ${code(errorId, 60)}`)]
  return {
    text: order.answeredAt === null ? `${whose} has no answer yet.` : `${whose} was answered.`,
    blocks: withBlockIds(blocks, delayMarker(errorId), order.answeredAt === null ? 'waits' : 'answered'),
  }
}

/** How the first block id of the channel's message begins. */
export const delayMarker = (errorId: string): string => `slow:${errorId}`

const becauseOf = (trouble: string | null): string =>
  trouble === null
    ? 'It waits for an earlier order about the same thing.'
    : `What keeps it: ${outside(trouble, 200)}.`
