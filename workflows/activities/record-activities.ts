import { ApplicationFailure, Context } from '@temporalio/activity'
import type { Change } from '../../domain/change.js'
import type { Judgement } from '../../domain/environment/attempt-end.js'
import type { DeploymentRequest, EnvironmentReport } from '../../domain/environment/state.js'
import type { AppName, EnvironmentName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { RECORD_REFUSED } from '../../domain/workflow-errors.js'
import type { OutgoingSignal, RecordActivities } from './index.js'

/** Sends signals; the workflow gateway implements it. */
export interface SignalGateway {
  enqueue(app: AppDefinition, deployment: DeploymentRequest): Promise<void>
  judge(app: AppDefinition, environment: EnvironmentName, judged: Judgement): Promise<void>
  report(app: AppName, report: EnvironmentReport): Promise<void>
}

/**
 * Writes the changes of workflows and sends their messages to each other; reads the state they resume from and what was sent. A
 * change that PostgreSQL permanently rejects ends with {@link RECORD_REFUSED}.
 */
export function createRecordActivities(
  ledger: Pick<ReleaseStore, 'recordChange' | 'readState' | 'checkSent'>,
  gateway: SignalGateway,
): RecordActivities {
  return {
    checkSent: (app, sent) => isSent(ledger, app, sent),
    recordChange: async (change, signals = [], sent = null) => {
      if (sent !== null && !(await isRecorded(ledger, change)) && !(await isSent(ledger, change.app, sent)))
        return false
      try {
        await ledger.recordChange(change)
      } catch (error) {
        if (!isRefused(error, Context.current().info.attempt)) throw error
        throw ApplicationFailure.nonRetryable(error.message, RECORD_REFUSED)
      }
      await sendSignals(signals, gateway)
      return true
    },
    readState: (id) => ledger.readState(id),
  }
}

/** Whether an earlier try recorded it: an order may have been answered since. */
async function isRecorded(ledger: Pick<ReleaseStore, 'readState'>, { workflow }: Change): Promise<boolean> {
  if (workflow === null || Context.current().info.attempt === 1) return false
  const recorded = await ledger.readState(workflow.id)
  const { run, seq } = workflow.state
  return recorded !== null && recorded.run === run && recorded.seq >= seq
}

/** What PostgreSQL can't even compare was never recorded. */
export async function isSent(
  ledger: Pick<ReleaseStore, 'checkSent'>,
  ...what: Parameters<ReleaseStore['checkSent']>
): Promise<boolean> {
  try {
    return await ledger.checkSent(...what)
  } catch (error) {
    if (!isRefused(error, Context.current().info.attempt)) throw error
    return false
  }
}

/** In their order. A try that ends half-way is followed by one that sends them all. */
export async function sendSignals(signals: readonly OutgoingSignal[], gateway: SignalGateway): Promise<void> {
  for (const signal of signals) {
    switch (signal.kind) {
      case 'enqueue':
        await gateway.enqueue(signal.app, signal.deployment)
        break
      case 'judged':
        await gateway.judge(signal.app, signal.environment, signal.judged)
        break
      case 'report':
        await gateway.report(signal.app, signal.report)
        break
    }
  }
}

/** PostgreSQL's codes for a value that no retry makes valid: missing, or violating a check. */
const NEVER: ReadonlySet<string> = new Set(['23502', '23514'])
/** A missing or duplicate reference may only be out of order for a moment. */
const PERHAPS: ReadonlySet<string> = new Set(['23503', '23505'])
const MOST_TRIES = 10

/** Whether PostgreSQL permanently rejects it, after that many attempts. */
export function isRefused(error: unknown, attempt: number): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  const { code } = error
  // Class 22: data that PostgreSQL cannot store, e.g. an instant outside its range.
  return /^22...$/.test(code) || NEVER.has(code) || (PERHAPS.has(code) && attempt >= MOST_TRIES)
}
