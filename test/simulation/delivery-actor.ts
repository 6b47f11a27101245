/** Continuous mode of trunk, like its workflow: push notifications are only hints, the content of the branch counts. */
import { pushOrder } from '../../domain/delivery/orders.js'
import { after, announce, environmentsFollowing, judge, nextTurn } from '../../domain/delivery/rules.js'
import { type Delivering, type DeliveryState, type Found, newDelivery } from '../../domain/delivery/state.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { digestOf, releaseId } from '../support/lane.js'
import { Actor, type Stand } from './actor.js'
import type { Setting } from './setting.js'

export class DeliveryActor extends Actor<DeliveryState> {
  private isHandedOn = false

  constructor(world: Setting, recorded: DeliveryState | null) {
    super(world, 'delivery', recorded ?? newDelivery(world.app, world.app.trunk))
  }

  announce(key: string, commit: CommitSha): void {
    this.state = announce(this.state, this.world.app, { key, commit, at: this.world.at(), via: 'webhook' })
    this.dirty = true
  }

  protected *run(): Generator<Stand, void> {
    for (;;) {
      const { delivering } = this.state
      if (delivering) yield* this.deliver(delivering)
      const turn = nextTurn(this.state)
      if (this.dirty && (turn === null || this.state.head === null)) yield* this.publish()
      else if (turn === null && this.isHandedOn) yield* this.settle()
      else if (turn === null) yield 'idle'
      else {
        yield 'waits'
        const found = foundAt(this.world.head)
        const verdict = judge(this.state, turn, found)
        this.state = after(this.state, turn, found)
        this.dirty = true
        if (verdict === 'deliver') this.begin(found)
      }
    }
  }

  private begin(found: Found): void {
    const following = environmentsFollowing(this.world.app, this.state.branch)
    const deployments = Object.fromEntries(following.map(({ name }) => [name, this.world.newDeployment()]))
    this.state = { ...this.state, delivering: { found, release: releaseId(0), deployments } }
  }

  private *deliver({ found, deployments }: Delivering): Generator<Stand, void> {
    yield* this.publish()
    yield 'waits'
    this.dirty = true
    yield* this.publish(() => this.handOn(found.commit, deployments))
    this.state = { ...this.state, delivering: null }
    this.isHandedOn = true
  }

  private handOn(commit: CommitSha, deployments: Delivering['deployments']): void {
    const built = { digest: digestOf(1), reference: null }
    for (const environment of environmentsFollowing(this.world.app, this.state.branch)) {
      const id = deployments[environment.name]
      if (id === undefined) continue
      this.world.enqueue(pushOrder(this.state, environment, { id, commit, built, at: this.world.at() }))
    }
  }

  /** That it was handed on is written a while later. */
  private *settle(): Generator<Stand, void> {
    yield 'waits'
    this.isHandedOn = false
    yield* this.publish()
  }
}

const foundAt = (commit: CommitSha): Found => ({
  ...{ kind: 'found', commit, subject: 'a change', author: 'Bob', skip: false },
  ...{ authors: [], total: 1, touches: true, more: false },
})
