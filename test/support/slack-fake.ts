/** A small Slack with faults on request that the emulator lacks (429, lost answers, archived channels, refused blocks). */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { slackFaults } from './slack-limits.js'

export type Fault =
  | { readonly kind: 'rate-limit'; readonly seconds: number }
  | { readonly kind: 'status'; readonly status: number }
  /** It is done, and the answer is lost. */
  | { readonly kind: 'lost-answer' }
  /** Nothing is done, and there is no answer. */
  | { readonly kind: 'lost-request' }
  | { readonly kind: 'error'; readonly error: string }

export interface FakeMessage {
  readonly channel: string
  readonly ts: string
  readonly threadTs: string | null
  readonly broadcast: boolean
  text: string
  blocks: readonly { readonly block_id?: string }[]
  updates: number
}

export interface FakeCall {
  readonly method: string
  readonly at: number
  readonly args: Readonly<Record<string, string>>
}

export interface SlackFake {
  readonly apiUrl: string
  readonly calls: FakeCall[]
  readonly messages: FakeMessage[]
  /** The `ts` of each message that was pinned. */
  readonly pinned: string[]
  readonly ephemerals: { readonly channel: string; readonly user: string; readonly text: string }[]
  readonly responses: { readonly path: string; readonly body: Readonly<Record<string, unknown>> }[]
  /** Faults for the next calls of a method, one each. */
  failNext(method: string, ...faults: readonly Fault[]): void
  /** A fault for every call of a method until `null`. */
  failAll(method: string, fault: Fault | null): void
  delete(ts: string): void
  countOf(method: string): number
  close(): Promise<void>
}

type Args = Readonly<Record<string, string>>

export async function startSlackFake(): Promise<SlackFake> {
  const state = createState()
  const server = createServer((asked, answer) => {
    void serve(state, asked, answer).catch(() => asked.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    ...state,
    apiUrl: `http://127.0.0.1:${port}/api/`,
    failNext: (method, ...faults) => state.next.set(method, [...(state.next.get(method) ?? []), ...faults]),
    failAll: (method, fault) =>
      fault === null ? state.always.delete(method) : state.always.set(method, fault),
    delete(ts) {
      const index = state.messages.findIndex((message) => message.ts === ts)
      if (index >= 0) state.messages.splice(index, 1)
    },
    countOf: (method) => state.calls.filter((call) => call.method === method).length,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

function createState() {
  return {
    calls: [] as FakeCall[],
    messages: [] as FakeMessage[],
    pinned: [] as string[],
    ephemerals: [] as { channel: string; user: string; text: string }[],
    responses: [] as { path: string; body: Record<string, unknown> }[],
    next: new Map<string, Fault[]>(),
    always: new Map<string, Fault>(),
    posted: { count: 0 },
  }
}

type State = ReturnType<typeof createState>

async function serve(state: State, asked: IncomingMessage, answer: ServerResponse): Promise<void> {
  const path = asked.url ?? ''
  const body = await text(asked)
  const method = path.startsWith('/api/') ? path.slice('/api/'.length) : 'response_url'
  const args: Args = method === 'response_url' ? {} : Object.fromEntries(new URLSearchParams(body))
  state.calls.push({ method, at: Date.now(), args })
  const fault = state.next.get(method)?.shift() ?? state.always.get(method) ?? null
  if (fault !== null && fault.kind !== 'lost-answer') return fail(asked, answer, fault)
  if (method === 'response_url')
    state.responses.push({ path, body: JSON.parse(body) as Record<string, unknown> })
  const result = method === 'response_url' ? { ok: true } : act(state, method, args)
  if (fault !== null) asked.socket.destroy()
  else say(answer, result)
}

function fail(asked: IncomingMessage, answer: ServerResponse, fault: Fault): void {
  if (fault.kind === 'error') say(answer, { ok: false, error: fault.error })
  else if (fault.kind === 'rate-limit') answer.writeHead(429, { 'retry-after': String(fault.seconds) }).end()
  else if (fault.kind === 'status') answer.writeHead(fault.status).end()
  else asked.socket.destroy()
}

function say(answer: ServerResponse, body: object): void {
  answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}

function act(state: State, method: string, args: Args): object {
  switch (method) {
    case 'chat.postMessage':
      return post(state, args)
    case 'chat.update':
      return update(state, args)
    case 'chat.postEphemeral':
      state.ephemerals.push({
        channel: args['channel'] ?? '',
        user: args['user'] ?? '',
        text: args['text'] ?? '',
      })
      return { ok: true }
    case 'conversations.history':
    case 'conversations.replies':
      return { ok: true, messages: history(state, method, args) }
    case 'conversations.open':
      return { ok: true, channel: { id: `D${args['users'] ?? ''}` } }
    case 'pins.add':
      return pin(state, args)
    case 'chat.delete':
      return takeAway(state, args)
    case 'chat.getPermalink':
      return state.messages.every(({ ts }) => ts !== args['message_ts'])
        ? { ok: false, error: 'message_not_found' }
        : {
            ok: true,
            permalink: `https://slack.test/${args['channel'] ?? ''}/${args['message_ts'] ?? ''}`,
          }
    default:
      return { ok: false, error: 'unknown_method' }
  }
}

function pin(state: State, args: Args): object {
  const ts = args['timestamp'] ?? ''
  if (state.messages.every((message) => message.ts !== ts)) return { ok: false, error: 'message_not_found' }
  if (state.pinned.includes(ts)) return { ok: false, error: 'already_pinned' }
  state.pinned.push(ts)
  return { ok: true }
}

function takeAway(state: State, args: Args): object {
  const index = state.messages.findIndex(({ ts }) => ts === args['ts'])
  if (index < 0) return { ok: false, error: 'message_not_found' }
  state.messages.splice(index, 1)
  return { ok: true }
}

function bodyOf(args: Args): Pick<FakeMessage, 'text' | 'blocks'> | null {
  const body = {
    text: args['text'] ?? '',
    blocks: JSON.parse(args['blocks'] ?? '[]') as FakeMessage['blocks'],
  }
  return slackFaults(body).length > 0 ? null : body
}

function post(state: State, args: Args): object {
  const body = bodyOf(args)
  if (body === null) return { ok: false, error: 'invalid_blocks' }
  state.posted.count += 1
  const ts = `${Math.floor(Date.now() / 1_000)}.${String(state.posted.count).padStart(6, '0')}`
  state.messages.push({
    ...body,
    ts,
    channel: args['channel'] ?? '',
    threadTs: args['thread_ts'] ?? null,
    broadcast: args['reply_broadcast'] === 'true',
    updates: 0,
  })
  return { ok: true, ts, channel: args['channel'] }
}

function update(state: State, args: Args): object {
  const message = state.messages.find(({ ts }) => ts === args['ts'])
  if (message === undefined) return { ok: false, error: 'message_not_found' }
  const body = bodyOf(args)
  if (body === null) return { ok: false, error: 'invalid_blocks' }
  Object.assign(message, body, { updates: message.updates + 1 })
  return { ok: true, ts: message.ts }
}

function history(state: State, method: string, args: Args): readonly FakeMessage[] {
  const oldest = Number(args['oldest'] ?? 0)
  const latest = Number(args['latest'] ?? Number.POSITIVE_INFINITY)
  return state.messages.filter(
    ({ channel, ts, threadTs, broadcast }) =>
      channel === args['channel'] &&
      Number(ts) >= oldest &&
      Number(ts) <= latest &&
      (method === 'conversations.replies' ? (threadTs ?? ts) === args['ts'] : threadTs === null || broadcast),
  )
}
