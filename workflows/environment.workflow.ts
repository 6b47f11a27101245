/** An environment: its lane runs the deployments one at a time, so it is the lock. Lives as long as the environment. */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { type Adoption, adopted, isUnreported, lostAttempt } from '../domain/environment/adoption.js'
import { type DeploymentResult, finish, judged } from '../domain/environment/attempt-end.js'
import { automaticRollback } from '../domain/environment/automatic.js'
import type { LaneNow } from '../domain/environment/closures.js'
import { afterStart } from '../domain/environment/expiry.js'
import { enqueue, nextEntry, nextWake, start } from '../domain/environment/lane.js'
import { endClosures } from '../domain/environment/locks.js'
import { environmentRules } from '../domain/environment/orders.js'
import { previewDefinition } from '../domain/environment/preview.js'
import { configured, environmentRecord, newEnvironment } from '../domain/environment/record.js'
import { resumed } from '../domain/environment/resume.js'
import { rollBack } from '../domain/environment/rollback.js'
import {
  type EnvironmentState,
  isClosing,
  type LaneEntry,
  type LaneStep,
  reportsToReleases,
  upgradeEnvironment,
} from '../domain/environment/state.js'
import { admit } from '../domain/environment/teardown.js'
import { launchable } from '../domain/environment/versions.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { earliest } from '../domain/instant.js'
import { type AppDefinition, findEnvironment } from '../domain/pipeline.js'
import { runsOn } from '../domain/runs-on.js'
import { handedOn } from './attest.js'
import type { deployment } from './deployment.workflow.js'
import { EnvironmentLifecycle } from './environment-lifecycle.js'
import { AFTER_FAULT, faultOf, guarded, metOrFaulty, wordsOf } from './faults.js'
import { EarlyOrders, recordedState } from './going-on.js'
import { KeptState } from './kept-state.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { closedAt } from './windows.js'
import { deploymentWorkflowId } from './workflow-ids.js'

/** Runs until the environment is removed from the configuration. */
export async function environment(input: messages.EnvironmentInput): Promise<void> {
  const early = new EarlyOrders()
  let run: EnvironmentRun | null = null
  setHandler(messages.environmentQuery, () => run?.state ?? null)
  const state = handedOn(input.state)
  const recorded = state === null ? await recordedState(upgradeEnvironment) : null
  run = new EnvironmentRun({ ...input, state }, recorded, early)
  early.begin()
  await run.run()
}

class EnvironmentRun {
  private readonly kept: KeptState<EnvironmentState, LaneStep>
  private app: AppDefinition
  /** Configuration that arrived while a deployment was running. */
  private newer: AppDefinition | null = null
  private result: DeploymentResult | null = null
  private child: CancellationScope | null = null
  /** What happens to the running attempt, because its build has no worker left. */
  private adoption: Adoption | null = null
  private readonly lifecycle: EnvironmentLifecycle

  /** With the record of an earlier run it resumes from that, using the configuration that it is started with. */
  constructor(input: messages.EnvironmentInput, recorded: EnvironmentState | null, early: EarlyOrders) {
    this.app = input.app
    const recorder = new Recorder(input.app.name)
    // A refused preview leaves no row: its record begins with its creation.
    recorder.dirty = input.state === null && findEnvironment(input.app, input.name) !== null
    const state = recorded ?? (input.state ? upgradeEnvironment(input.state) : firstState(input))
    this.kept = new KeptState(state, recorder)
    if (recorded) this.newer = this.app
    if (recorded) this.kept.take(resumed(recorded, new Date().toISOString()))
    const orders = new Orders(this.kept, early)
    this.lifecycle = new EnvironmentLifecycle({ kept: this.kept, app: () => this.app, orders })
    if (recorded) this.lifecycle.resumed()
    // Signals that came with the start are taken here, on the state as it is now.
    this.listen(orders)
  }

  get state(): EnvironmentState {
    return this.kept.state
  }

  private listen(orders: Orders<EnvironmentState, LaneStep>): void {
    setHandler(
      messages.enqueueSignal,
      guarded('enqueue', async (order) => {
        const message = { verb: 'enqueue', key: order.id, order, by: SLIPWAY }
        await this.kept.propose(message, (draft) => {
          draft.take(admit(enqueue(draft.state, order, this.now(draft.state)), draft.state, order))
        })
      }),
    )
    setHandler(
      messages.judgedSignal,
      guarded('judged', (judgement) => this.kept.change(() => this.kept.take(judged(this.state, judgement)))),
    )
    setHandler(
      messages.adoptedSignal,
      guarded('adopted', (found) =>
        this.kept.change(() => {
          if (!isUnreported(this.state, found, this.adoption)) return
          this.adoption = found
          this.kept.take(adopted(this.state, found, new Date().toISOString()))
        }),
      ),
    )
    setHandler(messages.configureSignal, (app) => {
      this.newer = app
    })
    orders.listen(environmentRules)
  }

  async run(): Promise<void> {
    for (;;) {
      try {
        await this.turn()
      } catch (error) {
        faultOf(error, 'loop')
        // An order may be the remedy; the failed work is retried on the resulting state.
        await this.kept.during(sleep(AFTER_FAULT), () => this.record())
      }
    }
  }

  private async turn(): Promise<void> {
    await this.wait()
    this.advance()
    await this.record()
    this.lifecycle.act()
    this.launch()
    if (this.mustContinue()) {
      await continueAsNew<typeof environment>({ app: this.app, name: this.state.name, state: this.state })
    }
  }

  private async wait(): Promise<void> {
    const now = Date.now()
    const at = new Date(now).toISOString()
    const wake = earliest([nextWake(this.state, this.now(this.state, at)), this.lifecycle.wakeAfter(at)])
    const somethingToDo = metOrFaulty(
      () => this.kept.hasOrder || this.kept.dirty || this.hasWork() || this.mustContinue(),
    )
    if (wake === null) await condition(somethingToDo)
    else await condition(somethingToDo, Math.max(1, Date.parse(wake) - now))
  }

  private hasWork(): boolean {
    const at = new Date().toISOString()
    const canStart = this.next(this.state, at) !== null || this.lifecycle.hasWork(at)
    const canConfigure = this.newer !== null && this.state.running === null
    return this.result !== null || canStart || canConfigure || this.mustCancel()
  }

  private mustCancel(): boolean {
    return this.state.running?.aborting != null && this.child !== null && !this.child.consideredCancelled
  }

  /** As new, once nothing is under way: an order's handler ends a moment after the order was written. */
  private mustContinue(): boolean {
    if (!workflowInfo().continueAsNewSuggested || this.state.running || this.lifecycle.busy) return false
    return !this.kept.dirty && this.newer === null && allHandlersFinished()
  }

  private advance(): void {
    const at = new Date().toISOString()
    if (this.mustCancel()) this.child?.cancel()
    if (this.result) {
      this.end(this.result, at)
      this.result = null
      this.child = null
    }
    const opened = endClosures(this.state, at)
    if (opened) this.kept.take(opened)
    if (this.newer && !this.state.running) {
      this.app = this.newer
      this.newer = null
      this.kept.set(configured(this.state, this.app), { dirty: true })
      this.lifecycle.configured()
    }
    this.lifecycle.advance(at)
  }

  private next(state: EnvironmentState, at: string): LaneEntry | null {
    // A lane that is never idle would never end its history: what waits goes along into the next run.
    if (workflowInfo().continueAsNewSuggested || isClosing(state)) return null
    return nextEntry(state, this.now(state, at))
  }

  private now({ definition }: EnvironmentState, at = new Date().toISOString()): LaneNow {
    return { at, closed: closedAt(definition.windows, at) }
  }

  private end(result: DeploymentResult, at: string): void {
    const failure = automaticRollback(this.state, result)
    this.kept.take(finish(this.state, result, at))
    if (failure === null) return
    const order = { deploymentId: mintDeployment(), to: null, reason: '', failure, by: SLIPWAY, at }
    this.kept.take(rollBack(this.state, order).step)
  }

  /** Records what was decided, together with the start of the deployment that comes next. */
  private record(): Promise<void> {
    return this.kept.write((draft) => {
      const at = new Date().toISOString()
      const entry = this.next(draft.state, at)
      if (entry) draft.take(afterStart(start(draft.state, entry, this.now(draft.state, at)), at))
      if (!draft.recorder.dirty) return null
      draft.state = { ...draft.state, seq: draft.state.seq + 1 }
      const reports = draft.steps.flatMap((step) => step.reports)
      return {
        rows: { environment: environmentRecord(draft.state) },
        signals: reportsToReleases(reports, at).map((report) => ({
          ...{ kind: 'report', app: draft.state.app, report },
        })),
      }
    })
  }

  /** Starts the child workflow for the deployment that now has the lane, only after the row it works on is written. */
  private launch(): void {
    const { running } = this.state
    if (!running || this.child || this.result) return
    const { entry } = running
    const scope = new CancellationScope()
    this.child = scope
    void scope
      .run(() =>
        executeChild<typeof deployment>('deployment', {
          workflowId: deploymentWorkflowId(entry.order.id, entry.attempt.number),
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
          args: [{ ...launchable(this.state, entry), runsOn: runsOn(this.app, this.state.name), work: null }],
        }),
      )
      .then(
        (result) => {
          this.result = result
        },
        (error: unknown) => {
          this.result = lostChild(error, scope, { entry, adoption: this.adoption })
        },
      )
  }
}

/** As configured, or like previews are; nothing was ever deployed there. */
function firstState({ app, name }: messages.EnvironmentInput): EnvironmentState {
  const definition = findEnvironment(app, name) ?? previewDefinition(app, name, null)
  if (definition) return newEnvironment(app, definition)
  throw ApplicationFailure.nonRetryable(`${app.name} has no environment ${name}`, 'ConfigInvalid')
}

/** A child that was cancelled before it began, ended by an operator, or given up because no build could continue it. */
function lostChild(
  error: unknown,
  scope: CancellationScope,
  { entry, adoption }: { readonly entry: LaneEntry; readonly adoption: Adoption | null },
): DeploymentResult {
  const lost = lostAttempt(entry, adoption, wordsOf(error))
  const { runs } = entry.attempt
  if (scope.consideredCancelled && lost.failure.kind !== 'interrupted')
    return { kind: 'aborted', touched: false, stage: null, runs }
  return lost
}
