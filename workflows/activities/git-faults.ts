import { Context } from '@temporalio/activity'
import type { Refusal } from '../../domain/refusal.js'
import { isFinal } from './non-retryable.js'
import type { Refused } from './pick-types.js'

/** How often, and for how long, an unreachable remote is retried before the person is told. */
const PATIENCE = 4
const PATIENCE_MS = 60_000
const MOST_DETAIL = 300

type GitRefusal = Extract<
  Refusal,
  { code: 'repository-refused' | 'repository-cannot' | 'repository-unreachable' }
>

/** A git error as the refusal of the order; null for any other error. */
export function gitRefusal(error: unknown): GitRefusal | null {
  if (!(error instanceof Error)) return null
  const detail = error.message.slice(0, MOST_DETAIL)
  switch (error.name) {
    case 'GitRefusedError':
      return { code: 'repository-refused', detail }
    case 'GitOrderError':
    case 'GitError':
      return { code: 'repository-cannot', detail }
    case 'GitAwayError':
      return { code: 'repository-unreachable', detail }
    default:
      return null
  }
}

function isPatient({ attempt, scheduledTimestampMs }: Context['info']): boolean {
  return attempt < PATIENCE && Date.now() - scheduledTimestampMs < PATIENCE_MS
}

/**
 * Runs work that a person waits for. A refusal by the remote is reported at once, an unreachable remote after four tries or a
 * minute; by then nothing has been created.
 */
export async function orRefused<Result>(work: () => Promise<Result>): Promise<Result | Refused> {
  try {
    return await work()
  } catch (error) {
    const refusal = gitRefusal(error)
    if (refusal === null) throw error
    if (!isFinal(error) && isPatient(Context.current().info)) throw error
    return { kind: 'refused', refusal }
  }
}
