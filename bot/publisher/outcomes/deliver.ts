/**
 * The ways to reach the person who gave an order: in place while Slack allows it, otherwise by direct message; always privately.
 */
import type { UnsentOutcome } from '../../../db/inbox.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { SlackFault } from '../../slack/fault.js'
import type { SlackClient } from '../../slack/web-client.js'
import type { Message } from '../../views/message.js'

/** An order to answer, claimed or not. */
export type AnsweredOrder = Pick<UnsentOutcome, 'key' | 'intent' | 'actor' | 'reply' | 'createdAt'>

export interface Ways {
  readonly client: SlackClient
  readonly onProblem?: (key: string, error: string) => void
  readonly now?: () => number
}

/** Slack allows 30 minutes; one minute is reserved for clock differences. */
const RESPONSE_URL_MS = 29 * 60_000

/** Tries three ways, best first. True once nothing more can or need be done. */
export async function deliver(options: Ways, order: AnsweredOrder, message: Message): Promise<boolean> {
  const { onProblem } = options
  const ways = order.actor.user === SLIPWAY ? [inChannel] : [byResponseUrl, byEphemeral, byDirectMessage]
  for (const way of ways) {
    const fault = await way(options, order, message)
    if (fault === null) return true
    if (fault === 'not-possible') continue
    onProblem?.(order.key, fault.error)
    // It may have arrived, or it is too early: the sweep retries the same way, less and less often.
    if (fault.kind === 'unclear' || fault.kind === 'rate-limited' || fault.kind === 'no-access') return false
  }
  // Slack permanently refused every way: this person cannot be reached.
  return true
}

/** Null: it was delivered. */
type Told = SlackFault | 'not-possible' | null

async function byResponseUrl(options: Ways, order: AnsweredOrder, message: Message): Promise<Told> {
  const { client, now = Date.now } = options
  const { responseUrl } = order.reply
  if (responseUrl === null || now() - Date.parse(order.createdAt) > RESPONSE_URL_MS) return 'not-possible'
  const answer = await client.respond(responseUrl, message)
  return answer.ok ? null : answer.fault
}

async function byEphemeral({ client }: Ways, order: AnsweredOrder, message: Message): Promise<Told> {
  const { channel, thread } = order.reply
  if (channel === null) return 'not-possible'
  const answer = await client.postEphemeral({ channel, user: order.actor.user, thread }, message)
  return answer.ok ? null : answer.fault
}

/** The outcome of an automatic order concerns everybody in its channel. */
async function inChannel({ client }: Ways, order: AnsweredOrder, message: Message): Promise<Told> {
  const { channel } = order.reply
  if (channel === null) return 'not-possible'
  const answer = await client.post({ channel, threadTs: null, broadcast: false, message })
  return answer.ok ? null : answer.fault
}

async function byDirectMessage({ client }: Ways, order: AnsweredOrder, message: Message): Promise<Told> {
  const direct = await client.openDirect(order.actor.user)
  if (!direct.ok) return direct.fault
  const answer = await client.post({ channel: direct.value, threadTs: null, broadcast: false, message })
  return answer.ok ? null : answer.fault
}
