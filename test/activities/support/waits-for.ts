import { ApplicationFailureCategory } from '@temporalio/common'
import { expect } from 'vitest'

/** What Temporal tries again after so many milliseconds, without a line in the log. */
export const waitsFor = (nextRetryDelay: number): unknown =>
  expect.objectContaining({
    nonRetryable: false,
    category: ApplicationFailureCategory.BENIGN,
    nextRetryDelay,
  })
