import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'

/**
 * What an activity throws that can only wait: Temporal tries it again after `afterMs`, else by the activity's own policy, and
 * whoever waits holds no slot of a host meanwhile. Waiting is no fault: the worker's log stays quiet.
 */
export const stillWaiting = (type: string, message: string, afterMs: number | null): ApplicationFailure =>
  ApplicationFailure.create({
    type,
    message,
    category: ApplicationFailureCategory.BENIGN,
    ...(afterMs === null ? {} : { nextRetryDelay: afterMs }),
  })
