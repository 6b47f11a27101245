/** Whether what reached this workflow was sent by Slipway: see `domain/evidence.ts`. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import { giverOf, type Sent } from '../domain/evidence.js'
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

/** A message that reached this workflow. */
export interface Message {
  readonly verb: string
  readonly key: string
  readonly order: unknown
  /** Absent: whom the order names. */
  readonly by?: UserId
}

/** The message as it must be recorded. One without an actor was sent by no person. */
export const asSent = ({ verb, key, order, by }: Message): Sent => ({
  workflow: workflowInfo().workflowId,
  verb,
  key,
  by: by ?? giverOf(order) ?? SLIPWAY,
  order: order ?? null,
})

/** Waits until the database is available: nothing is trusted without it. */
export const isSentByUs = (app: AppName, message: Message): Promise<boolean> =>
  checkSent(app, asSent(message))
