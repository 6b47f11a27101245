/** A line in a card's thread: one event of its history. */

import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { section, withBlockIds } from './blocks.js'
import { date, forNotification, link, mention, mentions, outside } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'

/** The prefix of a line's first block id, by which we find our own message again. */
export function lineMarker(event: Pick<AuditView, 'id'>): string {
  return `rel:thread:${event.id}`
}

export interface LineExtras {
  /** The URL of its log, if it has one. */
  readonly logUrl?: string | null
  /** Who has to act next; they are @-mentioned, and so notified. */
  readonly asked?: readonly UserId[]
  /** For a line that is also read where the card is not visible. */
  readonly release?: { readonly title: string; readonly cardUrl: string | null }
}

/** In a longer list, nobody would feel addressed. */
const MOST_ASKED = 10
const TITLE = 80

/** Which release, what happened, by whom and when, who has to act next, and where. */
export function threadLine(event: AuditView, extras: LineExtras = {}): Message {
  const { logUrl = null, asked = [], release } = extras
  const mark = eventMark(event)
  const says = eventSentence(event, mrkdwn)
  const turn = asked.length === 0 ? [] : [`${marks.turn} ${turnOf(event, asked)}`]
  const cardUrl = release?.cardUrl ?? null
  const about = [
    ...(event.actor === SLIPWAY ? [] : [mention(event.actor)]),
    date(event.at),
    ...turn,
    ...(cardUrl === null ? [] : [link(cardUrl, 'Open the card')]),
    ...(logUrl === null ? [] : [link(logUrl, 'Show log')]),
  ]
  const blocks = [section(`${mark} ${subjectOf(event, release, '*')}${says} — ${about.join(' · ')}`)]
  return {
    text: forNotification([`${mark} ${subjectOf(event, release)}${says}`, ...turn].join(' ')),
    blocks: withBlockIds(blocks, lineMarker(event), 'l'),
  }
}

/** `*shop* “New checkout”: `; empty when the card shows it. */
export function subjectOf(
  { app }: Pick<AuditView, 'app'>,
  release: { readonly title: string } | undefined,
  bold = '',
): string {
  if (release === undefined) return ''
  const name = app === null ? '' : `${bold}${app}${bold} `
  return `${name}“${outside(release.title, TITLE)}”: `
}

/** What is requested from whom, e.g. `@Bob, @Carol: please approve`. */
function turnOf({ kind }: AuditView, asked: readonly UserId[]): string {
  const more = asked.length - MOST_ASKED
  const people = `${mentions(asked.slice(0, MOST_ASKED))}${more > 0 ? ` and ${more} more` : ''}`
  switch (kind) {
    case 'deployment.prepared':
      return `${people}: please approve`
    case 'deployment.awaiting_acceptance':
      return `${people}: please test, then accept or reject`
    case 'deployment.failed':
      return `${people}, who asked for it or approved it`
    case 'release.stalled':
      return `${people}: you can move it`
    default:
      return people
  }
}
