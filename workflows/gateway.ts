/** The only user of the Temporal client: orders in, outcomes out. */
import {
  type Client,
  isGrpcServiceError,
  QueryRejectedError,
  WithStartWorkflowOperation,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
} from '@temporalio/client'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { Judgement } from '../domain/environment/attempt-end.js'
import type { EnvironmentOrders } from '../domain/environment/orders.js'
import type { DeploymentRequest, EnvironmentState } from '../domain/environment/state.js'
import { giverOf, type Sent } from '../domain/evidence.js'
import { type AppName, type EnvironmentName, type ReleaseId, SLIPWAY } from '../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../domain/pipeline.js'
import type { Outcome } from '../domain/refusal.js'
import type { ReleaseOrders } from '../domain/release/orders.js'
import type { ReleaseState } from '../domain/release/state.js'
import { Unanswered } from '../domain/workflow-errors.js'
import type { environment } from './environment.workflow.js'
import { type DeliverySignals, deliverySignals } from './gateway-delivery.js'
import { unlessGone } from './gateway-gone.js'
import { type PickSignals, pickSignals } from './gateway-picks.js'
import { type PreviewSignals, previewSignals } from './gateway-previews.js'
import { type PullOrders, pullOrders } from './gateway-pulls.js'
import { ifRunning, known, type Repairs, repairs } from './gateway-repair.js'
import { type TrainGateway, trainGateway } from './gateway-trains.js'
import * as messages from './messages.js'
import type { release } from './release.workflow.js'
import type { RecordSent } from './sent.js'
import { environmentWorkflowId, MAIN_QUEUE, releaseWorkflowId } from './workflow-ids.js'

/** The time limit for one call; an order without an answer by then is asked again with the same key. */
const DEADLINE_MS = 10_000

export interface Gateway
  extends PreviewSignals,
    DeliverySignals,
    PickSignals,
    PullOrders,
    TrainGateway,
    Repairs {
  /** Starts a release and returns once it exists, or why it does not. The same key and release id is the same cut. */
  cut(order: messages.CutOrder, key: string): Promise<Outcome>
  /** Sends an order to a release; null when its workflow is gone. Throws {@link Unanswered}. */
  askRelease<Verb extends keyof ReleaseOrders>(
    to: { readonly app: AppName; readonly release: ReleaseId },
    verb: Verb,
    order: { readonly order: ReleaseOrders[Verb]; readonly key: string },
  ): Promise<Outcome | null>
  /** Sends an order to an environment, which is started if needed. Throws {@link Unanswered}. */
  askEnvironment<Verb extends keyof EnvironmentOrders>(
    to: { readonly app: AppDefinition; readonly environment: EnvironmentName },
    verb: Verb,
    order: { readonly order: EnvironmentOrders[Verb]; readonly key: string },
  ): Promise<Outcome>
  enqueue(app: AppDefinition, deployment: DeploymentRequest): Promise<void>
  /** Tells an environment the decision on what runs there. */
  judge(app: AppDefinition, environment: EnvironmentName, judged: Judgement): Promise<void>
  /** Sends an environment today's configuration, starting it if needed. */
  configure(app: AppDefinition, environment: EnvironmentDefinition): Promise<void>
  /** Null when it is not cut yet, or its workflow does not run. Throws {@link Unanswered}. */
  readRelease(app: AppName, release: ReleaseId): Promise<ReleaseState | null>
  /** Null when it never had a workflow. Throws {@link Unanswered}. */
  readEnvironment(app: AppName, environment: EnvironmentName): Promise<EnvironmentState | null>
  /** Throws when the server does not answer. */
  check(): Promise<void>
}

export function createGateway(client: Client, recordSent: RecordSent): Gateway {
  const bounded = <Result>(work: () => Promise<Result>): Promise<Result> =>
    client.connection.withDeadline(Date.now() + DEADLINE_MS, work)
  return {
    cut: async (order, key) => {
      const workflow = releaseWorkflowId(order.app.name, order.id)
      await recordSent({ workflow, verb: 'cut', key, by: order.by.user, order })
      return answered(() => bounded(() => cut(client, order, key)))
    },
    askRelease: async ({ app, release: id }, verb, { order, key }) => {
      const workflow = releaseWorkflowId(app, id)
      await recordSent({ workflow, verb, key, by: named(order), order })
      const handle = client.workflow.getHandle(workflow)
      return answered(() =>
        bounded(() =>
          unlessGone(() => handle.executeUpdate<Outcome, [unknown]>(verb, { args: [order], updateId: key })),
        ),
      )
    },
    askEnvironment: async ({ app, environment: name }, verb, { order, key }) => {
      const workflow = environmentWorkflowId(app.name, name)
      await recordSent({ workflow, verb, key, by: named(order), order })
      return answered(() =>
        bounded(() =>
          client.workflow.executeUpdateWithStart<typeof environment, Outcome, [unknown]>(verb, {
            args: [order],
            updateId: key,
            startWorkflowOperation: startEnvironment(app, name),
          }),
        ),
      )
    },
    ...environmentSignals(client, bounded, recordSent),
    ...previewSignals(client, bounded),
    ...deliverySignals(client, bounded),
    ...pickSignals(client, bounded),
    ...pullOrders(client, (ask) => answered(() => bounded(ask)), recordSent),
    ...trainGateway(client, (ask) => answered(() => bounded(ask)), recordSent),
    ...repairs(client, (ask) => answered(() => bounded(ask)), recordSent),
    readRelease: (app, id) => {
      const handle = client.workflow.getHandle(releaseWorkflowId(app, id))
      return answered(() => bounded(() => ifRunning(handle, (one) => one.query(messages.releaseQuery))))
    },
    readEnvironment: (app, name) => {
      const handle = client.workflow.getHandle(environmentWorkflowId(app, name))
      return answered(() =>
        bounded(() => unlessGone(async () => known(await handle.query(messages.environmentQuery)))),
      )
    },
    check: async () => {
      await client.connection.withDeadline(Date.now() + 2_000, () =>
        client.connection.workflowService.getSystemInfo({}),
      )
    },
  }
}

/** What an environment is sent besides orders. */
function environmentSignals(
  client: Client,
  bounded: <Result>(work: () => Promise<Result>) => Promise<Result>,
  recordSent: RecordSent,
): Pick<Gateway, 'enqueue' | 'judge' | 'configure'> {
  return {
    enqueue: async (app, deployment) => {
      const workflow = environmentWorkflowId(app.name, deployment.environment)
      const sent = { workflow, verb: 'enqueue', key: deployment.id, by: SLIPWAY, order: deployment }
      await recordSent(sent)
      await bounded(() => signalEnvironment(client, app, deployment.environment).enqueue(deployment))
    },
    judge: async (app, name, judged) => {
      await bounded(() => signalEnvironment(client, app, name).judge(judged))
    },
    configure: async (app, definition) => {
      await bounded(() => signalEnvironment(client, app, definition.name).configure())
    },
  }
}

async function cut(client: Client, order: messages.CutOrder, key: string): Promise<Outcome> {
  const workflowId = releaseWorkflowId(order.app.name, order.id)
  try {
    return await client.workflow.executeUpdateWithStart(messages.cutUpdate, {
      updateId: key,
      args: [],
      startWorkflowOperation: new WithStartWorkflowOperation<typeof release>('release', {
        workflowId,
        taskQueue: MAIN_QUEUE,
        args: [{ cut: { ...order, key }, state: null, written: [] }],
        workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        workflowIdConflictPolicy: 'USE_EXISTING',
      }),
    })
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
    // It has run and ended, e.g. refused: its answer is still known under the same key.
    return client.workflow.getHandle(workflowId).getUpdateHandle<Outcome>(key).result()
  }
}

function named(order: unknown): Sent['by'] {
  const by = giverOf(order)
  if (by === null) throw new TypeError('An order has no actor')
  return by
}

function startEnvironment(
  app: AppDefinition,
  name: EnvironmentName,
): WithStartWorkflowOperation<typeof environment> {
  return new WithStartWorkflowOperation<typeof environment>('environment', {
    workflowId: environmentWorkflowId(app.name, name),
    taskQueue: MAIN_QUEUE,
    args: [{ app, name, state: null }],
    workflowIdConflictPolicy: 'USE_EXISTING',
  })
}

interface EnvironmentSignals {
  enqueue(deployment: DeploymentRequest): Promise<unknown>
  judge(judged: Judgement): Promise<unknown>
  configure(): Promise<unknown>
}

function signalEnvironment(client: Client, app: AppDefinition, name: EnvironmentName): EnvironmentSignals {
  const start = {
    workflowId: environmentWorkflowId(app.name, name),
    taskQueue: MAIN_QUEUE,
    args: [{ app, name, state: null }] as [messages.EnvironmentInput],
  }
  return {
    enqueue: (deployment) =>
      client.workflow.signalWithStart<typeof environment, [DeploymentRequest]>('environment', {
        ...start,
        signal: messages.enqueueSignal,
        signalArgs: [deployment],
      }),
    judge: (judged) =>
      client.workflow.signalWithStart<typeof environment, [Judgement]>('environment', {
        ...start,
        signal: messages.judgedSignal,
        signalArgs: [judged],
      }),
    configure: () =>
      client.workflow.signalWithStart<typeof environment, [AppDefinition]>('environment', {
        ...start,
        signal: messages.configureSignal,
        signalArgs: [app],
      }),
  }
}

/** Throws {@link Unanswered} when there is no answer yet. A fault of our own, which a repeat cannot fix, is thrown as it is. */
async function answered<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask()
  } catch (error) {
    if (!(error instanceof Error) || isOurFault(error)) throw error
    throw new Unanswered(error.message, { cause: error })
  }
}

/** gRPC's `INVALID_ARGUMENT` and `UNIMPLEMENTED`. */
const HOPELESS: ReadonlySet<number> = new Set([3, 12])

function isOurFault(error: Error): boolean {
  if (error instanceof WorkflowUpdateFailedError || error instanceof QueryRejectedError) return true
  if (error instanceof WorkflowNotFoundError) return true
  if (error instanceof TypeError || error instanceof RangeError) return true
  return [error, error.cause].some((one) => isGrpcServiceError(one) && HOPELESS.has(one.code))
}
