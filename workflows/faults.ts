/** A fault of our own, an exception that no rule should throw, costs one order and never a workflow. */
import {
  ActivityFailure,
  ApplicationFailure,
  ContinueAsNew,
  DeterminismViolationError,
  log,
  sleep,
  TemporalFailure,
  uuid4,
} from '@temporalio/workflow'
import { RECORD_REFUSED } from '../domain/workflow-errors.js'

/** How long a loop rests after a fault of its own. */
export const AFTER_FAULT = '1 minute'

/**
 * Logs a fault under the id that is returned, for people to quote. What is not ours passes on: cancellation,
 * continue-as-new, failures of activities and children, and what the SDK itself throws.
 */
export function faultOf(error: unknown, doing: string): string {
  if (error instanceof TemporalFailure || error instanceof ContinueAsNew) throw error
  if (error instanceof DeterminismViolationError) throw error
  const errorId = `e_${uuid4().slice(0, 6)}`
  log.error('A fault of Slipway itself', { errorId, doing, error })
  return errorId
}

/** Takes a signal; one that a rule cannot cope with is logged and changes nothing. */
export function guarded<Args extends unknown[]>(
  doing: string,
  handle: (...args: Args) => void | Promise<void>,
): (...args: Args) => Promise<void> {
  return async (...args) => {
    try {
      await handle(...args)
    } catch (error) {
      faultOf(error, doing)
    }
  }
}

/** A condition that cannot be asked counts as met, so that what depends on it runs, fails and is told. */
export function metOrFaulty(condition: () => boolean): () => boolean {
  return () => {
    try {
      return condition()
    } catch {
      return true
    }
  }
}

/** Characters of what a tool said that are kept: it may have said any amount. */
const MOST_WORDS = 1_000

/** What a fault says; of an activity that was given up, what it failed with. */
export function wordsOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, MOST_WORDS)
}

/** Why PostgreSQL will never take a change; null when the failure is another. */
export function refusedRecord(error: unknown): string | null {
  const { cause } = error instanceof ActivityFailure ? error : { cause: null }
  return cause instanceof ApplicationFailure && cause.type === RECORD_REFUSED ? cause.message : null
}

/** Work that goes on beside a workflow's loop for as long as it lives; after a fault it begins again. */
export async function unending(doing: string, work: () => Promise<void>): Promise<void> {
  for (;;) {
    try {
      await work()
    } catch (error) {
      faultOf(error, doing)
    }
    await sleep(AFTER_FAULT)
  }
}
