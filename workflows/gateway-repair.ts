/** What the sweep and the reconciler need from workflows. */
import type { Client, WorkflowHandle } from '@temporalio/client'
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common'
import type { Repair } from '../domain/environment/repair.js'
import type { EnvironmentReport, EnvironmentState } from '../domain/environment/state.js'
import type { AppName, EnvironmentName, ReleaseId } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { DeploymentView } from '../domain/views.js'
import { Unanswered } from '../domain/workflow-errors.js'
import type { environment } from './environment.workflow.js'
import { unlessGone } from './gateway-gone.js'
import * as messages from './messages.js'
import type { release } from './release.workflow.js'
import { type RecordSent, restoreSent } from './sent.js'
import { environmentWorkflowId, MAIN_QUEUE, releaseWorkflowId } from './workflow-ids.js'

/** Repairs between PostgreSQL and Temporal. */
export interface Repairs {
  /** The state a workflow holds, null when none runs: a closed one still answers, with the state it ended with. */
  findEnvironmentState(app: AppName, name: EnvironmentName): Promise<EnvironmentState | null>
  /** Sends an environment today's configuration, starting its workflow if needed; works for previews too. */
  wake(app: AppDefinition, name: EnvironmentName): Promise<void>
  /** Makes an environment rewrite its record. */
  refresh(app: AppName, name: EnvironmentName, repair: Repair): Promise<void>
  /**
   * Ends an environment's workflow that is behind its record, e.g. after Temporal was restored, and starts it from the record.
   */
  restart(app: AppDefinition, name: EnvironmentName): Promise<void>
  /**
   * Starts a release whose workflow ended too early, from its record and what its environments wrote since. One that runs, or
   * came to its proper end, is left alone.
   */
  restoreRelease(app: AppName, release: ReleaseId, written: readonly DeploymentView[]): Promise<void>
  /** Signals to a release what happened to its deployments; does nothing if it has ended. */
  report(app: AppName, report: EnvironmentReport): Promise<void>
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
      bounded(() =>
        ifRunning(handle(app, name), async (one) => known(await one.query(messages.environmentQuery))),
      ),
    wake,
    refresh: async (app, name, repair) => {
      await bounded(() => unlessGone(() => handle(app, name).signal(messages.refreshSignal, repair)))
    },
    restart: async (app, name) => {
      await bounded(() => unlessGone(() => handle(app.name, name).terminate('The record knows more')))
      await wake(app, name)
    },
    report: async (app, report) => {
      const release = client.workflow.getHandle(releaseWorkflowId(app, report.release))
      await bounded(() => unlessGone(() => release.signal(messages.reportSignal, report)))
    },
    restoreRelease: async (app, id, written) => {
      const workflow = releaseWorkflowId(app, id)
      await recordSent({ workflow, ...restoreSent(written) })
      const start = () =>
        client.workflow.start<typeof release>('release', {
          workflowId: workflow,
          taskQueue: MAIN_QUEUE,
          args: [{ cut: null, state: null, written }],
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
        })
      await bounded(async () => {
        await start().catch((error: unknown) => {
          if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error
        })
      })
    },
  }
}

/** Null when the workflow does not run: the answers of an ended run no longer count. */
export const ifRunning = <Answer>(
  handle: WorkflowHandle,
  ask: (handle: WorkflowHandle) => Promise<Answer>,
): Promise<Answer | null> =>
  unlessGone(async () => ((await handle.describe()).status.name === 'RUNNING' ? ask(handle) : null))

/** A workflow that still reads its record has no answer yet. */
export function known<State>(state: State | null): State {
  if (state === null) throw new Unanswered('The workflow reads its record')
  return state
}
