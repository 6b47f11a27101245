/** To whoever wrote commits: what became of these in an environment. */
import { unreachable } from '../../domain/exhaustive.js'
import type { AuthorNews } from '../../domain/tells.js'
import type { AuditView } from '../../domain/views.js'
import { context, section, withBlockIds } from './blocks.js'
import { code, date, link, outside } from './escape.js'
import { eventMark } from './events/event-words.js'
import { mrkdwn } from './markup.js'
import type { Message } from './message.js'
import { failedWord, failureWords } from './words/failure-words.js'

export interface AuthorFacts {
  /** Of the newest of their commits; null when it is not known. */
  readonly subject: string | null
  /** How many commits of theirs it is about. */
  readonly count: number
  readonly cardUrl: string | null
  readonly logUrl: string | null
  /** How to hear no more of it. */
  readonly hint: string
}

/** How the first block id begins: it lets us find our own message again. */
export const authorMarker = ({ id }: Pick<AuditView, 'id'>): string => `rel:author:${id}`

/** Your change is there, failed there, or was put away there. */
export function authorMessage(event: AuditView<AuthorNews>, facts: AuthorFacts): Message {
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

function sentence(event: AuditView<AuthorNews>, { subject, count }: AuthorFacts): string {
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
