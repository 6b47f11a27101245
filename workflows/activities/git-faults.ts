import { Context } from '@temporalio/activity'
import type { Refusal } from '../../domain/refusal.js'
import { isFinal } from './non-retryable.js'
import type { Refused } from './pick-types.js'

/** How often, and for how long, a remote that is away is asked before the person is told. */
const PATIENCE = 4
const PATIENCE_MS = 60_000
const MOST_DETAIL = 300

type GitRefusal = Extract<
  Refusal,
  { code: 'repository-refused' | 'repository-cannot' | 'repository-unreachable' }
>

/** A fault of git as the refusal of what was ordered; null for any other fault. */
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
 * Runs what a person waits for. A remote that says no is told to them at once, one that stays away after four tries or a minute;
 * nothing was created by then.
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
