/** One HTTP request about a stage, and how its answer is read. */
import { parseRemoteAnswer, type RemoteAnswer } from '../../domain/remote-stage.js'

export interface HttpCall {
  readonly method: string
  readonly body: string | null
  /** The idempotency key of the stage. */
  readonly key: string
}

const CALL_MS = 30_000
const SHOWN = 500

/** Asks. Throws when nobody answers, and when the answer is to ask again later: 429 and every 5xx. */
export async function callHttp(url: string, { method, body, key }: HttpCall): Promise<Response> {
  const response = await fetch(url, {
    method,
    body,
    headers: { 'idempotency-key': key, ...(body === null ? {} : { 'content-type': 'application/json' }) },
    signal: AbortSignal.timeout(CALL_MS),
  })
  if (response.status >= 500 || response.status === 429) {
    await response.body?.cancel()
    throw new Error(`${method} ${new URL(url).origin} answered ${response.status}`)
  }
  return response
}

/** A refusal of the call is a failed stage; an answer that cannot be read is too. */
export async function readAnswer(response: Response): Promise<RemoteAnswer> {
  const text = await response.text()
  if (!response.ok) return failed(`HTTP ${response.status}: ${text.slice(0, SHOWN)}`)
  const answer = parseRemoteAnswer(parsed(text))
  if (answer !== null) return answer
  return response.status === 202
    ? { status: 'running' }
    : failed(`The answer is none that the page on configuration knows: ${text.slice(0, SHOWN)}`)
}

/** A stage that failed for a reason that only Slipway knows. */
export const failed = (why: string): RemoteAnswer => ({ status: 'failed', outputs: {}, log: why })

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
