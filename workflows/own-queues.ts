/** The task queues of the Slipway that a workflow belongs to. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { HostActivities } from './activities/index.js'
import { type BUILDS_QUEUE, queuePrefixOf, type STAGES_QUEUE } from './workflow-ids.js'

/** The name of a queue with the prefix of the queue that this workflow runs on. */
export const ownQueue = (queue: string): string => `${queuePrefixOf(workflowInfo().taskQueue)}${queue}`

/** Which host takes a build or the stages of a deployment: the first with a free slot. */
export function chooseHost(queue: typeof BUILDS_QUEUE | typeof STAGES_QUEUE): Promise<string> {
  const { chooseHost: choose } = proxyActivities<HostActivities>({
    taskQueue: ownQueue(queue),
    startToCloseTimeout: '10 seconds',
  })
  return choose()
}
