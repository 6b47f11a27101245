/** What the sweep and the reconciler ask of workflows. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client'
import type { Repair } from '../domain/environment/repair.js'
import type { EnvironmentState } from '../domain/environment/state.js'
import type { AppName, EnvironmentName } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { environment } from './environment.workflow.js'
import * as messages from './messages.js'
import { environmentWorkflowId, MAIN_QUEUE } from './workflow-ids.js'

/** Repairs between PostgreSQL and Temporal. */
export interface Repairs {
  /** The state a workflow holds, null when there is no such workflow. */
  findEnvironmentState(app: AppName, name: EnvironmentName): Promise<EnvironmentState | null>
  /** Sends an environment today's configuration, starting its workflow if need be: previews too. */
  wake(app: AppDefinition, name: EnvironmentName): Promise<void>
  /** Has an environment write its record again. */
  refresh(app: AppName, name: EnvironmentName, repair: Repair): Promise<void>
  /** Starts the workflow of an environment that lost it, from what the record knows. One that runs is left alone. */
  restore(app: AppDefinition, state: EnvironmentState): Promise<void>
}

type Bounded = <Result>(work: () => Promise<Result>) => Promise<Result>

export function repairs(client: Client, bounded: Bounded): Repairs {
  const handle = (app: AppName, name: EnvironmentName) =>
    client.workflow.getHandle(environmentWorkflowId(app, name))
  const start = (app: AppDefinition, name: EnvironmentName, state: EnvironmentState | null) => ({
    workflowId: environmentWorkflowId(app.name, name),
    taskQueue: MAIN_QUEUE,
    args: [{ app, name, state }] as [messages.EnvironmentInput],
  })
  return {
    findEnvironmentState: async (app, name) => {
      try {
        return await bounded(() => handle(app, name).query(messages.environmentQuery))
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return null
        throw error
      }
    },
    wake: async (app, name) => {
      await bounded(() =>
        client.workflow.signalWithStart<typeof environment, [AppDefinition]>('environment', {
          ...start(app, name, null),
          signal: messages.configureSignal,
          signalArgs: [app],
        }),
      )
    },
    refresh: async (app, name, repair) => {
      await bounded(() => handle(app, name).signal(messages.refreshSignal, repair))
    },
    restore: async (app, state) => {
      await bounded(() =>
        client.workflow.signalWithStart<typeof environment, [Repair]>('environment', {
          ...start(app, state.name, state),
          signal: messages.refreshSignal,
          signalArgs: [{ seq: state.seq, difference: { gone: true, fields: [], orphans: [] } }],
        }),
      )
    },
  }
}
