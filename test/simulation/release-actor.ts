/** A release driven like by its workflow: prepared deployments go to their environments, builds and picks take time. */
import type { EnvironmentReport } from '../../domain/environment/state.js'
import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { isFirstLevel } from '../../domain/pipeline.js'
import type { Outcome } from '../../domain/refusal.js'
import { nextAutomaticPromotion } from '../../domain/release/auto-promote.js'
import { applyBuilt, applyEnvironmentReport } from '../../domain/release/deployment-reports.js'
import { deploymentOrder } from '../../domain/release/deployment-request.js'
import { isFinished } from '../../domain/release/end-release.js'
import { openGates } from '../../domain/release/gates.js'
import { promote } from '../../domain/release/handle.js'
import { type ReleaseOrders, releaseRules } from '../../domain/release/orders.js'
import { endPick } from '../../domain/release/pick-end.js'
import { resumed } from '../../domain/release/resume.js'
import { type ReleaseState, withDeployment } from '../../domain/release/state.js'
import type { ReleaseEffect, ReleaseStep } from '../../domain/release/step.js'
import { isWritten } from '../../domain/release/written.js'
import { by, digestOf } from '../support/lane.js'
import { Actor, type Stand } from './actor.js'
import type { Setting } from './setting.js'

type Verb = keyof ReleaseOrders
type Verdict = Extract<ReleaseEffect, { kind: 'tell-environment' }>
/** An order with its verb. */
export type ReleaseOrder = {
  readonly [Of in Verb]: { readonly verb: Of; readonly order: ReleaseOrders[Of] }
}[Verb]

export class ReleaseActor extends Actor<ReleaseState> {
  private readonly effects: Exclude<ReleaseEffect, Verdict>[] = []
  private readonly verdicts: Verdict[] = []
  /** Running builds and picks. */
  tasks = 0

  /** `recorded`: it continues from that, and from what its environments wrote meanwhile. */
  constructor(world: Setting, state: ReleaseState, recorded: boolean) {
    super(world, `release/${state.id}`, state)
    this.dirty = true
    if (recorded) this.take(resumed(state, world.record.written(state.id), world.at()))
    else this.effects.push({ kind: 'build', candidate: 1 })
  }

  private take(next: ReleaseStep): void {
    this.state = next.state
    for (const effect of next.effects) {
      if (effect.kind === 'tell-environment') this.verdicts.push(effect)
      else this.effects.push(effect)
    }
    this.add(next)
  }

  order(key: string, { verb, order }: ReleaseOrder): Outcome {
    return this.answer(key, () => {
      const rule = releaseRules[verb] as (
        state: ReleaseState,
        order: unknown,
      ) => { readonly step: ReleaseStep; readonly outcome: Outcome }
      const { step, outcome } = rule(this.state, order)
      this.take(step)
      return outcome
    })
  }

  report(report: EnvironmentReport): void {
    if (!this.runs) return
    const step = applyEnvironmentReport(this.state, report)
    if (isWritten(this.state, step.state)) this.state = step.state
    else this.take(step)
  }

  private ready() {
    const at = this.world.at()
    return this.state.deployments.filter(
      (one) => one.state === 'prepared' && openGates(this.state, one, at).length === 0,
    )
  }

  protected *run(): Generator<Stand, void> {
    for (;;) {
      if (!this.dirty && this.effects.length === 0 && this.ready().length === 0) {
        if (isFinished(this.state) && this.tasks === 0) return
        yield 'idle'
      } else {
        const deletes = this.effects.some(({ kind }) => kind === 'delete')
        if (!deletes) yield* this.publish(this.signals())
        if (deletes || !this.dirty) yield* this.act()
      }
    }
  }

  private signals(): () => void {
    const ready = this.ready()
    for (const { id } of ready) this.state = withDeployment(this.state, id, { state: 'queued' })
    const orders = ready.flatMap((one) => deploymentOrder(this.state, one, this.world.at()) ?? [])
    const verdicts = this.verdicts.splice(0)
    return () => {
      for (const order of orders) this.world.enqueue(order)
      for (const { environment, deploymentId, acceptance } of verdicts)
        this.world.judge(environment, { deploymentId, acceptance })
    }
  }

  private *act(): Generator<Stand, void> {
    for (const effect of this.effects.splice(0)) yield* this.carryOut(effect)
    const next = nextAutomaticPromotion(this.state)
    if (next) this.promote(next.candidate, { environment: next.environment.name, user: SLIPWAY })
  }

  private *carryOut(effect: Exclude<ReleaseEffect, Verdict>): Generator<Stand, void> {
    const { world } = this
    switch (effect.kind) {
      case 'build':
        return this.begin(() => this.built(effect.candidate))
      case 'pick':
        return this.begin(() => {
          const result = world.pickResult(this.state)
          this.take(endPick(this.state, effect.order, result, world.at()).step)
        })
      case 'delete':
        // Its transaction only refuses linked releases, which the rule has checked.
        yield 'waits'
        this.dirty = true
        return
      case 'cut-draft':
        throw new Error('Nobody cuts drafts here')
    }
  }

  private begin(end: () => void): void {
    this.tasks++
    this.world.later(this, () => {
      this.tasks--
      end()
    })
  }

  private built(number: number): void {
    const at = this.world.at()
    const isGood = this.world.post.calm || !this.world.chance.onceIn(6)
    const failure = { kind: 'fault', message: 'it does not compile' } as const
    this.take(
      applyBuilt(
        this.state,
        number,
        isGood ? { kind: 'ready', digest: digestOf(1), reference: null } : { kind: 'failed', failure },
        at,
      ),
    )
    if (!isGood) return
    for (const { name } of this.state.app.environments.filter(isFirstLevel))
      this.promote(number, { environment: name, user: this.state.requestedBy })
  }

  private promote(
    candidate: number,
    { environment, user }: { readonly environment: string; readonly user: UserId },
  ): void {
    const order = {
      deploymentId: this.world.newDeployment(),
      candidate,
      environment,
      by: by(user, this.world.at()),
    }
    this.take(promote(this.state, { ...order, override: null, olderConfirmed: true }).step)
  }
}
