/** A release: cut once, built once per candidate, promoted through its gates in order. Open until it ends. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import { earliest } from '../domain/instant.js'
import { type Outcome, refuse } from '../domain/refusal.js'
import { nextAutomaticPromotion } from '../domain/release/auto-promote.js'
import { applyEnvironmentReport } from '../domain/release/deployment-reports.js'
import { isFinished } from '../domain/release/end-release.js'
import { openGates } from '../domain/release/gates.js'
import { promote } from '../domain/release/handle.js'
import { releaseRules } from '../domain/release/orders.js'
import { noteProgress } from '../domain/release/picking.js'
import { asWritten, releaseRecord } from '../domain/release/record.js'
import { reportStale, stallsAt } from '../domain/release/staleness.js'
import {
  bySlipway,
  isBeingCut,
  pickUnderWay,
  type ReleaseDeployment,
  type ReleaseState,
  withDeployment,
} from '../domain/release/state.js'
import type { ReleaseEffect, ReleaseStep } from '../domain/release/step.js'
import { isWritten } from '../domain/release/written.js'
import type { OutgoingSignal } from './activities/index.js'
import { AFTER_FAULT, faultOf, guarded, metOrFaulty, unending } from './faults.js'
import { EarlyOrders } from './going-on.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { begin } from './release-begin.js'
import { watchChecks } from './release-checks.js'
import { carryOut, orderOf, type Verdict, verdictOf } from './release-effects.js'
import { watchTags } from './release-tags.js'
import { type Continuation, Tasks } from './release-tasks.js'
import { watchTrunk } from './release-trunk.js'

/** Runs until the release is deleted, abandoned, or replaced by a later one everywhere it was released. */
export async function release(input: messages.ReleaseInput): Promise<void> {
  let run: ReleaseRun | null = null
  let cut: Outcome | null = null
  setHandler(messages.releaseQuery, () => run?.state ?? null)
  // The answer is given when the cut ends; until then this workflow does not continue as new.
  // oxlint-disable-next-line slipway/sync-handler
  setHandler(messages.cutUpdate, async () => {
    await condition(() => cut !== null)
    return cut ?? refuse({ code: 'unavailable', what: 'The cut' })
  })
  // Only now, because it immediately takes every update that came with the start and has no handler yet.
  const early = new EarlyOrders()
  const begun = await begin(input)
  cut = begun.outcome
  if (begun.step) {
    run = new ReleaseRun(begun.step, early)
    early.begin()
    await run.loop()
  }
  early.begin()
  await condition(allHandlersFinished)
}

class ReleaseRun {
  state: ReleaseState
  private readonly recorder: Recorder
  private readonly effects: Exclude<ReleaseEffect, Verdict>[] = []
  /** Told once they are written. */
  private readonly verdicts: OutgoingSignal[] = []
  private readonly tasks: Tasks
  private readonly early: EarlyOrders

  constructor(begun: ReleaseStep, early: EarlyOrders) {
    this.early = early
    this.state = begun.state
    this.recorder = new Recorder(begun.state.app.name)
    this.tasks = new Tasks((later) => this.take(later(this.state)))
    // Its cut was already written; that it resumes after a loss has to be.
    if (begun.events.length > 0) this.take(begun)
    else this.begin(begun)
    this.listen()
  }

  /** Takes the orders and reports that arrived during the cut. */
  private listen(): void {
    const owner = {
      app: this.state.app.name,
      state: () => this.state,
      take: (step: ReleaseStep, order: string) => this.take(step, order),
      remember: (recent: ReleaseState['recent']) => {
        this.state = { ...this.state, recent }
      },
    }
    const orders = new Orders<ReleaseState, ReleaseStep>(owner, this.early)
    // The answer to a pick is the conflict or the candidate, not that git was asked; for a draft's cut it is the version.
    orders.listen(releaseRules, {
      pick: async (begun) => {
        const at = pickUnderWay(this.state)?.at
        await condition(() => pickUnderWay(this.state)?.at !== at)
        return this.tasks.pickAnswer ?? begun
      },
      'cut-draft': async (begun) => {
        await condition(() => !isBeingCut(this.state))
        return this.tasks.cutAnswer ?? begun
      },
    })
    setHandler(
      messages.pickProgressSignal,
      guarded('pick-progress', (progress) => this.take(noteProgress(this.state, progress))),
    )
    setHandler(
      messages.reportSignal,
      guarded('report', (report) => {
        const step = applyEnvironmentReport(this.state, report)
        if (isWritten(this.state, step.state)) this.state = step.state
        else this.take(step)
      }),
    )
  }

  private take(step: ReleaseStep, order: string | null = null): void {
    this.begin(step)
    this.recorder.add(step, order)
  }

  /** Starts what is left to do for it. */
  private begin(step: ReleaseStep): void {
    this.state = step.state
    for (const effect of step.effects) {
      if (effect.kind === 'tell-environment') this.verdicts.push(verdictOf(this.state, effect))
      else this.effects.push(effect)
    }
  }

  async loop(): Promise<void> {
    void unending('reminders', () => this.watch())
    void unending('checks', () => watchChecks({ state: () => this.state, take: (step) => this.take(step) }))
    const beside = { state: () => this.state, start: (task: Promise<Continuation>) => this.tasks.start(task) }
    void unending('tags', () => watchTags(beside))
    void unending('trunk', () => watchTrunk(beside))
    for (;;) {
      try {
        if ((await this.turn()) === 'finished') return
      } catch (error) {
        // Orders are still taken in the meantime; the failed work is retried on the resulting state.
        faultOf(error, 'loop')
        await sleep(AFTER_FAULT)
      }
    }
  }

  private async turn(): Promise<'finished' | 'goes-on'> {
    await this.wait()
    // A deletion is written by its own transaction, which may still refuse it.
    if (!this.effects.some((effect) => effect.kind === 'delete')) {
      await this.publish()
      // Changes from the meantime are written before anything is started.
      if (this.recorder.dirty) return 'goes-on'
    }
    await this.act()
    if (!this.isIdle()) return 'goes-on'
    if (isFinished(this.state)) {
      await condition(allHandlersFinished)
      return this.isIdle() ? 'finished' : 'goes-on'
    }
    if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
      await continueAsNew<typeof release>({ cut: null, state: this.state, written: [] })
    }
    return 'goes-on'
  }

  /** One timer per period of inactivity, however much happens in between. */
  private async watch(): Promise<void> {
    for (;;) {
      const now = Date.now()
      const due = stallsAt(this.state)
      const isDue = due !== null && Date.parse(due) <= now
      if (isDue) this.take(reportStale(this.state, new Date(now).toISOString()))
      await sleep(due === null || isDue ? this.state.app.stallAfterMs : Date.parse(due) - now)
    }
  }

  private isIdle(): boolean {
    return !this.recorder.dirty && this.effects.length === 0 && this.tasks.running === 0
  }

  private async wait(): Promise<void> {
    const due = metOrFaulty(() => this.recorder.dirty || this.effects.length > 0 || this.ready().length > 0)
    const wake = this.nextSoak()
    if (wake === null) await condition(due)
    else await condition(due, Math.max(1, Date.parse(wake) - Date.now()))
  }

  /** Prepared deployments whose last gate has opened. */
  private ready(): readonly ReleaseDeployment[] {
    const now = new Date().toISOString()
    return this.state.deployments.filter(
      (one) => one.state === 'prepared' && openGates(this.state, one, now).length === 0,
    )
  }

  private nextSoak(): string | null {
    const now = new Date().toISOString()
    const soaks = this.state.deployments
      .filter((one) => one.state === 'prepared')
      .flatMap((one) => openGates(this.state, one, now))
      .flatMap((gate) => (gate.kind === 'soak' ? [gate.until] : []))
    return earliest(soaks)
  }

  /** An environment cannot move a deployment that has no row yet, so the deployment is sent there after the write. */
  private async publish(): Promise<void> {
    const ready = this.ready()
    if (!this.recorder.dirty && ready.length === 0) return
    for (const { id } of ready) this.state = withDeployment(this.state, id, { state: 'queued' })
    const signals = [...ready.flatMap((one) => orderOf(this.state, one)), ...this.verdicts.splice(0)]
    this.state = asWritten(this.state, new Date().toISOString())
    await this.recorder.flush(this.state, { release: releaseRecord(this.state) }, signals)
  }

  /** What nobody has to ask for: one step at a time, each written before it is enqueued. */
  private promoteNext(): void {
    const next = nextAutomaticPromotion(this.state)
    if (!next) return
    const by = bySlipway(new Date().toISOString())
    const { candidate, environment } = next
    const order = { deploymentId: mintDeployment(), candidate, environment: environment.name, by }
    this.take(promote(this.state, { ...order, override: null, olderConfirmed: false }).step)
  }

  private async act(): Promise<void> {
    for (const effect of this.effects.splice(0)) {
      const later = await carryOut(effect, this.state, this.tasks)
      if (later) this.take(later(this.state))
    }
    this.promoteNext()
  }
}
