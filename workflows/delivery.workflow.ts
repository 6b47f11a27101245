/** Continuous mode of one branch: each push is built once and deployed, the newest first. Lives as long as the app. */

import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow'
import { type Built, pushOrder, pushSubject, titleOf } from '../domain/delivery/orders.js'
import {
  after,
  announce,
  cutsBySelf,
  environmentsFollowing,
  failedAt,
  judge,
  nextTurn,
  type Turn,
} from '../domain/delivery/rules.js'
import {
  type Delivering,
  type DeliveryState,
  type Found,
  newDelivery,
  type RemoteProblem,
  upgradeDelivery,
} from '../domain/delivery/state.js'
import { eventOfApp, type Said } from '../domain/events.js'
import { unreachable } from '../domain/exhaustive.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { repositoryOf } from '../domain/pipeline.js'
import { runsOn } from '../domain/runs-on.js'
import type { DeliveryActivities, LookedOnHost } from './activities/delivery-types.js'
import type { OutgoingSignal } from './activities/index.js'
import { handedOn } from './attest.js'
import { buildOnce } from './build-once.js'
import { recordedState } from './going-on.js'
import * as messages from './messages.js'
import { mintDeployment, mintRelease } from './mint.js'
import { MOST_CARRIED_MS } from './own-queues.js'
import { Recorder } from './recorder.js'

const { lookAtBranch, cutBySelf } = proxyActivities<DeliveryActivities<LookedOnHost>>({
  startToCloseTimeout: MOST_CARRIED_MS,
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

const LONGEST_TITLE = 120
/** How long a repository that cannot be looked at is left alone; a new push is tried at once. */
const LOOK_AGAIN = '5 minutes'

export async function delivery(input: messages.DeliveryInput): Promise<void> {
  let run: Delivery | null = null
  setHandler(messages.deliveryQuery, () => run?.state ?? null)
  const handed = handedOn(input.state)
  const state = handed ? upgradeDelivery(handed) : await recordedState(upgradeDelivery)
  run = new Delivery(input, state ?? newDelivery(input.app, input.branch))
  await run.run()
}

class Delivery {
  state: DeliveryState
  private readonly recorder: Recorder
  /** Told once, until the branch can be looked at again. */
  private isUnread = false

  constructor(input: messages.DeliveryInput, state: DeliveryState) {
    this.state = state
    this.recorder = new Recorder(input.app.name)
    setHandler(messages.pushSignal, (app, push) => {
      this.change(announce(this.state, app, push))
    })
  }

  async run(): Promise<void> {
    for (;;) {
      const { delivering } = this.state
      if (delivering) await this.deliver(delivering, null)
      await this.wait()
      const turn = nextTurn(this.state)
      // An announcement is recorded with what git finds; of a branch that was never looked at only it knows that there was a push.
      const recorded = this.state.head === null && this.recorder.dirty ? this.publish() : null
      const [found] = await Promise.all([turn && this.lookFor(turn), recorded])
      if (turn && found) await this.take(turn, found)
      if (this.recorder.isDue) await this.publish()
      // Waiting announcements are passed to the next run: otherwise a branch that is never idle would never end its history.
      if (workflowInfo().continueAsNewSuggested) {
        while (this.recorder.dirty || this.recorder.dueAt !== null) await this.publish()
        const { app, branch } = this.state
        await continueAsNew<typeof delivery>({ app, branch, state: this.state })
      }
    }
  }

  /** For something to do, or to write. */
  private async wait(): Promise<void> {
    const { dueAt } = this.recorder
    const isSomething = () => this.recorder.isDue || this.state.waiting.length > 0
    if (dueAt === null) await condition(isSomething)
    else await condition(isSomething, Math.max(1, dueAt - Date.now()))
  }

  private change(state: DeliveryState): void {
    this.state = state
    this.recorder.dirty = true
  }

  private async publish(signals: readonly OutgoingSignal[] = []): Promise<void> {
    this.state = { ...this.state, seq: this.state.seq + 1 }
    await this.recorder.flush(this.state, {}, { signals })
  }

  private lookFor(turn: Turn): ReturnType<typeof lookAtBranch> {
    const { app, branch, head } = this.state
    const repository = repositoryOf(app)
    const { wanted, each } = turn
    const { run: build } = app.build.stage
    return lookAtBranch({ repository, branch, wanted, each, since: head, runsOn: runsOn(app, null), build })
  }

  /** Its announcements stay, and are looked at with the next one, or after a while. */
  private async lookLater({ batch }: Turn, { refused, detail }: RemoteProblem): Promise<void> {
    const last = batch.at(-1)
    if (last && !this.isUnread) {
      this.isUnread = true
      const { branch } = this.state
      await this.say({ kind: 'push.unread', facts: { branch, commit: last.commit, refused, detail } })
    }
    if (this.recorder.dirty) await this.publish()
    await condition(() => this.state.waiting.at(-1)?.key !== last?.key, LOOK_AGAIN)
  }

  private async take(turn: Turn, { builder, ...found }: LookedOnHost): Promise<void> {
    const { branch } = this.state
    if (found.kind === 'unread') return this.lookLater(turn, found)
    this.isUnread = false
    if (found.kind === 'gone') {
      this.change(after(this.state, turn, null))
      return
    }
    const verdict = judge(this.state, turn, found)
    this.change(after(this.state, turn, found))
    const push = pushSubject(branch, found)
    switch (verdict) {
      case 'nothing-new':
        return
      case 'untouched':
        return this.say({ kind: 'push.untouched', facts: push })
      case 'baseline':
        return this.say({ kind: 'push.noted', facts: push })
      case 'skipped':
        return this.say({ kind: 'push.skipped', facts: push })
      case 'failed-before':
        return this.say({ kind: 'push.not_retried', facts: push })
      case 'deliver':
        return this.deliver(this.begin(found), builder)
      default:
        return unreachable(verdict)
    }
  }

  /** The ids of the result are recorded before anything is handed on: an interrupted delivery resumes under the same ids. */
  private begin(found: Found): Delivering {
    const following = environmentsFollowing(this.state.app, this.state.branch)
    const deployments = Object.fromEntries(following.map(({ name }) => [name, mintDeployment()]))
    return { found, release: mintRelease(), deployments }
  }

  private async deliver(delivering: Delivering, builder: string | null): Promise<void> {
    this.change({ ...this.state, delivering })
    const orders = await this.build(delivering, builder)
    // What nobody takes is handled with this write.
    if (orders.length === 0) this.change({ ...this.state, delivering: null })
    await this.publish(orders)
    if (orders.length === 0) return
    this.state = { ...this.state, delivering: null }
    // Long after those who took it recorded it: a run that continues from the record before hands it on again.
    this.recorder.note()
  }

  /** What is to be handed on of it. */
  private async build(delivering: Delivering, host: string | null): Promise<readonly OutgoingSignal[]> {
    const { found } = delivering
    const { app, branch } = this.state
    const push = pushSubject(branch, found)
    const build = buildOnce({
      app,
      commit: found.commit,
      releaseId: null,
      host,
      owner: `delivery/${app.name}/${branch}/${found.commit}`,
      activityId: `build/${found.commit}/${this.state.seq}`,
    })
    // The build needs none of the ids that are recorded here; nothing is handed on before they are.
    const [result] = await Promise.all([build, this.say({ kind: 'push.taken', facts: push })])
    if (result.kind === 'failed') {
      this.change(failedAt(this.state, found.commit))
      this.note({ kind: 'push.build_failed', facts: { ...push, failure: result.failure } })
      return []
    }
    this.note({ kind: 'push.built', facts: { ...push, digest: result.digest } })
    if (!cutsBySelf(app, branch)) return this.orders(delivering, result)
    await this.publish()
    await this.cut(delivering)
    return []
  }

  /** The deployments for every environment that follows the branch. */
  private orders({ found, deployments }: Delivering, built: Built): readonly OutgoingSignal[] {
    const { app, branch } = this.state
    const { commit } = found
    const at = new Date().toISOString()
    return environmentsFollowing(app, branch).map((environment) => {
      const id = deployments[environment.name] ?? mintDeployment()
      const deployment = pushOrder(this.state, environment, { id, commit, built, at })
      return { kind: 'enqueue', app, deployment }
    })
  }

  /** Single-step mode: the commit is taken all the way as a release (S5.15). */
  private async cut({ found, release }: Delivering): Promise<void> {
    const refused = await cutBySelf({
      app: this.state.app,
      commit: found.commit,
      title: titleOf(found, LONGEST_TITLE),
      releaseId: release,
      deploymentId: mintDeployment(),
      at: new Date().toISOString(),
    })
    if (refused === null) return
    const push = pushSubject(this.state.branch, found)
    this.note({ kind: 'push.not_cut', facts: { ...push, code: refused } })
  }

  /** To be written with the next change. */
  private note(said: Said): void {
    this.recorder.add({ events: [eventOfApp(said, { by: SLIPWAY, at: new Date().toISOString() })] })
  }

  private async say(said: Said): Promise<void> {
    this.note(said)
    await this.publish()
  }
}
