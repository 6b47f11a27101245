import { z } from 'zod'
import type { StageContact, StageOrder, StageRunner } from '../../domain/ports.js'
import type { StageExit, StageReport } from '../../domain/stage.js'
import { pauseBetweenLooks, type RemoteLog, watchRemote } from './remote-watch.js'

export interface HttpRunnerOptions {
  /** Milliseconds between two looks at a stage that runs elsewhere; 2 s unless given. */
  readonly pollMs?: number
}

/** What the other side says of a stage. */
const answerSchema = z.object({
  status: z.enum(['running', 'passed', 'failed', 'inconclusive', 'retry', 'cancelled']),
  outputs: z.record(z.string().max(128), z.string().max(4_000)).default({}),
  log: z.string().max(100_000).default(''),
})
type Answer = z.output<typeof answerSchema>

const CALL_MS = 30_000
const EX_TEMPFAIL = 75
const INCONCLUSIVE = 77

/**
 * Stages as HTTP calls. The call carries the idempotency key, so that asking again never starts a second stage; it is
 * answered with the end, or with 202 and a `Location` that is looked at until the end is known. A lost answer and every
 * 5xx are thrown: the same key is asked again. An abort sends DELETE to that location.
 */
export function createHttpRunner(options: HttpRunnerOptions = {}): StageRunner {
  const { pollMs = 2_000 } = options
  return {
    kind: 'http',
    execute: (order, contact) => watchRemote(order, contact, (log) => run(order, contact, { log, pollMs })),
  }
}

interface Watch {
  readonly log: RemoteLog
  readonly pollMs: number
}

async function run(
  order: StageOrder,
  contact: StageContact,
  { log, pollMs }: Watch,
): Promise<Pick<StageReport, 'exit' | 'outputs'>> {
  if (order.run.kind !== 'http')
    throw new Error(`The HTTP runner was given a stage of kind ${order.run.kind}`)
  const endsAt = Date.now() + order.timeoutMs
  const { url, method } = order.run
  const first = await call(url, { method, body: bodyOf(order), key: order.key })
  await log.say(`${method} ${new URL(url).origin}: ${first.status}`)
  const place = first.headers.get('location')
  const statusUrl = place === null ? null : new URL(place, url).href
  let answer = await read(first)
  while (answer.status === 'running') {
    if (statusUrl === null) throw new Error('The stage runs, but no Location says where to look')
    const over = contact.cancelled.aborted ? 'cancelled' : Date.now() >= endsAt ? 'timed-out' : null
    if (over !== null) {
      await call(statusUrl, { method: 'DELETE', body: null, key: order.key })
      await log.say(`ended it: ${over}`)
      const exit: StageExit = over === 'cancelled' ? { kind: over } : { kind: over, afterMs: order.timeoutMs }
      return { exit, outputs: {} }
    }
    await pauseBetweenLooks(order, contact, pollMs)
    answer = await read(await call(statusUrl, { method: 'GET', body: null, key: order.key }))
  }
  for (const line of answer.log.split('\n')) if (line !== '') await log.say(line)
  return { exit: exitOf(answer), outputs: answer.outputs }
}

/** Secrets stay here: what the other side needs of them it has itself. */
function bodyOf(order: StageOrder): string {
  const secret = new Set(order.redact)
  const variables = Object.entries(order.variables).filter(([, value]) => !secret.has(value))
  const { key, stage, timeoutMs } = order
  return JSON.stringify({ key, stage, timeoutMs, variables: Object.fromEntries(variables) })
}

interface Call {
  readonly method: string
  readonly body: string | null
  readonly key: string
}

async function call(url: string, { method, body, key }: Call): Promise<Response> {
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
async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  if (!response.ok)
    return { status: 'failed', outputs: {}, log: `HTTP ${response.status}: ${text.slice(0, 500)}` }
  try {
    return answerSchema.parse(JSON.parse(text))
  } catch {
    if (response.status === 202) return { status: 'running', outputs: {}, log: '' }
    return {
      status: 'failed',
      outputs: {},
      log: `The answer is none that DESIGN §5 knows: ${text.slice(0, 500)}`,
    }
  }
}

function exitOf({ status }: Answer): StageExit {
  switch (status) {
    case 'cancelled':
      return { kind: 'cancelled' }
    case 'passed':
      return { kind: 'exited', code: 0 }
    case 'retry':
      return { kind: 'exited', code: EX_TEMPFAIL }
    case 'inconclusive':
      return { kind: 'exited', code: INCONCLUSIVE }
    case 'failed':
    case 'running':
      return { kind: 'exited', code: 1 }
  }
}
