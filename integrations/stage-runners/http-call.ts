/** One HTTP request about a stage, and how its answer is read. */
import { createHmac } from 'node:crypto'
import { parseRemoteAnswer, type RemoteAnswer } from '../../domain/remote-stage.js'
import { readUpTo } from '../http/read-up-to.js'

export interface HttpCall {
  readonly method: string
  readonly body: string | null
  /** The idempotency key of the stage. */
  readonly key: string
  /** What the call is signed with; null: it is not. */
  readonly secret: string | null
  /** W3C's `traceparent`; null: nobody follows. */
  readonly trace: string | null
}

export interface HttpAnswer {
  readonly status: number
  /** As it was given: relative or absolute, and of any origin. */
  readonly location: string | null
  /** Null when there is more of it than {@link MOST_BYTES}. */
  readonly text: string | null
}

const CALL_MS = 30_000
const MOST_BYTES = 1_000_000

/**
 * Asks, and follows no redirect: what was meant for one address is told to no other. Throws when nobody answers, and
 * when the answer is to ask again later: 429 and every 5xx.
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

/** Over the time and the body; where there is no body, over what the call says instead of one. */
function signature({ method, body, key, secret }: HttpCall): Readonly<Record<string, string>> {
  if (secret === null) return {}
  const timestamp = String(Math.floor(Date.now() / 1_000))
  const signed = createHmac('sha256', secret).update(`${timestamp}.${body ?? `${method} ${key}`}`)
  return { 'x-slipway-timestamp': timestamp, 'x-slipway-signature': `v1=${signed.digest('hex')}` }
}

/**
 * A refusal of the call is a failed stage; an answer that cannot be read is too, and is not quoted: whoever reads the log
 * of a stage may not be whoever may read what that address shows.
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

/** Where a stage can be looked at, or why not there: only the origin that was called is asked again. */
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
