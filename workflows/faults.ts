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

/** How long a loop pauses after a fault of its own. */
export const AFTER_FAULT = '1 minute'

/**
 * Logs a fault and returns its id, for people to quote. Rethrows what is not ours: cancellation, continue-as-new, failures of
 * activities and children, and errors of the SDK itself.
 */
export function faultOf(error: unknown, doing: string): string {
  if (isNotOurs(error)) throw error
  const errorId = `e_${uuid4().slice(0, 6)}`
  log.error('A fault of Slipway itself', { errorId, doing, error })
  return errorId
}

const isNotOurs = (error: unknown): boolean =>
  error instanceof TemporalFailure ||
  error instanceof ContinueAsNew ||
  error instanceof DeterminismViolationError

/** What an order is refused for: a fault of ours, or a result that PostgreSQL rejects for good. Null for everything else. */
export function orderFault(error: unknown): Error | null {
  const rejected = refusedRecord(error)
  if (rejected !== null) return new Error(rejected)
  if (isNotOurs(error)) return null
  return error instanceof Error ? error : new Error(String(error))
}

/** Handles a signal; if a rule throws, that is logged and nothing changes. */
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

/** A condition that throws counts as met, so that the code waiting for it runs, fails and is reported. */
export function metOrFaulty(condition: () => boolean): () => boolean {
  return () => {
    try {
      return condition()
    } catch {
      return true
    }
  }
}

/** How many characters of a tool's message are kept: it may be any length. */
const MOST_WORDS = 1_000

/** The message of a fault; for an activity that was given up, the message it failed with. */
export function wordsOf(error: unknown): string {
  const cause = error instanceof ActivityFailure ? (error.cause ?? error) : error
  return (cause instanceof Error ? cause.message : String(cause)).slice(0, MOST_WORDS)
}

/** Why PostgreSQL permanently rejects a change; null for any other failure. */
export function refusedRecord(error: unknown): string | null {
  const { cause } = error instanceof ActivityFailure ? error : { cause: null }
  return cause instanceof ApplicationFailure && cause.type === RECORD_REFUSED ? cause.message : null
}

/** Work that runs beside a workflow's loop for the workflow's whole life; after a fault it restarts. */
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
