/** A release: cut once, built once per candidate, promoted through its gates in order. Open until it ends. */
import {
  ApplicationFailure,
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
import { applyReport } from '../domain/release/deployment-reports.js'
import { isFinished } from '../domain/release/end-release.js'
import { openGates } from '../domain/release/gates.js'
import { promote } from '../domain/release/handle.js'
import { releaseRules } from '../domain/release/orders.js'
import { noteProgress } from '../domain/release/picking.js'
import { releaseRecord, withPhase } from '../domain/release/record.js'
import { resumed } from '../domain/release/resume.js'
import { markActive, reportStale, stallsAt } from '../domain/release/staleness.js'
import {
  bySlipway,
  isBeingCut,
  pickUnderWay,
  type ReleaseDeployment,
  type ReleaseState,
  upgradeRelease,
  withDeployment,
} from '../domain/release/state.js'
import { type ReleaseEffect, type ReleaseStep, releaseStep } from '../domain/release/step.js'
import { handedOn, isSentByUs } from './attest.js'
import { AFTER_FAULT, faultOf, guarded, metOrFaulty, unending } from './faults.js'
import { EarlyOrders, recordedState } from './going-on.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Orders } from './orders.js'
import { Recorder } from './recorder.js'
import { answerOfCut, beginRelease } from './release-begin.js'
import { watchChecks } from './release-checks.js'
import { carryOut, enqueuePrepared } from './release-effects.js'
import { watchTags } from './release-tags.js'
import { type Later, Tasks } from './release-tasks.js'
import { watchTrunk } from './release-trunk.js'
import { restoreSent } from './sent.js'

/** Runs until the release is deleted, abandoned, or replaced by a later one where it was released. */
export async function release(input: messages.ReleaseInput): Promise<void> {
  let run: ReleaseRun | null = null
  let cut: Outcome | null = null
  setHandler(messages.releaseQuery, () => run?.state ?? null)
  // The cut is answered by its end, and this workflow never continues as new before it.
  // oxlint-disable-next-line slipway/sync-handler
  setHandler(messages.cutUpdate, async () => {
    await condition(() => cut !== null)
    return cut ?? refuse({ code: 'unavailable', what: 'The cut' })
  })
  // After that: it takes at once every update that came with the start and has no handler yet.
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

/** Without a step the cut was refused: then no release exists. */
async function begin({ cut, state, written }: messages.ReleaseInput): ReturnType<typeof beginRelease> {
  const handed = handedOn(state)
  if (handed) {
    const now = upgradeRelease(handed)
    return { outcome: answerOfCut(now), step: releaseStep(now) }
  }
  const recorded = await recordedState(upgradeRelease)
  if (recorded) {
    const known = written.length === 0 || (await isSentByUs(recorded.app.name, restoreSent(written)))
    const step = resumed(recorded, known ? written : [], new Date().toISOString())
    return { outcome: answerOfCut(step.state), step }
  }
  if (cut) {
    const { key, ...order } = cut
    const isSent = await isSentByUs(order.app.name, { verb: 'cut', key, order })
    return isSent
      ? beginRelease(order)
      : { outcome: refuse({ code: 'forged-order', verb: 'cut' }), step: null }
  }
  throw ApplicationFailure.nonRetryable('A release begins with its cut', 'ConfigInvalid')
}

class ReleaseRun {
  state: ReleaseState
  private readonly recorder: Recorder
  private readonly effects: ReleaseEffect[] = []
  private readonly tasks: Tasks
  private readonly early: EarlyOrders

  constructor(begun: ReleaseStep, early: EarlyOrders) {
    this.early = early
    this.state = begun.state
    this.recorder = new Recorder(begun.state.app.name)
    this.tasks = new Tasks((later) => this.take(later(this.state)))
    // What was never recorded is.
    if (begun.state.seq === 0 || begun.events.length > 0) this.take(begun)
    this.listen()
  }

  /** Orders and reports that came during the cut are taken now. */
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
    // Whoever picks is told the conflict or the candidate, not that git was asked; whoever cuts a draft, its version.
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
      guarded('report', (report) => this.take(applyReport(this.state, report))),
    )
  }

  private take(step: ReleaseStep, order: string | null = null): void {
    this.state = step.state
    this.effects.push(...step.effects)
    this.recorder.add(step, order)
  }

  async loop(): Promise<void> {
    void unending('reminders', () => this.watch())
    void unending('checks', () => watchChecks({ state: () => this.state, take: (step) => this.take(step) }))
    const beside = { state: () => this.state, start: (task: Promise<Later>) => this.tasks.start(task) }
    void unending('tags', () => watchTags(beside))
    void unending('trunk', () => watchTrunk(beside))
    for (;;) {
      try {
        if ((await this.turn()) === 'finished') return
      } catch (error) {
        // Orders are still taken meanwhile; what failed is tried again on what they make of the state.
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
      // An environment cannot move a deployment that has no row yet: what came meanwhile is written first.
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

  /** One timer for each silence, however much happens in between. */
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

  private async publish(): Promise<void> {
    if (!this.recorder.dirty) return
    const at = new Date().toISOString()
    this.state = markActive(withPhase({ ...this.state, seq: this.state.seq + 1 }, at), at)
    await this.recorder.flush(this.state, { release: releaseRecord(this.state) })
  }

  /** What nobody has to ask for: one step at a time, each written before it is enqueued. */
  private climb(): void {
    const climb = nextAutomaticPromotion(this.state)
    if (!climb) return
    const by = bySlipway(new Date().toISOString())
    const { candidate, environment } = climb
    const order = { deploymentId: mintDeployment(), candidate, environment: environment.name, by }
    this.take(promote(this.state, { ...order, override: null, olderConfirmed: false }).step)
  }

  private async act(): Promise<void> {
    for (const { id } of this.ready()) {
      // While one is handed over, a person may reject the next; what came meanwhile is not written yet.
      const still = this.ready().find((one) => one.id === id)
      if (still) await this.enqueue(still)
    }
    for (const effect of this.effects.splice(0)) {
      const later = await carryOut(effect, this.state, this.tasks)
      if (later) this.take(later(this.state))
    }
    this.climb()
  }

  private async enqueue(deployment: ReleaseDeployment): Promise<void> {
    this.state = withDeployment(this.state, deployment.id, { state: 'queued' })
    await enqueuePrepared(this.state, deployment)
  }
}
