import { WorkflowNotFoundError } from '@temporalio/client'

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
