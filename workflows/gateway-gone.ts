import { isGrpcServiceError, WorkflowNotFoundError } from '@temporalio/client'

/** gRPC's `NOT_FOUND`. */
export const GONE: ReadonlySet<number> = new Set([5])

/**
 * Asks a workflow that may have ended or never run: null then, which the caller has to handle. For all calls except those that
 * start the workflow.
 */
export async function unlessGone<Answer>(ask: () => Promise<Answer>): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return null
    throw error
  }
}

/** What Temporal's own API answers; `missing` if there is no such thing. */
export async function orMissing<Answer, Missing>(
  answer: Promise<Answer>,
  missing: Missing,
): Promise<Answer | Missing> {
  try {
    return await answer
  } catch (error) {
    if (isGrpcServiceError(error) && GONE.has(error.code)) return missing
    throw error
  }
}
