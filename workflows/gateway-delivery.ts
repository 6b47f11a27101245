/** Sends pushes to the delivery workflow of their branch, which starts with the first of them. */
import type { Client } from '@temporalio/client'
import type { Announcement } from '../domain/delivery/state.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { delivery } from './delivery.workflow.js'
import * as messages from './messages.js'
import { deliveryWorkflowId, MAIN_QUEUE } from './workflow-ids.js'

export interface DeliverySignals {
  /** A push to a followed branch. The same key twice changes nothing. */
  push(app: AppDefinition, branch: string, push: Announcement): Promise<void>
}

export function deliverySignals(
  client: Client,
  bounded: (work: () => Promise<unknown>) => Promise<unknown>,
): DeliverySignals {
  return {
    push: async (app, branch, push) => {
      await bounded(() =>
        client.workflow.signalWithStart<typeof delivery, [AppDefinition, Announcement]>('delivery', {
          workflowId: deliveryWorkflowId(app.name, branch),
          taskQueue: MAIN_QUEUE,
          args: [{ app, branch, state: null }],
          signal: messages.pushSignal,
          signalArgs: [app, push],
        }),
      )
    },
  }
}
