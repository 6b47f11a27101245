/** One event of a channel that no card is the place for: a push that failed, waits, or was not deployed. */
import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AuditView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, link, mention, mentions, outside } from './escape.js'
import { eventMark, eventSentence } from './events/event-words.js'
import { marks } from './marks.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'

export interface NoteFacts {
  readonly authors: readonly UserId[]
  /** The last lines of what failed. */
  readonly tail: string | null
  readonly logUrl: string | null
}

const TAIL_LINES = 5
const TAIL_LENGTH = 300

/** How the first block id begins: it lets us find our own message again. */
export const noteMarker = (event: Pick<AuditView, 'id'>): string => `rel:note:${event.id}`

export function channelNote(event: AuditView, { authors, tail, logUrl }: NoteFacts): Message {
  const mark = eventMark(event)
  const says = eventSentence(event, mrkdwn)
  const app = event.app === null ? '' : `*${event.app}* `
  const blocks = [
    section(`${mark} ${app}${says}${logUrl === null ? '' : ` · ${link(logUrl, 'Show log')}`}`),
    ...('failure' in event.facts ? logLines(tail) : []),
    context([...whoseOf(event, authors), date(event.at)].join(' · ')),
  ]
  const sentence = `${mark} ${event.app ?? ''} ${says}${authors.length > 0 ? ` (${mentions(authors)})` : ''}`
  return { text: sentence, blocks: withBlockIds(blocks, noteMarker(event), 'n') }
}

function whoseOf({ actor, facts }: AuditView, authors: readonly UserId[]): readonly string[] {
  const { subject, author } = 'author' in facts ? facts : { subject: '', author: '' }
  return [
    ...(actor === SLIPWAY ? [] : [mention(actor)]),
    ...(subject === '' ? [] : [code(subject, 160)]),
    ...(author === '' ? [] : [`by ${outside(author, 80)}`]),
    ...(authors.length > 0 ? [mentions(authors)] : []),
  ]
}

function logLines(tail: string | null): ReturnType<typeof section>[] {
  const lines = (tail ?? '').split('\n').filter((line) => line.trim() !== '')
  if (lines.length === 0) return []
  return [
    section(
      lines
        .slice(-TAIL_LINES)
        .map((line) => code(line, TAIL_LENGTH))
        .join('\n'),
    ),
  ]
}

/** To an author: your change is there. */
export function arrivalNote(
  event: AuditView<'deployment.completed'>,
  subject: string | null,
  hint: string,
): Message {
  const what = subject !== null && subject !== '' ? ` ${code(subject, 160)}` : ''
  const where = `${event.app ?? ''} ${event.environment ?? ''}`
  const says = `Your change${what} reached ${where} with ${outside(event.facts.name, 80)}.`
  const blocks = [section(`${marks.running} ${says}`), context(`${date(event.at)} · ${hint}`)]
  return { text: says, blocks: withBlockIds(blocks, `rel:arrival:${event.id}`, 'n') }
}
