/** One HTTP request about a stage, and how its answer is parsed. */
import { createHmac } from 'node:crypto'
import { parseRemoteAnswer, type RemoteAnswer } from '../../domain/remote-stage.js'
import { readUpTo } from '../http/read-up-to.js'

export interface HttpCall {
  readonly method: string
  readonly body: string | null
  /** The idempotency key of the stage. */
  readonly key: string
  /** The key that signs the call; null: unsigned. */
  readonly secret: string | null
  /** W3C's `traceparent`; null: no tracing. */
  readonly trace: string | null
}

export interface HttpAnswer {
  readonly status: number
  /** As the answer gave it: relative or absolute, of any origin. */
  readonly location: string | null
  /** Null if it is longer than {@link MOST_BYTES}. */
  readonly text: string | null
}

const CALL_MS = 30_000
const MOST_BYTES = 1_000_000

/**
 * Sends the request and follows no redirect: what is meant for one address is sent to no other. Throws if there is no answer,
 * and if the answer means to retry later: 429 and every 5xx.
 */
export async function callHttp(url: string, call: HttpCall): Promise<HttpAnswer> {
  const response = await fetch(url, {
    method: call.method,
    body: call.body,
    headers: {
      'idempotency-key': call.key,
      ...(call.body === null ? {} : { 'content-type': 'application/json' }),
      ...(call.trace === null ? {} : { traceparent: call.trace }),
      ...signature(call),
    },
    redirect: 'manual',
    signal: AbortSignal.timeout(CALL_MS),
  })
  if (response.status >= 500 || response.status === 429) {
    await response.body?.cancel()
    throw new Error(`${call.method} ${new URL(url).origin} answered ${response.status}`)
  }
  const { status, headers } = response
  return { status, location: headers.get('location'), text: await readUpTo(response, MOST_BYTES) }
}

/** Over the time and the body; without a body, over the text that stands for it. */
function signature({ method, body, key, secret }: HttpCall): Readonly<Record<string, string>> {
  if (secret === null) return {}
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signed = createHmac('sha256', secret).update(`${timestamp}.${body ?? `${method} ${key}`}`)
  return { 'x-slipway-timestamp': timestamp, 'x-slipway-signature': `v1=${signed.digest('hex')}` }
}

/**
 * A refused call is a failed stage; so is an answer that cannot be parsed. It is not quoted, because the readers of a stage's
 * log may not be allowed to see what that address returns.
 */
export function readAnswer({ status, text }: HttpAnswer): RemoteAnswer {
  if (text === null) return failed(`HTTP ${status}: the answer has more than ${MOST_BYTES} bytes`)
  if (status >= 300 && status < 400)
    return failed(`HTTP ${status}: redirects are not followed; name the last address itself as the url`)
  const answer = parseRemoteAnswer(parsed(text))
  if (status >= 400) return failed(`HTTP ${status}${answer === null ? unread : saidBy(answer)}`)
  if (answer !== null) return answer
  return status === 202 ? { status: 'running' } : failed(`HTTP ${status}${unread}`)
}

const unread =
  ': the answer is none that docs/configuration.md knows, and so is not shown: {"status", "outputs", "log"}'
const saidBy = (answer: RemoteAnswer): string =>
  answer.status === 'running' || answer.log === '' ? '' : `: ${answer.log}`

/** A stage that failed for a reason that only Slipway knows. */
export const failed = (why: string): RemoteAnswer => ({ status: 'failed', outputs: {}, log: why })

/** Where a stage can be polled, or why it cannot: only the origin that was called is polled. */
export function placeOf(
  location: string | null,
  called: string,
): { readonly url: string | null; readonly fault: string | null } {
  if (location === null) return { url: null, fault: null }
  const { origin } = new URL(called)
  const place = URL.canParse(location, called) ? new URL(location, called) : null
  if (place?.origin === origin && place.username === '' && place.password === '')
    return { url: place.href, fault: null }
  return { url: null, fault: `its Location is not an address on ${origin} and is not asked` }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
