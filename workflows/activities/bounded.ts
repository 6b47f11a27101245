import { Context } from '@temporalio/activity'
import { isFinal } from './non-retryable.js'

/** The files of a stage cannot be read or written, despite all retries. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError'
}

/** The number of attempts if this machine is at fault; for an unreachable remote, how long to keep trying, in milliseconds. */
const TRIES = 4
const AWAY_MS = 600_000
const AWAY: ReadonlySet<string> = new Set(['GitAwayError', 'ArtifactStoreAwayError'])

/** When this process first found unreachable what an activity needs: it may have queued, or built, for hours before. */
const awaySince = new Map<string, number>()

/** Throws {@link WorkspaceError} instead of the work's own error once the activity has tried long enough. */
export async function bounded<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const { attempt, activityId, workflowExecution } = Context.current().info
  const activity = `${workflowExecution?.runId ?? ''}/${activityId}`
  try {
    const result = await work()
    awaySince.delete(activity)
    return result
  } catch (error) {
    const isAway = error instanceof Error && AWAY.has(error.name)
    const isOver = isAway ? awayMs(activity) > AWAY_MS : attempt >= TRIES
    if (!isAway || isOver) awaySince.delete(activity)
    if (isFinal(error) || !isOver) throw error
    throw new WorkspaceError(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function awayMs(activity: string): number {
  const now = performance.now()
  const since = awaySince.get(activity) ?? now
  awaySince.set(activity, since)
  return now - since
}
