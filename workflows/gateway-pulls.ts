/** Heads of pull requests, each sent to a workflow of its own. */
import { type Client, WithStartWorkflowOperation } from '@temporalio/client'
import type { PullBuildOrder } from '../domain/pull-build.js'
import type { Outcome } from '../domain/refusal.js'
import { buildPullUpdate } from './messages.js'
import type { pull } from './pull.workflow.js'
import type { RecordSent } from './sent.js'
import { MAIN_QUEUE, pullWorkflowId } from './workflow-ids.js'

export interface PullOrders {
  /** Builds the head of a pull request; for a fork's head without a person's permission, the channel is asked. */
  buildPull(order: PullBuildOrder, key: string): Promise<Outcome>
}

export function pullOrders(
  client: Client,
  answered: (ask: () => Promise<Outcome>) => Promise<Outcome>,
  recordSent: RecordSent,
): PullOrders {
  return {
    buildPull: async (order, key) => {
      const workflowId = pullWorkflowId(order.app.name, order.number, order.commit)
      await recordSent({ workflow: workflowId, verb: 'buildPull', key, by: order.by, order })
      return answered(() =>
        client.workflow.executeUpdateWithStart(buildPullUpdate, {
          updateId: key,
          args: [order],
          startWorkflowOperation: new WithStartWorkflowOperation<typeof pull>('pull', {
            workflowId,
            taskQueue: MAIN_QUEUE,
            args: [],
            workflowIdReusePolicy: 'ALLOW_DUPLICATE',
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        }),
      )
    },
  }
}
