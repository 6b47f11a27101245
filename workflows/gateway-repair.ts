/** What the sweep and the reconciler ask of workflows. */
import { type Client, type WorkflowHandle, WorkflowNotFoundError } from '@temporalio/client'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { Repair } from '../domain/environment/repair.js'
import type { DeploymentReport, EnvironmentState } from '../domain/environment/state.js'
import type { AppName, EnvironmentName, ReleaseId } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { DeploymentView } from '../domain/views.js'
import { Unanswered } from '../domain/workflow-errors.js'
import type { environment } from './environment.workflow.js'
import * as messages from './messages.js'
import type { release } from './release.workflow.js'
import { type RecordSent, restoreSent } from './sent.js'
import { environmentWorkflowId, MAIN_QUEUE, releaseWorkflowId } from './workflow-ids.js'

/** Repairs between PostgreSQL and Temporal. */
export interface Repairs {
  /** The state a workflow holds, null when none runs: a closed one still answers, with what it knew when it ended. */
  findEnvironmentState(app: AppName, name: EnvironmentName): Promise<EnvironmentState | null>
  /** Sends an environment today's configuration, starting its workflow if need be: previews too. */
  wake(app: AppDefinition, name: EnvironmentName): Promise<void>
  /** Has an environment write its record again. */
  refresh(app: AppName, name: EnvironmentName, repair: Repair): Promise<void>
  /** Ends an environment's workflow that knows less than the record, e.g. of a restored Temporal, and starts it from that. */
  restart(app: AppDefinition, name: EnvironmentName): Promise<void>
  /**
   * Starts a release whose workflow ended before its time, from its record and what its environments wrote meanwhile.
   * One that runs, or came to its proper end, is left alone.
   */
  restoreRelease(app: AppName, release: ReleaseId, written: readonly DeploymentView[]): Promise<void>
  /** Tells a release what its environment did and it did not hear. */
  report(app: AppName, report: DeploymentReport): Promise<void>
}

type Bounded = <Result>(work: () => Promise<Result>) => Promise<Result>

export function repairs(client: Client, bounded: Bounded, recordSent: RecordSent): Repairs {
  const handle = (app: AppName, name: EnvironmentName) =>
    client.workflow.getHandle(environmentWorkflowId(app, name))
  const wake = async (app: AppDefinition, name: EnvironmentName): Promise<void> => {
    await bounded(() =>
      client.workflow.signalWithStart<typeof environment, [AppDefinition]>('environment', {
        workflowId: environmentWorkflowId(app.name, name),
        taskQueue: MAIN_QUEUE,
        args: [{ app, name, state: null }],
        signal: messages.configureSignal,
        signalArgs: [app],
      }),
    )
  }
  return {
    findEnvironmentState: (app, name) =>
      bounded(async () =>
        (await isRunning(handle(app, name)))
          ? known(await handle(app, name).query(messages.environmentQuery))
          : null,
      ),
    wake,
    refresh: async (app, name, repair) => {
      await bounded(() => handle(app, name).signal(messages.refreshSignal, repair))
    },
    restart: async (app, name) => {
      await bounded(() => handle(app.name, name).terminate('The record knows more'))
      await wake(app, name)
    },
    report: async (app, report) => {
      const release = client.workflow.getHandle(releaseWorkflowId(app, report.releaseId))
      await bounded(() => release.signal(messages.reportSignal, report))
    },
    restoreRelease: async (app, id, written) => {
      const workflow = releaseWorkflowId(app, id)
      await recordSent({ workflow, ...restoreSent(written) })
      await bounded(() =>
        client.workflow.start<typeof release>('release', {
          workflowId: workflow,
          taskQueue: MAIN_QUEUE,
          args: [{ cut: null, state: null, written }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        }),
      ).catch((error: unknown) => {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
      })
    },
  }
}

/** A run that ended, however it did, answers nothing that counts any more. */
export async function isRunning(handle: WorkflowHandle): Promise<boolean> {
  try {
    return (await handle.describe()).status.name === 'RUNNING'
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false
    throw error
  }
}

/** A workflow that still reads its record has no answer yet. */
export function known<State>(state: State | null): State {
  if (state === null) throw new Unanswered('The workflow reads its record')
  return state
}
