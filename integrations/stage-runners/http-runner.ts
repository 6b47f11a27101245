import type { StageContact, StageOrder, StageRunner } from '../../domain/ports.js'
import { exitOfRemote, type RemoteAnswer, type RemoteEnd } from '../../domain/remote-stage.js'
import type { StageExit, StageReport } from '../../domain/stage.js'
import type { StageCalls } from '../../domain/stage-calls.js'
import { callHttp, failed, type HttpAnswer, placeOf, readAnswer } from './http-call.js'
import { findSecrets } from './redact.js'
import { pauseBetweenLooks, type RemoteLog, watchRemote } from './remote-watch.js'

/** Where the other side reports the result of one stage, and the secret that signs it. */
export interface Callback {
  readonly url: string
  readonly secret: string
}

export interface HttpRunnerOptions {
  readonly calls: StageCalls
  /** The callback of a stage by its key; null if Slipway cannot be reached from outside. */
  readonly callback: (key: string) => Callback | null
  /** The key that signs calls of a stage that names a `secret`; null if there is none of that name. */
  readonly secret: (name: string) => string | null
  /** Milliseconds between two polls of a stage that runs elsewhere; 2 s unless given. */
  readonly pollMs?: number
}

const MOST_GOODBYES = 3

/**
 * Stages as HTTP calls. The answer is the result, or 202: then the result comes by the callback that was sent
 * with the call, or is found at the `Location` of the answer, on the same origin. A lost answer and every 5xx are thrown:
 * the call is repeated with the same key. An accepted call is not repeated. An abort sends DELETE to the location.
 */
export function createHttpRunner({
  calls,
  callback,
  secret,
  pollMs = 2_000,
}: HttpRunnerOptions): StageRunner {
  return {
    kind: 'http',
    execute: (order, contact) => {
      const { run } = order
      if (run.kind !== 'http') throw new Error(`The HTTP runner was given a stage of kind ${run.kind}`)
      const own = callback(order.key)
      // The other side may repeat secrets in its log.
      const careful = own === null ? order : { ...order, redact: [...order.redact, own.secret] }
      return watchRemote(careful, contact, (log) =>
        new HttpStage({ order: careful, contact, log, run, calls, callback: own, secret, pollMs }).follow(),
      )
    },
  }
}

interface StageParts {
  readonly order: StageOrder
  readonly contact: StageContact
  readonly log: RemoteLog
  readonly run: Extract<StageOrder['run'], { kind: 'http' }>
  readonly calls: StageCalls
  readonly callback: Callback | null
  readonly secret: HttpRunnerOptions['secret']
  readonly pollMs: number
}

type Ended = Pick<StageReport, 'exit' | 'outputs'>

class HttpStage {
  private readonly parts: StageParts
  private accepted = false
  private location: string | null = null

  constructor(parts: StageParts) {
    this.parts = parts
  }

  /** Polls until the result is known. An abort and the timeout take effect even while nobody answers. */
  async follow(): Promise<Ended> {
    const { order, contact, calls, pollMs } = this.parts
    const { sinceMs, accepted, location } = await calls.begin(order.key)
    const endsAt = performance.now() + order.timeoutMs - sinceMs
    this.accepted = accepted
    this.location = location
    for (;;) {
      const answer = await this.ask().catch(lostContact)
      if (!(answer instanceof Error) && answer.status !== 'running') return this.report(answer)
      if (contact.cancelled.aborted) return this.end({ kind: 'cancelled' })
      if (performance.now() >= endsAt) return this.end({ kind: 'timed-out', afterMs: order.timeoutMs })
      if (answer instanceof Error) throw answer
      await pauseBetweenLooks(order, contact, pollMs)
    }
  }

  /** A result may have arrived by callback before the call was answered, and the worker that waited may be gone. */
  private async ask(): Promise<RemoteAnswer> {
    const { order, calls } = this.parts
    const called = await calls.endOf(order.key)
    if (called !== null) return called
    if (!this.accepted) return this.start()
    return this.location === null ? { status: 'running' } : readAnswer(await this.call('GET', this.location))
  }

  private call(method: string, url: string, body: string | null = null): Promise<HttpAnswer> {
    const { order, run, secret } = this.parts
    const trace = order.variables['TRACEPARENT'] ?? null
    return callHttp(url, { method, body, key: order.key, secret: run.secret && secret(run.secret), trace })
  }

  private async start(): Promise<RemoteAnswer> {
    const { order, run, log, calls, callback, secret } = this.parts
    if (run.secret !== null && secret(run.secret) === null)
      return failed(`${run.secret} is not set where this worker was started, so the call was not made`)
    const response = await this.call(run.method, run.url, bodyOf(order, callback))
    const { url, fault } = placeOf(response.location, run.url)
    this.location = url
    await log.say(`${run.method} ${new URL(run.url).origin}: ${response.status}${fault ? `; ${fault}` : ''}`)
    const answer = readAnswer(response)
    if (answer.status !== 'running') return answer
    if (this.location === null && callback === null) return failed(nowhereToLook)
    await calls.accept(order.key, this.location)
    this.accepted = true
    return answer
  }

  /** Of a callback and an abort at the same moment one wins: the callback if it came before the close. */
  private async end(exit: StageExit): Promise<Ended> {
    const { order, log, calls } = this.parts
    const before = await calls.close(order.key)
    if (before !== null) return this.report(before)
    await log.say(await this.sayGoodbye(exit.kind))
    return { exit, outputs: {} }
  }

  private async sayGoodbye(why: string): Promise<string> {
    const { pollMs } = this.parts
    const { location } = this
    if (location === null) return `${why}; it named no Location, so it could not be told to end`
    for (let tries = 1; ; tries++) {
      try {
        const { status } = await this.call('DELETE', location)
        return `ended it: ${why}, DELETE was answered ${status}`
      } catch (error) {
        if (tries === MOST_GOODBYES) return `${why}; it may still run: ${String(error)}`
        await new Promise((resolve) => {
          setTimeout(resolve, pollMs)
        })
      }
    }
  }

  private async report(end: RemoteEnd): Promise<Ended> {
    const { order, log, calls } = this.parts
    const words = end.log.trimEnd()
    if (words !== '') await log.say(words)
    const { redact } = findSecrets(order.redact)
    const leaks = Object.values(end.outputs).some((text) => redact(text) !== text)
    // The log is in the stage's own log now, redacted; a result with a secret in it fails the stage and is not kept.
    await calls.keep(order.key, leaks ? { status: 'failed', outputs: {}, log: '' } : { ...end, log: '' })
    return { exit: exitOfRemote(end), outputs: end.outputs }
  }
}

const lostContact = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

const nowhereToLook =
  'It was answered 202 without a Location that can be asked, and there is no callback: SLIPWAY_PUBLIC_URL and SLIPWAY_WEBHOOK_SECRET are not both set. Its end cannot be learned.'

/** Secrets are not sent: the other side has those that it needs. */
function bodyOf(order: StageOrder, callback: Callback | null): string {
  const { redact } = findSecrets(order.redact)
  // The trace goes in a header: it differs with each attempt, but the body must be the same for the same key.
  const variables = Object.entries(order.variables).filter(
    ([name, value]) => name !== 'TRACEPARENT' && redact(value) === value,
  )
  const { key, stage, timeoutMs } = order
  const given = callback === null ? {} : { callback }
  return JSON.stringify({ key, stage, timeoutMs, variables: Object.fromEntries(variables), ...given })
}
