/** The ways to a person who gave an order: where they gave it while Slack allows, else privately, always them alone. */
import type { UntoldOrder } from '../../../db/inbox.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { SlackFault } from '../../slack/fault.js'
import type { SlackClient } from '../../slack/web-client.js'
import type { Message } from '../../views/message.js'

/** Of an order: a claimed one as well as an untold one. */
export type ToldOrder = Pick<UntoldOrder, 'key' | 'intent' | 'actor' | 'reply' | 'createdAt'>

export interface Ways {
  readonly client: SlackClient
  readonly onProblem?: (key: string, error: string) => void
  readonly now?: () => number
}

/** Slack gives 30 minutes; a minute is left for clocks that differ. */
const RESPONSE_URL_MS = 29 * 60_000

/** By the three ways, best first. True once nothing more can or need be done. */
export async function deliver(options: Ways, order: ToldOrder, message: Message): Promise<boolean> {
  const { onProblem } = options
  const ways = order.actor.user === SLIPWAY ? [inChannel] : [byResponseUrl, byEphemeral, byDirectMessage]
  for (const way of ways) {
    const fault = await way(options, order, message)
    if (fault === null) return true
    if (fault === 'not-possible') continue
    onProblem?.(order.key, fault.error)
    // Whether it arrived is unclear, or it is too early: the sweep tries again, by the same way, ever more rarely.
    if (fault.kind === 'unclear' || fault.kind === 'rate-limited' || fault.kind === 'no-access') return false
  }
  // Slack refused every way for good: this person cannot be reached.
  return true
}

/** Null: it is told. */
type Told = SlackFault | 'not-possible' | null

async function byResponseUrl(options: Ways, order: ToldOrder, message: Message): Promise<Told> {
  const { client, now = Date.now } = options
  const { responseUrl } = order.reply
  if (responseUrl === null || now() - Date.parse(order.createdAt) > RESPONSE_URL_MS) return 'not-possible'
  const answer = await client.respond(responseUrl, message)
  return answer.ok ? null : answer.fault
}

async function byEphemeral({ client }: Ways, order: ToldOrder, message: Message): Promise<Told> {
  const { channel, thread } = order.reply
  if (channel === null) return 'not-possible'
  const answer = await client.postEphemeral({ channel, user: order.actor.user, thread }, message)
  return answer.ok ? null : answer.fault
}

/** What no person ordered is of interest to everybody there. */
async function inChannel({ client }: Ways, order: ToldOrder, message: Message): Promise<Told> {
  const { channel } = order.reply
  if (channel === null) return 'not-possible'
  const answer = await client.post({ channel, threadTs: null, broadcast: false, message })
  return answer.ok ? null : answer.fault
}

async function byDirectMessage({ client }: Ways, order: ToldOrder, message: Message): Promise<Told> {
  const direct = await client.openDirect(order.actor.user)
  if (!direct.ok) return direct.fault
  const answer = await client.post({ channel: direct.value, threadTs: null, broadcast: false, message })
  return answer.ok ? null : answer.fault
}
