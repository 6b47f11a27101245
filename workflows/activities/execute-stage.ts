import type { StageRecord } from '../../domain/change.js'
import type { Secrets, StageOrder, StageRunner } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { type StageReport, type StageRun, withoutLeaks } from '../../domain/stage.js'
import type { Traces } from '../../domain/traces.js'
import { isFinal } from './non-retryable.js'
import { contactOf } from './stage-channel.js'

export interface ExecutionNeeds {
  readonly ledger: Pick<ReleaseStore, 'appendLog' | 'readLog'>
  readonly runnerFor: (kind: StageRun['kind']) => StageRunner
  readonly secrets: Pick<Secrets, 'redact'>
  /** Of the stage's step; absent for a stage that is not traced. */
  readonly traces?: Pick<Traces, 'parent'>
}

/** Runs a stage to its end. Its report goes into histories and messages, so no output with a secret leaves this function. */
export async function executeStage(
  { ledger, runnerFor, secrets, traces }: ExecutionNeeds,
  given: StageOrder,
): Promise<StageReport> {
  const parent = traces?.parent() ?? null
  const order = parent === null ? given : { ...given, variables: { ...given.variables, TRACEPARENT: parent } }
  const contact = contactOf(order.key, ledger)
  const report = await runnerFor(order.run.kind).execute(order, contact)
  const holdsSecret = (text: string): boolean => secrets.redact(text, order.redact) !== text
  const clean = withoutLeaks(report, order.stage, holdsSecret)
  if (clean === report) return report
  const leaking = Object.keys(report.outputs).filter((key) => !(key in clean.outputs))
  const line = `[slipway: not kept, for it holds a secret: output ${leaking.join(', ')}]\n`
  const log = await contact.logged()
  if (!log.endsWith(line)) await contact.log(log.length, line)
  return { ...clean, tail: `${clean.tail}${line}` }
}

/**
 * Does the work of a stage. If it fails permanently for a reason other than the command's own end, the stage's log says why and
 * the stage is recorded as failed; `failed` receives the text added to the log.
 */
export async function orFailed<Result>(
  ledger: Pick<ReleaseStore, 'recordStage' | 'appendLog' | 'readLog'>,
  running: StageRecord,
  work: () => Promise<Result>,
  failed: (words: string) => Promise<void> = async () => undefined,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (!isFinal(error)) throw error
    const words = `[slipway: ${error.message}]\n`
    const log = await ledger.readLog(running.key)
    if (!log.endsWith(words)) await ledger.appendLog(running.key, log.length, words)
    const finishedAt = new Date().toISOString()
    await ledger.recordStage({ ...running, verdict: 'failed', tail: words.slice(-2_000), finishedAt })
    await failed(words)
    throw error
  }
}
