/** The task queues of the Slipway that a workflow belongs to, and the hosts behind them. */
import {
  ActivityFailure,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type { HostActivities, SignOfLifeActivities } from './activities/index.js'
import { type BUILDS_QUEUE, hostQueueOf, queuePrefixOf, type STAGES_QUEUE } from './workflow-ids.js'

/** How long work waits on a host's own queue before the host is asked whether it lives. */
export const ASKED_AFTER = '90 seconds'
/** How long a host that lives may take to say so. */
const ANSWERS_WITHIN = '30 seconds'

/** The name of a queue with the prefix of the queue that this workflow runs on. */
export const ownQueue = (queue: string): string => `${queuePrefixOf(workflowInfo().taskQueue)}${queue}`

/** Which host takes a build or the stages of a deployment: one with a free slot. While there is none it waits. */
export function chooseHost(queue: typeof BUILDS_QUEUE | typeof STAGES_QUEUE): Promise<string> {
  const { chooseHost: choose } = proxyActivities<HostActivities>({
    taskQueue: ownQueue(queue),
    startToCloseTimeout: '10 seconds',
  })
  return choose()
}

/** A host did not begin its work in time, and does not answer either. */
export class HostSilentError extends Error {
  override readonly name = 'HostSilentError'
}

/**
 * Does work whose activity is on a host's own queue and waits there for {@link ASKED_AFTER} at most. A host that lives is busy:
 * its work is put into the queue again, for as long as it takes. Throws {@link HostSilentError} when it does not answer.
 */
export async function onHost<Result>(host: string, work: () => Promise<Result>): Promise<Result> {
  for (;;) {
    try {
      return await work()
    } catch (error) {
      if (!didNotBegin(error)) throw error
      if (!(await lives(host))) throw new HostSilentError(`${host} does not answer`)
    }
  }
}

async function lives(host: string): Promise<boolean> {
  const { answer } = proxyActivities<SignOfLifeActivities>({
    taskQueue: ownQueue(hostQueueOf(host)),
    scheduleToCloseTimeout: ANSWERS_WITHIN,
  })
  try {
    await answer()
    return true
  } catch (error) {
    if (isCancellation(error)) throw error
    return false
  }
}

const didNotBegin = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START'
