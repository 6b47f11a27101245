/** An environment driven like by its workflow, with its attempts and, for a preview, its life cycle. */
import {
  type DeploymentResult,
  finish,
  type Judgement,
  judged,
} from '../../domain/environment/attempt-end.js'
import { automaticRollback } from '../../domain/environment/automatic.js'
import { nextBackgroundWork } from '../../domain/environment/background-work.js'
import { advanceExpiry, afterStart, mayTearDown, nextExpiryStep } from '../../domain/environment/expiry.js'
import { enqueue, nextEntry, start } from '../../domain/environment/lane.js'
import { endClosures } from '../../domain/environment/locks.js'
import { type EnvironmentOrders, environmentRules } from '../../domain/environment/orders.js'
import { cannotCreate, created, createPreview, placed, pushed } from '../../domain/environment/preview.js'
import { closeBranch } from '../../domain/environment/preview-closing.js'
import type { PlaceReport } from '../../domain/environment/preview-places.js'
import { repaired } from '../../domain/environment/repair.js'
import { resumed } from '../../domain/environment/resume.js'
import { rollBack } from '../../domain/environment/rollback.js'
import {
  type DeploymentReport,
  type DeploymentRequest,
  type EnvironmentState,
  isClosing,
  type LaneStep,
  reportsToReleases,
  step,
  withLifecycle,
} from '../../domain/environment/state.js'
import { admit, endTeardown, startTeardown } from '../../domain/environment/teardown.js'
import { type CommitSha, type DeploymentId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { Outcome } from '../../domain/refusal.js'
import { anOrder, digestOf } from '../support/lane.js'
import { Actor, type Stand } from './actor.js'
import { attempt } from './attempt.js'
import type { Preview, Setting } from './setting.js'

type AtOnce = keyof typeof environmentRules
/** An order with its verb. */
export type EnvironmentOrder = {
  readonly [Verb in AtOnce]: { readonly verb: Verb; readonly order: EnvironmentOrders[Verb] }
}[AtOnce]

export class EnvironmentActor extends Actor<EnvironmentState> implements Preview {
  private reports: DeploymentReport[] = []
  private child: Generator<Stand, DeploymentResult> | null = null
  private result: DeploymentResult | null = null
  private mustClaim = false
  private readonly tasks = new Set<'place' | 'build' | 'teardown'>()

  /** `recorded`: it continues from that. */
  constructor(world: Setting, state: EnvironmentState, recorded: boolean) {
    super(world, `environment/${state.name}`, state)
    this.dirty = true
    if (!recorded) return
    this.take(resumed(state, world.at()))
    this.mustClaim = this.state.lifecycle.preview?.place?.granted === false
  }

  private take(next: LaneStep): void {
    this.state = next.state
    this.reports.push(...next.reports)
    this.add(next)
  }

  order(key: string, { verb, order }: EnvironmentOrder): Outcome {
    return this.answer(key, () => {
      const rule = environmentRules[verb] as (
        state: EnvironmentState,
        order: unknown,
      ) => { readonly step: LaneStep; readonly outcome: Outcome }
      const { step: next, outcome } = rule(this.state, order)
      this.take(next)
      return outcome
    })
  }

  create(key: string, by: UserId, commit: CommitSha): Outcome {
    const { world } = this
    return this.answer(key, () => {
      const refused = cannotCreate(this.state, world.app)
      if (refused) return refused
      this.mustClaim = true
      const origin = { commit, branch: this.state.name }
      const order = { deploymentId: world.newDeployment(), by, at: world.at(), ref: null, origin }
      this.take(createPreview(this.state, world.app, order))
      return created(this.state, origin)
    })
  }

  enqueue(order: DeploymentRequest): void {
    this.take(admit(enqueue(this.state, order, this.now()), this.state, order))
  }

  judged(judgement: Judgement): void {
    this.take(judged(this.state, judgement))
  }

  placed(place: PlaceReport): void {
    this.take(placed(this.state, place, this.world.at()))
  }

  /** Null: its branch is gone. */
  branch(commit: CommitSha | null): void {
    const at = this.world.at()
    this.take(
      commit === null
        ? closeBranch(this.state, { branch: this.state.name, at })
        : pushed(this.state, { commit, at, deploymentId: this.world.newDeployment() }),
    )
  }

  /** Ends what is recorded as unfinished and unknown here, as its reconciler asks. */
  repair(unfinished: readonly DeploymentId[]): void {
    const { state } = this
    if (!this.isRecorded) return
    const known = [state.running?.entry.order.id, ...state.queue.map(({ order }) => order.id)]
    const orphans = unfinished.filter((id) => !known.includes(id))
    if (orphans.length === 0) return
    this.take(repaired(state, { seq: state.seq, difference: { fields: [], orphans } }, this.world.at()))
  }

  private now() {
    return { at: this.world.at(), closed: null }
  }

  private hasWork(): boolean {
    const { at } = this.now()
    const due = nextExpiryStep(this.state)
    const canStart = !isClosing(this.state) && nextEntry(this.state, this.now()) !== null
    return (
      this.dirty ||
      this.result !== null ||
      canStart ||
      this.nextTask() !== null ||
      (due !== null && due <= at) ||
      mayTearDown(this.state) ||
      endClosures(this.state, at) !== null
    )
  }

  protected *run(): Generator<Stand, void> {
    for (;;) {
      if (!this.hasWork()) yield 'idle'
      else {
        this.advance()
        if (this.dirty) yield* this.publish(this.report())
        this.act()
        this.launch()
      }
    }
  }

  private report(): () => void {
    const reports = reportsToReleases(this.reports.splice(0), this.world.moment())
    return () => {
      for (const report of reports) this.world.report(this.id, report)
    }
  }

  private advance(): void {
    const { at } = this.now()
    if (this.result) this.end(this.result)
    const opened = endClosures(this.state, at)
    if (opened) this.take(opened)
    const wake = nextExpiryStep(this.state)
    if (wake !== null && wake <= at) this.take(advanceExpiry(this.state, at))
    if (mayTearDown(this.state)) this.take(startTeardown(this.state, at))
    const { wanted, building } = this.state.lifecycle
    if (this.nextTask() === 'build' && building === null)
      this.take(step(withLifecycle(this.state, { building: wanted, wanted: null })))
    const entry = isClosing(this.state) ? null : nextEntry(this.state, this.now())
    if (entry) this.take(afterStart(start(this.state, entry, this.now()), at))
  }

  private end(result: DeploymentResult): void {
    const { at } = this.now()
    const failure = automaticRollback(this.state, result)
    this.take(finish(this.state, result, at))
    this.result = null
    this.child = null
    if (failure === null) return
    const order = { deploymentId: this.world.newDeployment(), to: null, reason: '', failure, by: SLIPWAY, at }
    this.take(rollBack(this.state, order).step)
  }

  private launch(): void {
    const { running } = this.state
    if (running && !this.child && !this.result) this.child = attempt(this.world, this)
  }

  /** The attempt continues to its next wait. */
  goOnWithAttempt(): void {
    if (this.child === null || this.result !== null) return
    const { value, done } = this.child.next()
    if (done) this.result = value
  }

  get isAtWork(): boolean {
    return this.child !== null || this.tasks.size > 0
  }

  private nextTask(): 'place' | 'build' | 'teardown' | null {
    if (this.mustClaim) return this.tasks.has('place') ? null : 'place'
    const task = nextBackgroundWork(this.state, this.world.at())
    const tooEarly = task === 'teardown' && this.tasks.has('place')
    return task === null || task === 'drift' || tooEarly || this.tasks.has(task) ? null : task
  }

  private act(): void {
    const task = this.nextTask()
    const { building } = this.state.lifecycle
    if (task === null || (task === 'build' && building === null)) return
    this.tasks.add(task)
    const { name } = this.state
    if (task === 'place') this.mustClaim = false
    if (task === 'place') this.world.claim(name)
    if (task === 'teardown' && this.state.lifecycle.preview) this.world.free(name)
    this.world.later(this, () => {
      this.tasks.delete(task)
      if (task === 'teardown') this.take(endTeardown(this.state, { kind: 'gone', runs: {} }, this.world.at()))
      if (task === 'build' && building !== null) this.built(building)
      this.dirty = true
    })
  }

  private built(built: NonNullable<EnvironmentState['lifecycle']['building']>): void {
    const { state, world } = this
    if (state.lifecycle.building?.deploymentId !== built.deploymentId) return
    const commit = built.commit ?? world.head
    const order = anOrder(1, {
      ...{ app_: world.app, id: built.deploymentId, kind: built.kind, environment: state.name },
      ...{ releaseId: null, version: null, candidate: null },
      ...{ candidateNumber: null, commit, artifactDigest: digestOf(1), requestedBy: built.by },
      requestedAt: world.at(),
    })
    const free = withLifecycle(state, { building: null })
    this.take(admit(enqueue(free, order), free, order))
  }
}
