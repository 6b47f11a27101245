/** Tells one person something, by the first way that works. */
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import type { ReplyAddress } from '../../domain/intent.js'
import { mapTexts } from '../../domain/map-texts.js'
import type { Message } from '../views/message.js'
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
}

export function createTeller({ call, log, blank }: ReplyOptions): Teller {
  return {
    tell: async (telling) => {
      for (const way of ways(call, { ...telling, message: mapTexts(telling.message, blank) })) {
        try {
          await way()
          return true
        } catch (error) {
          log.warn({ err: error, user: telling.user }, 'A person could not be told this way')
        }
      }
      return false
    },
  }
}

type Way = () => Promise<unknown>

/** `response_url` works where the bot is no member; an ephemeral needs the channel; a direct message always remains. */
function ways(call: SlackCall, { user, reply, message, here }: Telling): readonly Way[] {
  const { responseUrl, channel, thread } = reply
  const body = { text: message.text, blocks: message.blocks }
  const inThread = thread === null ? {} : { thread_ts: thread }
  const quiet = { unfurl_links: false, unfurl_media: false }
  return [
    ...(responseUrl === null ? [] : [() => respond(responseUrl, message, here)]),
    ...(channel === null || isDirect(channel)
      ? []
      : [
          here
            ? () => call('chat.postMessage', { channel, ...inThread, ...body, ...quiet })
            : () => call('chat.postEphemeral', { channel, user, ...inThread, ...body }),
        ]),
    () => call('chat.postMessage', { channel: user, ...body, ...quiet }),
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
  await answer.body?.cancel()
  if (!answer.ok) throw new Error(`response_url answered ${answer.status}`)
}
