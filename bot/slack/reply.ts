/** Sends a message to one person by the first way that works. */
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import type { ReplyAddress } from '../../domain/intent.js'
import { mapTexts } from '../../domain/map-texts.js'
import type { Message } from '../views/message.js'
import { slackFault } from './fault.js'
import type { BotLog } from './log.js'

/** One call of Slack's Web API, without retries. */
export type SlackCall = (method: string, args: Record<string, unknown>) => Promise<unknown>

export interface DirectReply {
  readonly user: UserId
  readonly reply: ReplyAddress
  readonly message: Message
  /** `--here`: visible to everybody in the channel. */
  readonly here: boolean
}

export interface Replier {
  /** False when no way worked. */
  send(reply: DirectReply): Promise<boolean>
}

const TIMEOUT_MS = 5_000

export interface ReplyOptions {
  readonly call: SlackCall
  readonly log: BotLog
  /** Redacts the secrets in a text. */
  readonly redact: (text: string) => string
  readonly now?: () => number
}

/** How long to avoid newer blocks in a workspace that refused them. */
const PLAIN_FOR_MS = 86_400_000

export function createReplier({ call, log, redact, now = Date.now }: ReplyOptions): Replier {
  let plainUntil = Number.NEGATIVE_INFINITY

  /** Uses one way; if Slack refuses the blocks, sends the plainer ones the same way. */
  async function go(way: Way, message: Message): Promise<void> {
    const { plainer } = message
    const plain = plainer && { text: message.text, blocks: plainer }
    if (plain !== undefined && now() < plainUntil) return way(plain)
    try {
      await way(message)
    } catch (error) {
      if (plain === undefined || slackFault(error).error !== 'invalid_blocks') throw error
      plainUntil = now() + PLAIN_FOR_MS
      await way(plain)
    }
  }

  return {
    send: async (answer) => {
      const message = mapTexts(answer.message, redact)
      for (const way of ways(call, answer)) {
        try {
          await go(way, message)
          return true
        } catch (error) {
          log.warn({ err: error, user: answer.user }, 'A person could not be reached this way')
        }
      }
      return false
    },
  }
}

type Way = (message: Message) => Promise<void>

/**
 * `response_url` works where the bot is not a member; an ephemeral message needs the channel; a direct message is the fallback.
 */
function ways(call: SlackCall, { user, reply, here }: Omit<DirectReply, 'message'>): readonly Way[] {
  const { responseUrl, channel, thread } = reply
  const said =
    (method: string, place: object): Way =>
    async ({ text, blocks }) => {
      await call(method, { ...place, text, blocks })
    }
  const inThread = thread === null ? {} : { thread_ts: thread }
  const quiet = { unfurl_links: false, unfurl_media: false }
  return [
    ...(responseUrl === null ? [] : [(message: Message) => respond(responseUrl, message, here)]),
    ...(channel === null || isDirect(channel)
      ? []
      : [
          here
            ? said('chat.postMessage', { channel, ...inThread, ...quiet })
            : said('chat.postEphemeral', { channel, user, ...inThread }),
        ]),
    said('chat.postMessage', { channel: user, ...quiet }),
  ]
}

const isDirect = (channel: ChannelId): boolean => channel.startsWith('D')

async function respond(url: string, { text, blocks }: Message, here: boolean): Promise<void> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify({
      // Always explicit: the default is private in Slack and public elsewhere.
      response_type: here ? 'in_channel' : 'ephemeral',
      replace_original: false,
      text,
      blocks,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const said = await answer.text().catch(() => '')
  // Slack reports a refusal in the body, whatever the status is.
  if (said.includes('invalid_blocks')) throw new Error('invalid_blocks')
  if (!answer.ok) throw new Error(`response_url answered ${answer.status}`)
}
