/** Trains: today's configuration, and people's orders. Each app has one workflow, which starts with the first of them. */
import { type Client, WithStartWorkflowOperation } from '@temporalio/client'
import { giverOf } from '../domain/evidence.js'
import { type AppName, SLIPWAY } from '../domain/identifiers.js'
import type { Outcome } from '../domain/refusal.js'
import type { TrainOrders } from '../domain/train/orders.js'
import type { TrainState } from '../domain/train/state.js'
import { ifRunning } from './gateway-repair.js'
import * as messages from './messages.js'
import type { RecordSent } from './sent.js'
import type { train } from './train.workflow.js'
import { MAIN_QUEUE, trainWorkflowId } from './workflow-ids.js'

export interface TrainGateway {
  /** Sends the hash of today's configuration; if that has no train, the workflow ends. */
  configureTrain(app: AppName, configHash: string): Promise<void>
  /** Throws {@link Unanswered}. */
  askTrain<Verb extends keyof TrainOrders>(
    app: AppName,
    verb: Verb,
    order: { readonly order: TrainOrders[Verb]; readonly key: string },
  ): Promise<Outcome>
  /** Null when its workflow does not run, or still reads its record. */
  findTrain(app: AppName): Promise<TrainState | null>
}

export function trainGateway(
  client: Client,
  answered: <Answer>(ask: () => Promise<Answer>) => Promise<Answer>,
  recordSent: RecordSent,
): TrainGateway {
  const start = (app: AppName) => ({
    workflowId: trainWorkflowId(app),
    taskQueue: MAIN_QUEUE,
    args: [{ app, state: null }] as [messages.TrainInput],
  })
  return {
    configureTrain: async (app, configHash) => {
      await answered(() =>
        client.workflow.signalWithStart<typeof train, [string]>('train', {
          ...start(app),
          signal: messages.configureTrainSignal,
          signalArgs: [configHash],
        }),
      )
    },
    askTrain: async (app, verb, { order, key }) => {
      await recordSent({ workflow: trainWorkflowId(app), verb, key, by: giverOf(order) ?? SLIPWAY, order })
      return answered(() =>
        client.workflow.executeUpdateWithStart<typeof train, Outcome, [unknown]>(verb, {
          args: [order],
          updateId: key,
          startWorkflowOperation: new WithStartWorkflowOperation<typeof train>('train', {
            ...start(app),
            workflowIdConflictPolicy: 'USE_EXISTING',
          }),
        }),
      )
    },
    findTrain: (app) => {
      const handle = client.workflow.getHandle(trainWorkflowId(app))
      return answered(() => ifRunning(handle, (one) => one.query(messages.trainQuery)))
    },
  }
}
