/** Tells one person something, by the first way that works. */
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import type { ReplyAddress } from '../../domain/intent.js'
import { mapTexts } from '../../domain/map-texts.js'
import type { Message } from '../views/message.js'
import { slackFault } from './fault.js'
import type { BotLog } from './log.js'

/** One call of Slack's Web API, tried once. */
export type SlackCall = (method: string, args: Record<string, unknown>) => Promise<unknown>

export interface Telling {
  readonly user: UserId
  readonly reply: ReplyAddress
  readonly message: Message
  /** `--here`: everybody in the channel sees it. */
  readonly here: boolean
}

export interface Teller {
  /** False when no way worked. */
  tell(telling: Telling): Promise<boolean>
}

const TIMEOUT_MS = 5_000

export interface ReplyOptions {
  readonly call: SlackCall
  readonly log: BotLog
  /** Blanks the secrets in a text. */
  readonly blank: (text: string) => string
  readonly now?: () => number
}

/** So long a workspace that refused the newer blocks is not tried with them again. */
const PLAIN_FOR_MS = 86_400_000

export function createTeller({ call, log, blank, now = Date.now }: ReplyOptions): Teller {
  let plainUntil = Number.NEGATIVE_INFINITY

  /** One way; where Slack refuses the blocks, the plainer ones by the same way. */
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
    tell: async (telling) => {
      const message = mapTexts(telling.message, blank)
      for (const way of ways(call, telling)) {
        try {
          await go(way, message)
          return true
        } catch (error) {
          log.warn({ err: error, user: telling.user }, 'A person could not be told this way')
        }
      }
      return false
    },
  }
}

type Way = (message: Message) => Promise<void>

/** `response_url` works where the bot is no member; an ephemeral needs the channel; a direct message always remains. */
function ways(call: SlackCall, { user, reply, here }: Omit<Telling, 'message'>): readonly Way[] {
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
      // Always said: what is left out is private in Slack and public elsewhere.
      response_type: here ? 'in_channel' : 'ephemeral',
      replace_original: false,
      text,
      blocks,
    }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  })
  const said = await answer.text().catch(() => '')
  // Slack says no in the body, whatever the status is.
  if (said.includes('invalid_blocks')) throw new Error('invalid_blocks')
  if (!answer.ok) throw new Error(`response_url answered ${answer.status}`)
}
