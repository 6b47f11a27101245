import { ApplicationFailure } from '@temporalio/activity'

/** Errors that a retry cannot fix, by the names that `integrations/` gives them. */
const finalNames: ReadonlySet<string> = new Set([
  'GitOrderError',
  'GitRefusedError',
  'WorkspaceError',
  'UnknownRunnerError',
  'ArtifactContentError',
  'ArtifactDamagedError',
  'ForeignArtifactStoreError',
])

/** True when the same work would fail again. */
export const isFinal = (error: unknown): error is Error =>
  error instanceof Error && finalNames.has(error.name)

/** Runs an activity's work; a permanent error is marked so that Temporal does not retry it. */
export async function withFinalFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isFinal(error)) throw ApplicationFailure.nonRetryable(error.message, error.name)
    throw error
  }
}
