import { ApplicationFailure, Context } from '@temporalio/activity'
import type { ReleaseStore } from '../../domain/release-store.js'
import { RECORD_REFUSED } from '../../domain/workflow-errors.js'
import type { RecordActivities } from './index.js'

/**
 * Writes what the workflows changed, and reads what they go on from and what was sent. What PostgreSQL will never take ends
 * with {@link RECORD_REFUSED}.
 */
export function createRecordActivities(
  ledger: Pick<ReleaseStore, 'recordChange' | 'readState' | 'checkSent'>,
): RecordActivities {
  return {
    checkSent: async (app, sent) => {
      try {
        return await ledger.checkSent(app, sent)
      } catch (error) {
        // What PostgreSQL can't even compare was never written down.
        if (!isRefused(error, Context.current().info.attempt)) throw error
        return false
      }
    },
    recordChange: async (change) => {
      try {
        await ledger.recordChange(change)
      } catch (error) {
        if (!isRefused(error, Context.current().info.attempt)) throw error
        throw ApplicationFailure.nonRetryable(error.message, RECORD_REFUSED)
      }
    },
    readState: (id) => ledger.readState(id),
  }
}

/** PostgreSQL's codes for a value that no try will make valid: missing, or against a check. */
const NEVER: ReadonlySet<string> = new Set(['23502', '23514'])
/** A missing or doubled reference may only be out of order for a moment. */
const PERHAPS: ReadonlySet<string> = new Set(['23503', '23505'])
const MOST_TRIES = 10

function isRefused(error: unknown, attempt: number): error is Error {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return false
  const { code } = error
  // Class 22: data that PostgreSQL cannot store, e.g. an instant beyond its range.
  return /^22...$/.test(code) || NEVER.has(code) || (PERHAPS.has(code) && attempt >= MOST_TRIES)
}
