/** One line of a card's history, in its thread. */

import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { section, withBlockIds } from './blocks.js'
import { date, link, mention, mentions } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'

/** How the first block id of a line begins: it lets us find our own message again. */
export function lineMarker(event: Pick<AuditView, 'id'>): string {
  return `rel:thread:${event.id}`
}

export interface LineExtras {
  /** For what has a log. */
  readonly logUrl?: string | null
  /** Whose turn it is: they are mentioned, and so notified. */
  readonly asked?: readonly UserId[]
}

/** More would be a crowd in which nobody is meant. */
const MOST_ASKED = 10

/** What happened, by whom and when, and whose turn it is. */
export function threadLine(event: AuditView, { logUrl = null, asked = [] }: LineExtras = {}): Message {
  const told = `${eventMark(event)} ${eventSentence(event, mrkdwn)}`
  const about = [
    ...(event.actor === SLIPWAY ? [] : [mention(event.actor)]),
    date(event.at),
    ...turnOf(asked),
    ...(logUrl === null ? [] : [link(logUrl, 'Show log')]),
  ]
  const blocks = [section(`${told} — ${about.join(' · ')}`)]
  return { text: told, blocks: withBlockIds(blocks, lineMarker(event), 'l') }
}

function turnOf(asked: readonly UserId[]): readonly string[] {
  if (asked.length === 0) return []
  const more = asked.length - MOST_ASKED
  return [`${marks.turn} ${mentions(asked.slice(0, MOST_ASKED))}${more > 0 ? ` and ${more} more` : ''}`]
}
