import { ApplicationFailureCategory } from '@temporalio/common'
import { expect } from 'vitest'

/** What Temporal tries again after so long, without a line in the log. */
export const waitsFor = (nextRetryDelay: string): unknown =>
  expect.objectContaining({
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay,
  })
