/** Tells commit authors what happened to their commits in an environment. */
import { unreachable } from '../../domain/exhaustive.js'
import type { AuthorEvent } from '../../domain/notifications.js'
import type { AuditView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, link, outside } from './escape.js'
import { eventMark } from './events/event-words.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { failedWord, failureWords } from './words/failure-words.js'

export interface AuthorFacts {
  /** The subject of their newest commit; null when it is unknown. */
  readonly subject: string | null
  /** How many of their commits it is about. */
  readonly count: number
  readonly cardUrl: string | null
  readonly logUrl: string | null
  /** How to stop these messages. */
  readonly hint: string
}

/** The prefix of the first block id, by which we find our own message again. */
export const authorMarker = ({ id }: Pick<AuditView, 'id'>): string => `rel:author:${id}`

/** Says that the author's change arrived, failed there, or was rolled back there. */
export function authorMessage(event: AuditView<AuthorEvent>, facts: AuthorFacts): Message {
  const { cardUrl, logUrl, hint } = facts
  const says = sentence(event, facts)
  const about = [
    date(event.at),
    ...(cardUrl === null ? [] : [link(cardUrl, 'Open the card')]),
    ...(logUrl === null ? [] : [link(logUrl, 'Show log')]),
    hint,
  ]
  const blocks = [section(`${eventMark(event)} ${says}`), context(about.join(' · '))]
  return { text: says, blocks: withBlockIds(blocks, authorMarker(event), 'n') }
}

function sentence(event: AuditView<AuthorEvent>, { subject, count }: AuthorFacts): string {
  const where = `${event.app ?? ''} ${event.environment ?? ''}`
  const name = outside(event.facts.name, 80)
  const one = subject === null || subject === '' ? '' : ` ${code(subject, 160)}`
  const yours =
    count > 1 ? `Your changes${one === '' ? '' : `,${one} and ${count - 1} more,`}` : `Your change${one}`
  const are = count > 1 ? 'are' : 'is'
  switch (event.kind) {
    case 'deployment.completed':
      return `${yours} reached ${where} with ${name}.`
    case 'deployment.failed':
      return `${yours} ${are} in ${name}, which ${failedWord(event.facts.failure)} in ${where}: ${failureWords(event.facts.failure, mrkdwn)}.`
    case 'environment.rolled_back':
      return `${yours} ${are} in ${name}, which was put away: ${where} was rolled back to ${outside(event.facts.to, 80)}.`
    default:
      return unreachable(event)
  }
}
