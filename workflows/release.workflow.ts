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
import { isBesideBuild } from '../domain/release/tags.js'
import { isWritten } from '../domain/release/written.js'
import { AFTER_FAULT, faultOf, guarded, metOrFaulty, unending } from './faults.js'
import { EarlyOrders } from './going-on.js'
import { KeptState } from './kept-state.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { type Begun, begin } from './release-begin.js'
import { watchChecks } from './release-checks.js'
import { carryOut, orderOf, verdictOf } from './release-effects.js'
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
    run = new ReleaseRun({ ...begun, step: begun.step }, early)
    early.begin()
    await run.loop()
  }
  early.begin()
  await condition(allHandlersFinished)
}

class ReleaseRun {
  private readonly kept: KeptState<ReleaseState, ReleaseStep>
  private readonly effects: ReleaseEffect[] = []
  private readonly tasks: Tasks

  constructor({ step, builder }: Begun & { readonly step: ReleaseStep }, early: EarlyOrders) {
    const { state, events } = step
    this.kept = new KeptState(state, new Recorder(state.app.name), (taken) => this.begin(taken))
    this.tasks = new Tasks(builder, (later) => this.change(later))
    // Its cut was already written; that it resumes after a loss has to be.
    if (events.length > 0) this.kept.take(step)
    else this.begin(step)
    this.listen(early)
  }

  get state(): ReleaseState {
    return this.kept.state
  }

  /** Takes the orders and reports that arrived during the cut. */
  private listen(early: EarlyOrders): void {
    // The answer to a pick is the conflict or the candidate, not that git was asked; for a draft's cut it is the version.
    new Orders(this.kept, early).listen(releaseRules, {
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
      guarded('pick-progress', (progress) => this.change((state) => noteProgress(state, progress))),
    )
    setHandler(
      messages.reportSignal,
      guarded('report', (report) =>
        this.kept.change(() => {
          const step = applyEnvironmentReport(this.state, report)
          if (isWritten(this.state, step.state)) this.kept.set(step.state, { dirty: false })
          else this.kept.take(step)
        }),
      ),
    )
  }

  private change(happened: Continuation): Promise<void> {
    return this.kept.change(() => {
      const step = happened(this.state)
      if (isBesideBuild(this.state, step)) this.kept.note(step)
      else this.kept.take(step)
    })
  }

  /** Starts what is left to do for a step, besides the verdicts, which are sent when it is written. */
  private begin({ effects }: ReleaseStep): void {
    this.effects.push(...effects.filter(({ kind }) => kind !== 'tell-environment'))
  }

  async loop(): Promise<void> {
    void unending('reminders', () => this.watch())
    void unending('checks', () =>
      watchChecks({ state: () => this.state, change: (happened) => this.change(happened) }),
    )
    const beside = { state: () => this.state, start: (task: Promise<Continuation>) => this.tasks.start(task) }
    void unending('tags', () => watchTags(beside))
    void unending('trunk', () => watchTrunk(beside))
    for (;;) {
      try {
        if ((await this.turn()) === 'finished') return
      } catch (error) {
        faultOf(error, 'loop')
        // An order may be the remedy; the failed work is retried on the resulting state.
        await this.kept.during(sleep(AFTER_FAULT), () => this.record())
      }
    }
  }

  private async turn(): Promise<'finished' | 'goes-on'> {
    await this.wait()
    await this.record()
    // Changes from the meantime are written before anything is started.
    if (this.kept.dirty && !isDeletion(this.effects)) return 'goes-on'
    await this.act()
    if (!this.isIdle()) return 'goes-on'
    if (isFinished(this.state)) {
      await condition(() => allHandlersFinished() || this.kept.hasOrder)
      return this.isIdle() ? 'finished' : 'goes-on'
    }
    if (this.mustContinue()) {
      await continueAsNew<typeof release>({ cut: null, state: this.state, written: [] })
    }
    return 'goes-on'
  }

  /** As new, once nothing is under way: an order's handler ends a moment after the order was written. */
  private mustContinue(): boolean {
    return workflowInfo().continueAsNewSuggested && this.isIdle() && allHandlersFinished()
  }

  /** One timer per period of inactivity, however much happens in between. */
  private async watch(): Promise<void> {
    for (;;) {
      const now = Date.now()
      const due = stallsAt(this.state)
      const isDue = due !== null && Date.parse(due) <= now
      if (isDue) await this.change((state) => reportStale(state, new Date(now).toISOString()))
      await sleep(due === null || isDue ? this.state.app.stallAfterMs : Date.parse(due) - now)
    }
  }

  private isIdle(): boolean {
    return !this.kept.dirty && !this.kept.hasOrder && this.effects.length === 0 && this.tasks.running === 0
  }

  private async wait(): Promise<void> {
    const noted = this.kept.due
    const due = metOrFaulty(
      () =>
        this.kept.hasOrder ||
        this.kept.dirty ||
        this.effects.length > 0 ||
        ready(this.state).length > 0 ||
        this.kept.due !== noted ||
        this.mustContinue(),
    )
    const wake = earliest([this.nextSoak(), noted])
    if (wake === null) await condition(due)
    else await condition(due, Math.max(1, Date.parse(wake) - Date.now()))
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
  private record(): Promise<void> {
    return this.kept.write((draft, tried) => {
      // A deletion is written by its own transaction, which may still refuse it.
      if (isDeletion([...tried.flatMap(({ effects }) => effects), ...this.effects])) return null
      const due = ready(draft.state)
      if (!draft.recorder.dirty && due.length === 0) return null
      for (const { id } of due) draft.state = withDeployment(draft.state, id, { state: 'queued' })
      const signals = [
        ...due.flatMap((one) => orderOf(draft.state, one)),
        ...draft.steps.flatMap(({ effects }) => effects.flatMap((one) => verdictOf(draft.state, one))),
      ]
      draft.state = asWritten(draft.state, new Date().toISOString())
      return { rows: { release: releaseRecord(draft.state) }, signals }
    })
  }

  /** What nobody has to ask for: one step at a time, each written before it is enqueued. */
  private promoteNext(): void {
    const next = nextAutomaticPromotion(this.state)
    if (!next) return
    const by = bySlipway(new Date().toISOString())
    const { candidate, environment } = next
    const order = { deploymentId: mintDeployment(), candidate, environment: environment.name, by }
    this.kept.take(promote(this.state, { ...order, override: null, olderConfirmed: false }).step)
  }

  private async act(): Promise<void> {
    for (const effect of this.effects.splice(0)) {
      const later = await carryOut(effect, this.state, this.tasks)
      if (later) this.kept.take(later(this.state))
    }
    this.promoteNext()
  }
}

/** Prepared deployments whose last gate has opened. */
function ready(state: ReleaseState): readonly ReleaseDeployment[] {
  const now = new Date().toISOString()
  return state.deployments.filter(
    (one) => one.state === 'prepared' && openGates(state, one, now).length === 0,
  )
}

const isDeletion = (effects: readonly ReleaseEffect[]): boolean =>
  effects.some(({ kind }) => kind === 'delete')
