/** Requests protected by their own signature over the raw bytes: Slack's and the forges'. */
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { apiError } from './api-error.js'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Gets lower-case headers, the unmodified body (signatures cover its bytes), and the query. */
export type RawHandler = (
  headers: Readonly<Record<string, string>>,
  rawBody: Buffer,
  query?: URLSearchParams,
) => Promise<RawAnswer>

/** A plain answer, for the sender's log. */
export const plainText = (status: number, body: string): RawAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

const MOST_BYTES = 1_000_000
/** GitHub sends up to 25 MB for a push of thousands of commits. */
const MOST_BYTES_OF_A_PUSH = 25_000_000

/** Rejects requests without any signature before reading the body, which costs memory until it is checked. */
export const signed: MiddlewareHandler = async (c, next) => {
  if (
    Object.keys(c.req.header()).some((name) => name.endsWith('-signature') || name.endsWith('-signature-256'))
  )
    return next()
  return c.text('The signature is missing or wrong.', 401)
}

export const limitedBody: MiddlewareHandler = bodyOfAtMost(MOST_BYTES)

/** Reads long bodies from forges one at a time; other senders are asked to retry meanwhile. */
export function oneLongBodyAtATime(): MiddlewareHandler {
  const long = bodyOfAtMost(MOST_BYTES_OF_A_PUSH)
  let reading = false
  return async (c, next) => {
    if (!(Number(c.req.header('content-length')) > MOST_BYTES)) return limitedBody(c, next)
    if (reading) {
      c.header('Retry-After', '10')
      return c.text('Another long body is being read; send it again.', 503)
    }
    reading = true
    try {
      return await long(c, next)
    } finally {
      reading = false
    }
  }
}

function bodyOfAtMost(maxSize: number): MiddlewareHandler {
  return bodyLimit({
    maxSize,
    onError: (c) =>
      apiError(c, {
        status: 413,
        code: 'too-large',
        message: `A body may have at most ${maxSize} bytes.`,
        next: 'Send less.',
      }),
  })
}

export async function runRaw(c: Context, handler: RawHandler): Promise<Response> {
  const body = Buffer.from(await c.req.arrayBuffer())
  const answer = await handler(c.req.header(), body, new URL(c.req.url).searchParams)
  const isEmpty = answer.status === 204 || answer.status === 304
  return new Response(isEmpty ? null : answer.body, { status: answer.status, headers: { ...answer.headers } })
}
