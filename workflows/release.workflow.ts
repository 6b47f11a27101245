/** A release: cut once, built once per candidate, promoted through its gates in order. Open until it ends. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  patched,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow'
import type { DeploymentReport } from '../domain/environment/state.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { type Outcome, refuse } from '../domain/refusal.js'
import { nextAutomaticPromotion } from '../domain/release/auto-promote.js'
import { applyReport } from '../domain/release/deployment-reports.js'
import { isFinished } from '../domain/release/end-release.js'
import { openGates } from '../domain/release/gates.js'
import * as answers from '../domain/release/handle.js'
import { noteProgress } from '../domain/release/picking.js'
import { releaseRecord, withPhase } from '../domain/release/record.js'
import { markActive, reportStale, stallsAt } from '../domain/release/staleness.js'
import type { ReleaseDeployment, ReleaseState } from '../domain/release/state.js'
import { withDeployment } from '../domain/release/state.js'
import type { ReleaseEffect, ReleaseStep } from '../domain/release/step.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { Recorder } from './recorder.js'
import { beginDraft, beginRelease } from './release-begin.js'
import { watchChecks } from './release-checks.js'
import { carryOut, enqueuePrepared } from './release-effects.js'
import { watchTags } from './release-tags.js'
import { Tasks } from './release-tasks.js'

/** Runs until the release is deleted, abandoned, or replaced by a later one where it was released. */
export async function release(input: messages.ReleaseInput): Promise<void> {
  const run = new ReleaseRun(input)
  const begun = await run.begin()
  if (begun) await run.loop()
  await condition(allHandlersFinished)
}

class ReleaseRun {
  private readonly input: messages.ReleaseInput
  private state: ReleaseState | null
  private cut: Outcome | null = null
  private readonly recorder: Recorder
  private readonly effects: ReleaseEffect[] = []
  private readonly reports: DeploymentReport[] = []
  private readonly tasks: Tasks
  /**
   * What comes while the loop writes is written before anything is enqueued, and so is what climbs by itself: an
   * environment cannot move a deployment that has no row yet.
   */
  private readonly writesFirst = patched('write-before-enqueue')

  constructor(input: messages.ReleaseInput) {
    this.input = input
    this.state = input.state
    this.recorder = new Recorder(input.app.name)
    this.tasks = new Tasks(input, (later) => {
      if (this.state) this.take(later(this.state))
    })
    this.listen()
  }

  private listen(): void {
    setHandler(messages.releaseQuery, () => this.state)
    // The one handler that waits: a cut is answered by its end, and this workflow never continues as new before it.
    // oxlint-disable-next-line slipway/sync-handler
    setHandler(messages.cutUpdate, async () => {
      await condition(() => this.cut !== null)
      return this.cut ?? refuse({ code: 'unavailable', what: 'The cut' })
    })
    setHandler(messages.promoteUpdate, (order) => this.answer((state) => answers.promote(state, order)))
    setHandler(messages.approveUpdate, (order) => this.answer((state) => answers.approve(state, order)))
    setHandler(messages.acceptUpdate, (order) => this.answer((state) => answers.accept(state, order)))
    setHandler(messages.rejectUpdate, (order) => this.answer((state) => answers.reject(state, order)))
    setHandler(messages.rebuildUpdate, (order) => this.answer((state) => answers.rebuild(state, order)))
    // Waits as the cut does: whoever picks is told the conflict or the candidate, not that git was asked.
    // oxlint-disable-next-line slipway/sync-handler
    setHandler(messages.pickUpdate, async (order) => {
      const begun = this.answer((state) => answers.pick(state, order))
      if (begun.kind === 'refused') return begun
      this.tasks.pickAnswer = null
      await condition(() => this.tasks.pickAnswer !== null)
      return this.tasks.pickAnswer ?? begun
    })
    // As above: a draft that is cut is answered with its version.
    // oxlint-disable-next-line slipway/sync-handler
    setHandler(messages.cutDraftUpdate, async (order) => {
      const begun = this.answer((state) => answers.cutDraft(state, order))
      if (begun.kind === 'refused') return begun
      this.tasks.cutAnswer = null
      await condition(() => this.tasks.cutAnswer !== null)
      return this.tasks.cutAnswer ?? begun
    })
    setHandler(messages.tagAgainUpdate, (by) => this.answer((state) => answers.tagAgain(state, by)))
    setHandler(messages.pickProgressSignal, (progress) => {
      if (this.state) this.take(noteProgress(this.state, progress))
    })
    setHandler(messages.tickUpdate, (order) => this.answer((state) => answers.tick(state, order)))
    setHandler(messages.editUpdate, (order) => this.answer((state) => answers.edit(state, order)))
    setHandler(messages.deleteUpdate, (by) => this.answer((state) => answers.remove(state, by)))
    setHandler(messages.abandonUpdate, (by) => this.answer((state) => answers.abandon(state, by)))
    setHandler(messages.reportSignal, (report) => {
      if (this.state) this.take(applyReport(this.state, report))
      else this.reports.push(report)
    })
  }

  /** Decides on the state of this moment; the loop carries it out. */
  private answer(decide: (state: ReleaseState) => answers.AnsweredRelease): Outcome {
    if (!this.state) return refuse({ code: 'unavailable', what: 'The release, which is still being cut,' })
    const answered = decide(this.state)
    this.take(answered.step)
    return answered.outcome
  }

  private take(step: ReleaseStep): void {
    this.state = step.state
    this.effects.push(...step.effects)
    this.recorder.add(step)
  }

  /** False when the cut was refused: then no release exists. */
  async begin(): Promise<boolean> {
    if (this.state) return true
    const { draft } = this.input
    const begun = draft ? await beginDraft(this.input, draft) : await beginRelease(this.input)
    this.cut = begun.outcome
    if (!begun.step) return false
    this.take(begun.step)
    for (const report of this.reports) this.take(applyReport(begun.step.state, report))
    return true
  }

  async loop(): Promise<void> {
    void this.watch().catch(() => undefined)
    void watchChecks({ state: () => this.state, take: (step) => this.take(step) }).catch(() => undefined)
    void watchTags({ state: () => this.state, start: (task) => this.tasks.start(task) }).catch(
      () => undefined,
    )
    for (;;) {
      await this.wait()
      // A deletion is written by its own transaction, which may still refuse it.
      if (!this.effects.some((effect) => effect.kind === 'delete')) {
        await this.publish()
        if (this.recorder.dirty && this.writesFirst) continue
      }
      await this.act()
      const { state } = this
      if (!state || !this.isIdle()) continue
      if (isFinished(state)) return
      if (workflowInfo().continueAsNewSuggested && allHandlersFinished()) {
        await continueAsNew<typeof release>({ ...this.input, state })
      }
    }
  }

  /** One timer for each silence, however much happens in between. */
  private async watch(): Promise<void> {
    while (this.state) {
      const now = Date.now()
      const due = stallsAt(this.state)
      if (due !== null && Date.parse(due) <= now)
        this.take(reportStale(this.state, new Date(now).toISOString()))
      await sleep(
        due === null || Date.parse(due) <= now ? this.state.app.stallAfterMs : Date.parse(due) - now,
      )
    }
  }

  private isIdle(): boolean {
    return !this.recorder.dirty && this.effects.length === 0 && this.tasks.running === 0
  }

  private async wait(): Promise<void> {
    const due = (): boolean => this.recorder.dirty || this.effects.length > 0 || this.ready().length > 0
    const wake = this.nextSoak()
    if (wake === null) await condition(due)
    else await condition(due, Math.max(1, Date.parse(wake) - Date.now()))
  }

  /** Prepared deployments whose last gate has opened. */
  private ready(): readonly ReleaseDeployment[] {
    const { state } = this
    if (!state) return []
    const now = new Date().toISOString()
    return state.deployments.filter(
      (one) => one.state === 'prepared' && openGates(state, one, now).length === 0,
    )
  }

  private nextSoak(): string | null {
    const { state } = this
    if (!state) return null
    const now = new Date().toISOString()
    const soaks = state.deployments
      .filter((one) => one.state === 'prepared')
      .flatMap((one) => openGates(state, one, now))
      .flatMap((gate) => (gate.kind === 'soak' ? [gate.until] : []))
    return soaks.toSorted()[0] ?? null
  }

  private async publish(): Promise<void> {
    if (!this.state || !this.recorder.dirty) return
    const at = new Date().toISOString()
    this.state = markActive(withPhase({ ...this.state, seq: this.state.seq + 1 }, at), at)
    await this.recorder.flush(this.state.seq, { release: releaseRecord(this.state), environment: null })
  }

  /** What nobody has to ask for: one step at a time, each written before it is enqueued. */
  private climb(): void {
    const climb = this.state && nextAutomaticPromotion(this.state)
    if (!this.state || !climb) return
    const by = { user: SLIPWAY, roles: [], email: null, at: new Date().toISOString() }
    const { candidate, environment } = climb
    const order = { deploymentId: mintDeployment(), candidate, environment: environment.name, by }
    this.take(answers.promote(this.state, { ...order, override: null, olderConfirmed: false }).step)
  }

  private async act(): Promise<void> {
    if (!this.writesFirst) this.climb()
    for (const deployment of this.ready()) await this.enqueue(deployment)
    for (const effect of this.effects.splice(0)) {
      const { state } = this
      if (!state) return
      const later = await carryOut(effect, state, this.tasks)
      if (later && this.state) this.take(later(this.state))
    }
    if (this.writesFirst) this.climb()
  }

  private async enqueue(deployment: ReleaseDeployment): Promise<void> {
    if (!this.state) return
    this.state = withDeployment(this.state, deployment.id, { state: 'queued' })
    await enqueuePrepared(this.state, deployment)
  }
}
