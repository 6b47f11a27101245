/** An environment: its lane runs the deployments one by one, so it is the lock. Lives as long as the environment. */
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  getExternalWorkflowHandle,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
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
  type DeploymentReport,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneEntry,
  type LaneStep,
  upgradeEnvironment,
} from '../domain/environment/state.js'
import { admit } from '../domain/environment/teardown.js'
import { launchable } from '../domain/environment/versions.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { earliest } from '../domain/instant.js'
import { type AppDefinition, findEnvironment } from '../domain/pipeline.js'
import { handedOn, isSentByUs } from './attest.js'
import type { deployment } from './deployment.workflow.js'
import { EnvironmentLifecycle } from './environment-life.js'
import { AFTER_FAULT, faultOf, guarded, metOrFaulty, wordsOf } from './faults.js'
import { EarlyOrders, recordedState } from './going-on.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { closedAt } from './windows.js'
import { deploymentWorkflowId, releaseWorkflowId } from './workflow-ids.js'

/** Runs until the environment is taken out of the configuration. */
export async function environment(input: messages.EnvironmentInput): Promise<void> {
  const early = new EarlyOrders()
  let lane: Lane | null = null
  setHandler(messages.environmentQuery, () => lane?.state ?? null)
  const state = handedOn(input.state)
  const recorded = state === null ? await recordedState(upgradeEnvironment) : null
  lane = new Lane({ ...input, state }, recorded, early)
  early.begin()
  await lane.run()
}

class Lane {
  state: EnvironmentState
  private app: AppDefinition
  private readonly recorder: Recorder
  private reports: DeploymentReport[] = []
  /** Configuration that arrived while a deployment ran. */
  private newer: AppDefinition | null = null
  private result: DeploymentResult | null = null
  /** What is being put in line. */
  private coming: Promise<void> = Promise.resolve()
  private child: CancellationScope | null = null
  private readonly orders: Orders<EnvironmentState, LaneStep>
  private readonly life: EnvironmentLifecycle

  /** With what an earlier run recorded it goes on from that, with the configuration that it is started with. */
  constructor(input: messages.EnvironmentInput, recorded: EnvironmentState | null, early: EarlyOrders) {
    this.app = input.app
    this.recorder = new Recorder(input.app.name)
    this.state = recorded ?? (input.state ? upgradeEnvironment(input.state) : firstState(input))
    // A preview that is refused leaves no row: its record begins with its creation.
    this.recorder.dirty = input.state === null && findEnvironment(input.app, input.name) !== null
    if (recorded) this.newer = this.app
    if (recorded) this.take(resumed(recorded, new Date().toISOString()))
    const owner = {
      app: input.app.name,
      state: () => this.state,
      take: (step: LaneStep, order: string | null = null) => this.take(step, order),
      remember: (recent: EnvironmentState['recent']) => {
        this.state = { ...this.state, recent }
      },
    }
    this.orders = new Orders(owner, early)
    this.life = new EnvironmentLifecycle({ ...owner, app: () => this.app, orders: this.orders })
    if (recorded) this.life.resumed()
    // Signals that came with the start are taken here, on the state as it is now.
    this.listen()
  }

  private listen(): void {
    setHandler(
      messages.enqueueSignal,
      guarded('enqueue', (order) => {
        // One after the other: what came first stands first in line, however long each question takes, or how it ends.
        this.coming = Promise.allSettled([this.coming]).then(() => this.putInLine(order))
        return this.coming
      }),
    )
    setHandler(
      messages.judgedSignal,
      guarded('judged', (judgement) => this.take(judged(this.state, judgement))),
    )
    setHandler(messages.configureSignal, (app) => {
      this.newer = app
    })
    this.orders.listen(environmentRules)
  }

  private async putInLine(order: DeploymentRequest): Promise<void> {
    try {
      const sent = { verb: 'enqueue', key: order.id, order, by: SLIPWAY }
      if (!(await isSentByUs(this.state.app, sent))) return
      this.take(admit(enqueue(this.state, order, this.now()), this.state, order))
    } catch (error) {
      faultOf(error, 'enqueue')
    }
  }

  private take(step: LaneStep, order: string | null = null): void {
    this.state = step.state
    this.reports.push(...step.reports)
    this.recorder.add(step, order)
  }

  async run(): Promise<void> {
    for (;;) {
      try {
        await this.turn()
      } catch (error) {
        // Orders are still taken meanwhile; what failed is tried again on what they make of the state.
        faultOf(error, 'loop')
        await sleep(AFTER_FAULT)
      }
    }
  }

  private async turn(): Promise<void> {
    await this.wait()
    this.advance()
    if (this.recorder.dirty) await this.publish()
    this.life.act()
    this.launch()
    await this.tellReleases()
    if (workflowInfo().continueAsNewSuggested && this.isIdle()) {
      await continueAsNew<typeof environment>({ app: this.app, name: this.state.name, state: this.state })
    }
  }

  private async wait(): Promise<void> {
    const now = Date.now()
    const at = new Date(now).toISOString()
    const wake = earliest([nextWake(this.state, this.now(at)), this.life.wakeAfter(at)])
    const somethingToDo = metOrFaulty(() => this.recorder.dirty || this.reports.length > 0 || this.hasWork())
    if (wake === null) await condition(somethingToDo)
    else await condition(somethingToDo, Math.max(1, Date.parse(wake) - now))
  }

  private hasWork(): boolean {
    const at = new Date().toISOString()
    const canStart = this.next(at) !== null || this.life.hasWork(at)
    const canConfigure = this.newer !== null && this.state.running === null
    return this.result !== null || canStart || canConfigure || this.mustCancel()
  }

  private mustCancel(): boolean {
    return this.state.running?.aborting != null && this.child !== null && !this.child.consideredCancelled
  }

  private isIdle(): boolean {
    const waiting = this.recorder.dirty || this.reports.length > 0 || this.newer !== null
    return !this.state.running && !waiting && !this.life.busy && allHandlersFinished()
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
    if (opened) this.take(opened)
    if (this.newer && !this.state.running) {
      this.app = this.newer
      this.newer = null
      this.state = configured(this.state, this.app)
      this.life.configured()
      this.recorder.dirty = true
    }
    this.life.advance(at)
    const entry = this.next(at)
    if (entry) this.take(afterStart(start(this.state, entry, this.now(at)), at))
  }

  private next(at: string): LaneEntry | null {
    // A lane that is never idle would never end its history: what waits goes along into the next run.
    if (workflowInfo().continueAsNewSuggested || this.life.closed) return null
    return nextEntry(this.state, this.now(at))
  }

  private now(at = new Date().toISOString()): LaneNow {
    return { at, closed: closedAt(this.state.definition.windows, at) }
  }

  private end(result: DeploymentResult, at: string): void {
    const failure = automaticRollback(this.state, result)
    this.take(finish(this.state, result, at))
    if (failure === null) return
    const order = { deploymentId: mintDeployment(), to: null, reason: '', failure, by: SLIPWAY, at }
    this.take(rollBack(this.state, order).step)
  }

  private async publish(): Promise<void> {
    this.state = { ...this.state, seq: this.state.seq + 1 }
    await this.recorder.flush(this.state, { environment: environmentRecord(this.state) })
  }

  /** Starts the child of what now has the lane; only after the row it works on is written. */
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
          args: [{ ...launchable(this.state, entry), work: null }],
        }),
      )
      .then(
        (result) => {
          this.result = result
        },
        (error: unknown) => {
          this.result = lostChild(error, scope, entry)
        },
      )
  }

  private async tellReleases(): Promise<void> {
    while (this.reports.length > 0) {
      const [next] = this.reports.splice(0, 1)
      if (next) await this.tell(next)
    }
  }

  private async tell(report: DeploymentReport): Promise<void> {
    const handle = getExternalWorkflowHandle(releaseWorkflowId(this.state.app, report.releaseId))
    try {
      await handle.signal(messages.reportSignal, report)
    } catch {
      // The release has ended; its row was written above, and nobody waits for the report.
    }
  }
}

/** As configured, or like previews are; nothing was ever deployed there. */
function firstState({ app, name }: messages.EnvironmentInput): EnvironmentState {
  const definition = findEnvironment(app, name) ?? previewDefinition(app, name, null)
  if (definition) return newEnvironment(app, definition)
  throw ApplicationFailure.nonRetryable(`${app.name} has no environment ${name}`, 'ConfigInvalid')
}

/** A child that was cancelled before it began, or ended by an operator. */
function lostChild(error: unknown, scope: CancellationScope, { attempt }: LaneEntry): DeploymentResult {
  const { runs } = attempt
  if (scope.consideredCancelled) return { kind: 'aborted', touched: false, stage: null, runs }
  const failure = { kind: 'workflow-lost', message: wordsOf(error) } as const
  return { kind: 'failed', stage: null, failure, touched: true, runs, setup: null }
}
