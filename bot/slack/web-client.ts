/**
 * The Web API methods that send messages, one call each. This client does not retry: the default one posts twice when an answer
 * is lost, and one 429 stalls every other call.
 */
import { LogLevel, WebAPIHTTPError, WebClient } from '@slack/web-api'
import * as z from 'zod'
import type { ChannelId, UserId } from '../../domain/identifiers.js'
import { mapTexts } from '../../domain/map-texts.js'
import type { Message } from '../views/message.js'
import { type SlackResult, slackFault } from './fault.js'

export interface NewMessage {
  readonly channel: string
  /** The `ts` of the card whose thread it belongs to. */
  readonly threadTs: string | null
  /** Also shows a thread's line in the channel. */
  readonly broadcast: boolean
  readonly message: Message
}

/** A place for an ephemeral message. */
export interface EphemeralPlace {
  readonly channel: ChannelId
  readonly user: UserId
  /** Only a thread that already exists. */
  readonly thread: string | null
}

export interface PostedMessage {
  readonly ts: string
  /** Empty when it has none. */
  readonly firstBlockId: string
}

export interface HistoryQuestion {
  readonly channel: ChannelId
  /** For a thread, the card's `ts`. */
  readonly threadTs: string | null
  /** Slack timestamps; only messages between the two are returned. */
  readonly oldest: string
  readonly latest: string | null
}

export interface SlackClient {
  post(message: NewMessage): Promise<SlackResult<string>>
  update(channel: ChannelId, ts: string, message: Message): Promise<SlackResult<null>>
  postEphemeral(place: EphemeralPlace, message: Message): Promise<SlackResult<null>>
  openDirect(user: UserId): Promise<SlackResult<string>>
  /** Messages by anyone in a time range: used to find out whether an unclear post succeeded. */
  history(question: HistoryQuestion): Promise<SlackResult<readonly PostedMessage[]>>
  permalink(channel: ChannelId, ts: string): Promise<SlackResult<string>>
  /** Pins a message; if it is already pinned, returns a `final` fault `already_pinned`. */
  pin(channel: ChannelId, ts: string): Promise<SlackResult<null>>
  /** Deletes one of our messages. */
  remove(channel: ChannelId, ts: string): Promise<SlackResult<null>>
  /** Answers via the `response_url` of a command or button, always to that person alone. */
  respond(responseUrl: string, message: Message): Promise<SlackResult<null>>
  /** Replaces the message whose button was pressed, for everybody; does not count towards `chat.update`'s rate limit. */
  replace(responseUrl: string, message: Message): Promise<SlackResult<null>>
}

export interface SlackClientOptions {
  readonly token: string
  /** Replaces Slack's default URL. */
  readonly apiUrl?: string | null
  /** Redacts the secrets in a text. */
  readonly redact: (text: string) => string
  /** Called after each call: the method, `ok` or the kind of fault, and the seconds it took. */
  readonly onCall?: (method: string, result: string, seconds: number) => void
}

const TIMEOUT_MS = 10_000
const RESPOND_TIMEOUT_MS = 5_000
const PAGE = 100

const posted = z.object({ ts: z.string() })
const opened = z.object({ channel: z.object({ id: z.string() }) })
const linked = z.object({ permalink: z.string() })
const blockId = z.object({ block_id: z.string().catch('') }).catch({ block_id: '' })
const messages = z.object({
  messages: z.array(z.object({ ts: z.string(), blocks: z.array(blockId).catch([]) })).catch([]),
})
const privately = { response_type: 'ephemeral', replace_original: false } as const
/** Slack must not unfurl links: titles and commit messages written by people stay plain text. */
const quiet = { unfurl_links: false, unfurl_media: false } as const

export function createSlackClient(options: SlackClientOptions): SlackClient {
  const web = openWebClient(options)
  const call = observed(options)
  const bodyOf = (message: Message) => redactedBody(message, options.redact)
  return {
    post: (message) =>
      call('chat.postMessage', async () => {
        // oxlint-disable-next-line unicorn/require-post-message-target-origin -- Slack's method, not a window's
        const sent = await web.chat.postMessage({ ...placeOf(message), ...bodyOf(message.message), ...quiet })
        return posted.parse(sent).ts
      }),
    update: (channel, ts, message) =>
      call('chat.update', async () => {
        await web.chat.update({ channel, ts, ...bodyOf(message) })
        return null
      }),
    postEphemeral: ({ channel, user, thread }, message) =>
      call('chat.postEphemeral', async () => {
        const place = { channel, user, ...(thread === null ? {} : { thread_ts: thread }) }
        await web.chat.postEphemeral({ ...place, ...bodyOf(message) })
        return null
      }),
    openDirect: (users) =>
      call(
        'conversations.open',
        async () => opened.parse(await web.conversations.open({ users })).channel.id,
      ),
    history: (question) =>
      call(question.threadTs === null ? 'conversations.history' : 'conversations.replies', () =>
        readHistory(web, question),
      ),
    permalink: (channel, ts) =>
      call('chat.getPermalink', async () => {
        return linked.parse(await web.chat.getPermalink({ channel, message_ts: ts })).permalink
      }),
    pin: (channel, ts) =>
      call('pins.add', async () => {
        await web.pins.add({ channel, timestamp: ts })
        return null
      }),
    remove: (channel, ts) =>
      call('chat.delete', async () => {
        await web.chat.delete({ channel, ts })
        return null
      }),
    respond: (url, message) => call('response_url', () => respond(url, { ...privately, ...bodyOf(message) })),
    replace: (url, message) =>
      call('response_url', () => respond(url, { replace_original: true, ...bodyOf(message) })),
  }
}

function openWebClient({ token, apiUrl }: SlackClientOptions): WebClient {
  return new WebClient(token, {
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
    timeout: TIMEOUT_MS,
    logLevel: LogLevel.ERROR,
    ...(apiUrl ? { slackApiUrl: apiUrl } : {}),
  })
}

/** Runs one call, times it, and returns any thrown error as a value. */
function observed({ onCall }: SlackClientOptions) {
  return async <Value>(method: string, work: () => Promise<Value>): Promise<SlackResult<Value>> => {
    const from = performance.now()
    const told = (result: string) => onCall?.(method, result, (performance.now() - from) / 1_000)
    try {
      const value = await work()
      told('ok')
      return { ok: true, value }
    } catch (error) {
      const fault = slackFault(error)
      told(fault.kind)
      return { ok: false, fault }
    }
  }
}

function redactedBody(message: Message, redact: SlackClientOptions['redact']) {
  const { text, blocks } = mapTexts(message, redact)
  return { text, blocks: [...blocks] }
}

function placeOf({ channel, threadTs, broadcast }: NewMessage) {
  if (threadTs === null) return { channel }
  return broadcast
    ? ({ channel, thread_ts: threadTs, reply_broadcast: true } as const)
    : { channel, thread_ts: threadTs }
}

async function readHistory(
  web: WebClient,
  { channel, threadTs, oldest, latest }: HistoryQuestion,
): Promise<readonly PostedMessage[]> {
  const page = { channel, oldest, inclusive: true, limit: PAGE, ...(latest === null ? {} : { latest }) }
  const answer =
    threadTs === null
      ? await web.conversations.history(page)
      : await web.conversations.replies({ ...page, ts: threadTs })
  return messages
    .parse(answer)
    .messages.map(({ ts, blocks }) => ({ ts, firstBlockId: blocks[0]?.block_id ?? '' }))
}

/** Not a Web API method: posts to the URL that Slack gave with the order, valid for 30 minutes and five answers. */
async function respond(url: string, body: object): Promise<null> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(RESPOND_TIMEOUT_MS),
  })
  await answer.body?.cancel()
  if (!answer.ok) throw new WebAPIHTTPError(answer.status, answer.statusText, {})
  return null
}
