/** Requests that are protected by their own signature, over the bytes as they came: Slack's and the forges'. */
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { apiError } from './api-error.js'

export interface RawAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Gets the headers in small letters and the body untouched, since signatures are over bytes. */
export type RawHandler = (headers: Readonly<Record<string, string>>, rawBody: Buffer) => Promise<RawAnswer>

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
  const answer = await handler(c.req.header(), body)
  const isEmpty = answer.status === 204 || answer.status === 304
  return new Response(isEmpty ? null : answer.body, { status: answer.status, headers: { ...answer.headers } })
}
