import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'

/**
 * Thrown by an activity that can only wait: Temporal retries it after `afterMs`, else by the activity's own policy, and the
 * waiting work holds no slot of a host in the meantime. Waiting is not an error, so the worker's log stays quiet.
 */
export const stillWaiting = (type: string, message: string, afterMs: number | null): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: ApplicationFailureCategory.BENIGN,
    ...(afterMs === null ? {} : { nextRetryDelay: afterMs }),
  })
