/**
 * HTTP mode: turns requests received by another server into Bolt events. Bolt's own receiver rejects only old timestamps and
 * accepts the same signed request twice.
 */
import type { App, Receiver, ReceiverEvent } from '@slack/bolt'
import * as z from 'zod'
import type { BotLog } from './log.js'
import { createSignatureGuard } from './signature.js'

export interface SlackHttpRequest {
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly rawBody: string
}

export interface SlackHttpResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface HttpReceiver extends Receiver {
  /** Answers one `POST /slack/events`; never throws. */
  handle(request: SlackHttpRequest): Promise<SlackHttpResponse>
}

export interface HttpReceiverOptions {
  readonly signingSecret: string
  /** Milliseconds since the epoch. */
  readonly now: () => number
  readonly log: BotLog
}

/** Slack has timed out by then. */
const UNANSWERED_MS = 3_000

const bodySchema = z.record(z.string(), z.unknown())
type Body = z.infer<typeof bodySchema>

const challengeSchema = z.object({ type: z.literal('url_verification'), challenge: z.string() })

export function createHttpReceiver({ signingSecret, now, log }: HttpReceiverOptions): HttpReceiver {
  const guard = createSignatureGuard(signingSecret, now)
  let app: App | null = null
  let taking = false
  return {
    init: (bolt) => {
      app = bolt
    },
    start: async () => {
      taking = true
    },
    stop: async () => {
      taking = false
    },
    handle: async (request) => {
      const header = headersOf(request)
      const verdict = guard.check({
        timestamp: header('x-slack-request-timestamp'),
        signature: header('x-slack-signature'),
        rawBody: request.rawBody,
      })
      if (verdict !== 'good') {
        log.warn({ verdict }, 'A request to the Slack endpoint was refused')
        return text(401, 'not signed by Slack, not now, or not for the first time')
      }
      const body = readBody(request.rawBody, header('content-type'))
      if (body === null) return text(400, 'not a request of Slack')
      const challenge = challengeSchema.safeParse(body)
      if (challenge.success) return text(200, challenge.data.challenge)
      if (body['ssl_check'] !== undefined) return text(200, '')
      // A stopping process must not accept what it may not finish; Slack sends events again.
      if (!taking || app === null) return text(503, 'stopping')
      return dispatch(
        app,
        { body, retry: header('x-slack-retry-num'), reason: header('x-slack-retry-reason') },
        log,
      )
    },
  }
}

function headersOf({ headers }: SlackHttpRequest): (name: string) => string {
  const lower = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]))
  return (name) => lower.get(name) ?? ''
}

/** Commands are forms, interactions are JSON inside a form, events are JSON. */
function readBody(rawBody: string, contentType: string): Body | null {
  const isForm = contentType.toLowerCase().startsWith('application/x-www-form-urlencoded')
  const form = isForm ? new URLSearchParams(rawBody) : null
  const json = form === null ? rawBody : form.get('payload')
  if (form !== null && json === null) return Object.fromEntries(form)
  try {
    const parsed = bodySchema.safeParse(JSON.parse(json ?? ''))
    return parsed.success ? parsed.data : null
  } catch {
    return null
  }
}

interface Delivery {
  readonly body: Body
  readonly retry: string
  readonly reason: string
}

/** Resolves with the acknowledgement; the listener may continue after it. */
async function dispatch(
  app: App,
  { body, retry, reason }: Delivery,
  log: BotLog,
): Promise<SlackHttpResponse> {
  let timer: NodeJS.Timeout | undefined
  try {
    return await new Promise<SlackHttpResponse>((resolve) => {
      timer = setTimeout(resolve, UNANSWERED_MS, text(504, 'not answered in time'))
      let acknowledged = false
      const event: ReceiverEvent = {
        body,
        ...(retry === '' ? {} : { retryNum: Number(retry), retryReason: reason }),
        ack: async (answer?: unknown) => {
          if (acknowledged) log.error({}, 'A request was acknowledged twice')
          acknowledged = true
          resolve(acknowledgement(answer))
        },
      }
      app.processEvent(event).catch((error: unknown) => {
        log.error({ err: error }, 'Handling a request from Slack failed')
        resolve(text(500, 'failed'))
      })
    })
  } finally {
    clearTimeout(timer)
  }
}

function acknowledgement(answer: unknown): SlackHttpResponse {
  if (answer === undefined || answer === null || answer === '') return text(200, '')
  if (typeof answer === 'string') return text(200, answer)
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  return { status: 200, headers, body: JSON.stringify(answer) }
}

function text(status: number, body: string): SlackHttpResponse {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body }
}
