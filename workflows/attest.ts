/** Whether what reached this workflow was sent by Slipway: see `domain/evidence.ts`. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { giverOf } from '../domain/evidence.js'
import { type AppName, SLIPWAY, type UserId } from '../domain/identifiers.js'
import type { RecordActivities } from './activities/index.js'

const { checkSent } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
})

/**
 * The state that the previous run handed on. State passed in by anyone else is not trusted: the workflow then resumes from its
 * record.
 */
export const handedOn = <State>(state: State | null): State | null =>
  workflowInfo().continuedFromExecutionRunId === undefined ? null : state

/** Waits until the database is available: nothing is trusted without it. */
export function isSentByUs(
  app: AppName,
  { verb, key, order, by }: { verb: string; key: string; order: unknown; by?: UserId },
): Promise<boolean> {
  // A message without an actor was sent by no person.
  const giver = by ?? giverOf(order) ?? SLIPWAY
  return checkSent(app, { workflow: workflowInfo().workflowId, verb, key, by: giver, order: order ?? null })
}
