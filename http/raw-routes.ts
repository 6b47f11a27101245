/** Requests that are protected by their own signature, over the bytes as they came: Slack's and the forges'. */
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { apiError } from './api-error.js'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Gets the headers in small letters and the body untouched, since signatures are over bytes; and what follows the `?`. */
export type RawHandler = (
  headers: Readonly<Record<string, string>>,
  rawBody: Buffer,
  query?: URLSearchParams,
) => Promise<RawAnswer>

/** An answer for a program's log. */
export const plainText = (status: number, body: string): RawAnswer => ({
  status,
  headers: { 'content-type': 'text/plain; charset=utf-8' },
  body,
})

export function limitedBody(maxSize: number): MiddlewareHandler {
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
