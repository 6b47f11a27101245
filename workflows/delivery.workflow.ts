/** Continuous mode of one branch: what is pushed is built once and deployed, the newest first. Lives as long as the app. */
import { condition, continueAsNew, proxyActivities, setHandler, workflowInfo } from '@temporalio/workflow'
import { type Built, pushEvent, pushOrder, pushSubject, titleOf } from '../domain/delivery/orders.js'
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
import { type DeliveryState, type Found, newDelivery, upgradeDelivery } from '../domain/delivery/state.js'
import type { Said } from '../domain/events.js'
import { unreachable } from '../domain/exhaustive.js'
import type { DeliveryActivities } from './activities/delivery-types.js'
import type { ReleaseActivities } from './activities/index.js'
import { buildOnce } from './build-once.js'
import * as messages from './messages.js'
import { mintDeployment, mintRelease } from './mint.js'
import { Recorder } from './recorder.js'

const { lookAtBranch, cutBySelf } = proxyActivities<DeliveryActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})
const { enqueueDeployment } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '30 seconds' },
})

const LONGEST_TITLE = 120

export async function delivery(input: messages.DeliveryInput): Promise<void> {
  await new Delivery(input).run()
}

class Delivery {
  private state: DeliveryState
  private readonly recorder: Recorder

  constructor(input: messages.DeliveryInput) {
    this.state = input.state ? upgradeDelivery(input.state) : newDelivery(input.app, input.branch)
    this.recorder = new Recorder(input.app.name)
    setHandler(messages.pushSignal, (app, push) => {
      this.change(announce(this.state, app, push))
    })
    setHandler(messages.deliveryQuery, () => this.state)
  }

  async run(): Promise<void> {
    for (;;) {
      await condition(() => this.recorder.dirty || this.state.waiting.length > 0)
      if (this.recorder.dirty) await this.publish()
      const turn = nextTurn(this.state)
      if (turn) await this.take(turn)
      // What still waits goes along: a long line of commits must not grow one history for ever.
      if (!this.recorder.dirty && workflowInfo().continueAsNewSuggested) {
        const { app, branch } = this.state
        await continueAsNew<typeof delivery>({ app, branch, state: this.state })
      }
    }
  }

  private change(state: DeliveryState): void {
    this.state = state
    this.recorder.dirty = true
  }

  private async publish(): Promise<void> {
    this.state = { ...this.state, seq: this.state.seq + 1 }
    await this.recorder.flush(this.state, {})
  }

  private async take(turn: Turn): Promise<void> {
    const { app, branch, head } = this.state
    const repository = { app: app.name, url: app.repository, trunk: app.trunk }
    const found = await lookAtBranch({
      repository,
      branch,
      wanted: turn.wanted,
      each: turn.each,
      since: head,
    })
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
      case 'baseline':
        return this.say({ kind: 'push.noted', facts: push })
      case 'skipped':
        return this.say({ kind: 'push.skipped', facts: push })
      case 'failed-before':
        return this.say({ kind: 'push.not_retried', facts: push })
      case 'deliver':
        return this.deliver(found)
      default:
        return unreachable(verdict)
    }
  }

  private async deliver(found: Found): Promise<void> {
    const { app, branch } = this.state
    const push = pushSubject(branch, found)
    await this.say({ kind: 'push.taken', facts: push })
    const result = await buildOnce({
      app,
      commit: found.commit,
      releaseId: null,
      owner: `delivery/${app.name}/${branch}/${found.commit}`,
      activityId: `build/${found.commit}/${this.state.seq}`,
    })
    if (result.kind === 'failed') {
      this.change(failedAt(this.state, found.commit))
      return this.say({ kind: 'push.build_failed', facts: { ...push, failure: result.failure } })
    }
    await this.say({ kind: 'push.built', facts: { ...push, digest: result.digest } })
    await (cutsBySelf(app, branch) ? this.cut(found) : this.enqueue(found, result))
  }

  private async enqueue({ commit }: Found, built: Built): Promise<void> {
    const { app, branch } = this.state
    const at = new Date().toISOString()
    for (const environment of environmentsFollowing(app, branch)) {
      const deployment = pushOrder(this.state, environment, { id: mintDeployment(), commit, built, at })
      await enqueueDeployment({ app, deployment })
    }
  }

  /** Single-step mode: the commit goes all the way as a release (S5.15). */
  private async cut(found: Found): Promise<void> {
    const refused = await cutBySelf({
      app: this.state.app,
      commit: found.commit,
      title: titleOf(found, LONGEST_TITLE),
      releaseId: mintRelease(),
      deploymentId: mintDeployment(),
      at: new Date().toISOString(),
    })
    if (refused === null) return
    const push = pushSubject(this.state.branch, found)
    await this.say({ kind: 'push.not_cut', facts: { ...push, code: refused } })
  }

  private async say(said: Said): Promise<void> {
    this.recorder.add({ events: [pushEvent(said, new Date().toISOString())] })
    await this.publish()
  }
}
