/** To whoever wrote a commit: what became of it in an environment. */
import { unreachable } from '../../domain/exhaustive.js'
import type { AuthorNews } from '../../domain/tells.js'
import type { AuditView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, link, outside } from './escape.js'
import { eventMark } from './events/event-words.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { failureWords } from './words/failure-words.js'

export interface AuthorFacts {
  /** Of the commit; null when it is not known. */
  readonly subject: string | null
  readonly cardUrl: string | null
  readonly logUrl: string | null
  /** How to hear no more of it. */
  readonly hint: string
}

/** How the first block id begins: it lets us find our own message again. */
export const authorMarker = ({ id }: Pick<AuditView, 'id'>): string => `rel:author:${id}`

/** Your change is there, failed there, or was put away there. */
export function authorMessage(event: AuditView<AuthorNews>, facts: AuthorFacts): Message {
  const { subject, cardUrl, logUrl, hint } = facts
  const says = sentence(event, subject === null || subject === '' ? '' : ` ${code(subject, 160)}`)
  const about = [
    date(event.at),
    ...(cardUrl === null ? [] : [link(cardUrl, 'Open the card')]),
    ...(logUrl === null ? [] : [link(logUrl, 'Show log')]),
    hint,
  ]
  const blocks = [section(`${eventMark(event)} ${says}`), context(about.join(' · '))]
  return { text: says, blocks: withBlockIds(blocks, authorMarker(event), 'n') }
}

function sentence(event: AuditView<AuthorNews>, change: string): string {
  const where = `${event.app ?? ''} ${event.environment ?? ''}`
  const name = outside(event.facts.name, 80)
  switch (event.kind) {
    case 'deployment.completed':
      return `Your change${change} reached ${where} with ${name}.`
    case 'deployment.failed':
      return `Your change${change} is in ${name}, which failed in ${where}: ${failureWords(event.facts.failure, mrkdwn)}.`
    case 'environment.rolled_back':
      return `Your change${change} is in ${name}, which was put away: ${where} was rolled back to ${outside(event.facts.to, 80)}.`
    default:
      return unreachable(event)
  }
}
