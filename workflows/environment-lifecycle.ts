/** An environment's lifecycle beside its lane: previews, expiry, drift, teardown. Decided in `domain/environment/`. */
import { defineUpdate, setHandler, workflowInfo } from '@temporalio/workflow'
import { nextBackgroundWork } from '../domain/environment/background-work.js'
import { nextDriftCheck } from '../domain/environment/drift.js'
import { advanceExpiry, mayTearDown, nextExpiryStep } from '../domain/environment/expiry.js'
import {
  type CreateOrder,
  cannotCreate,
  created,
  createPreview,
  placed,
  pushed,
} from '../domain/environment/preview.js'
import { closeBranch } from '../domain/environment/preview-closing.js'
import { repaired } from '../domain/environment/repair.js'
import { step, withLifecycle } from '../domain/environment/state.js'
import { startTeardown } from '../domain/environment/teardown.js'
import { earliest } from '../domain/instant.js'
import { type Outcome, refuse } from '../domain/refusal.js'
import { isSentByUs } from './attest.js'
import {
  type Continuation,
  type EnvironmentAccess,
  failedTask,
  runTask,
  type Task,
} from './environment-tasks.js'
import { resolveOrigin } from './environment-work.js'
import { guarded } from './faults.js'
import * as messages from './messages.js'
import { mintDeployment } from './mint.js'
import { keyOfOrder } from './orders.js'

const createUpdate = defineUpdate<Outcome, [CreateOrder]>('create')

export class EnvironmentLifecycle {
  private readonly lane: EnvironmentAccess
  /** Running, or finished but not applied yet: until then the state still asks for them. */
  private readonly tasks = new Set<Task>()
  private readonly ended: { readonly task: Task; readonly later: Continuation }[] = []
  private creating = 0
  private mustClaim = false
  private mustLook = false

  constructor(lane: EnvironmentAccess) {
    this.lane = lane
    this.listen()
  }

  private listen(): void {
    const { lane } = this
    // It waits for git to resolve the ref; until then this workflow does not continue as new.
    // oxlint-disable-next-line slipway/sync-handler
    setHandler(createUpdate, async (order) => this.create(order))
    lane.orders.early.add('create', (order: CreateOrder) => this.create(order))
    setHandler(
      messages.placeSignal,
      guarded('place', (place) => this.change((state) => placed(state, place, new Date().toISOString()))),
    )
    setHandler(
      messages.branchSignal,
      guarded('branch', ({ commit, at, branch, pull }) =>
        this.change((state) =>
          commit === null
            ? closeBranch(state, { branch, pull, at })
            : pushed(state, { commit, at, deploymentId: mintDeployment() }),
        ),
      ),
    )
    setHandler(
      messages.refreshSignal,
      guarded('refresh', (repair) =>
        this.change((state) => repaired(state, repair, new Date().toISOString())),
      ),
    )
  }

  private change(happened: Continuation): Promise<void> {
    const { kept } = this.lane
    return kept.change(() => kept.take(happened(kept.state)))
  }

  /** Git is asked only for what Slipway sent. */
  private async create(order: CreateOrder): Promise<Outcome> {
    const { kept, orders, app } = this.lane
    const message = { verb: 'create', key: keyOfOrder(), order }
    if (!(await isSentByUs(app().name, message))) return refuse({ code: 'forged-order', verb: 'create' })
    const refused = cannotCreate(kept.state, app())
    if (refused) return orders.ask('create', order, (state) => ({ step: step(state), outcome: refused }))
    this.creating++
    try {
      const resolved = await resolveOrigin(app(), order.ref ?? kept.state.name)
      if (resolved.kind === 'refused') return refuse(resolved.refusal)
      const { origin } = resolved
      const outcome = await orders.ask('create', order, (state) => {
        const now = cannotCreate(state, app())
        if (now) return { step: step(state), outcome: now }
        const made = createPreview(state, app(), { ...order, origin })
        return { step: made, outcome: created(made.state, origin) }
      })
      if (outcome.kind === 'done') this.mustClaim = true
      return outcome
    } finally {
      this.creating--
    }
  }

  /** An earlier run may have ended before requesting the place; repeating that changes nothing. Not done for one that is gone. */
  resumed(): void {
    this.mustClaim ||= this.lane.kept.state.lifecycle.preview?.place?.granted === false
  }

  /** Today's variables may differ, so the next loop looks. So may the places: one for which there was no room asks again. */
  configured(): void {
    this.mustLook = true
    this.resumed()
  }

  /** No continue-as-new while a task is running. */
  get busy(): boolean {
    return this.tasks.size > 0 || this.ended.length > 0 || this.creating > 0
  }

  /** When the next timed event is due; null when none is. ISO instant. */
  wakeAfter(now: string): string | null {
    const state = this.lane.kept.state
    const drift = nextDriftCheck(state)
    // A drift check that is due but has to wait for a task begins when that ends.
    return earliest([nextExpiryStep(state), drift !== null && drift > now ? drift : null])
  }

  hasWork(now: string): boolean {
    const due = nextExpiryStep(this.lane.kept.state)
    const mustAdvance = (due !== null && due <= now) || mayTearDown(this.lane.kept.state)
    return this.ended.length > 0 || mustAdvance || this.next() !== null
  }

  /** Applies finished tasks and due events. */
  advance(at: string): void {
    const { kept } = this.lane
    for (const { task, later } of this.ended.splice(0)) {
      this.tasks.delete(task)
      kept.take(later(kept.state))
    }
    const wake = nextExpiryStep(kept.state)
    if (wake !== null && wake <= at) kept.take(advanceExpiry(kept.state, at))
    if (mayTearDown(kept.state)) kept.take(startTeardown(kept.state, at))
    if (this.next() === 'build') {
      const { wanted, building } = kept.state.lifecycle
      if (building !== null) return
      kept.take(step(withLifecycle(kept.state, { building: wanted, wanted: null })))
    }
  }

  /** The next task that can be started; null when there is none. */
  private next(): Task | null {
    if (workflowInfo().continueAsNewSuggested) return null
    if (this.mustClaim && !this.tasks.has('place')) return 'place'
    if (this.mustLook && !this.tasks.has('look')) return 'look'
    const task = nextBackgroundWork(this.lane.kept.state, new Date().toISOString())
    // A place given back before it was requested would then stay taken forever.
    const tooEarly = task === 'teardown' && this.tasks.has('place')
    return task === null || tooEarly || this.tasks.has(task) ? null : task
  }

  /** Starts what can be started; each task runs beside the lane and its result is a change of state. */
  act(): void {
    for (let task = this.next(); task !== null; task = this.next()) {
      if (task === 'build' && this.lane.kept.state.lifecycle.building === null) return
      this.start(task)
    }
  }

  private start(task: Task): void {
    this.tasks.add(task)
    if (task === 'place') this.mustClaim = false
    if (task === 'look') this.mustLook = false
    void runTask(task, this.lane)
      .catch((error: unknown): Continuation => failedTask(task, error))
      .then((later) => {
        this.ended.push({ task, later })
      })
  }
}
