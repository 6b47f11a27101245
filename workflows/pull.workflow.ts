/** Builds one head of a pull request before it is merged; the build reports to the forge (S4.21). */
import {
  allHandlersFinished,
  condition,
  currentUpdateInfo,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow'
import { emptyChange } from '../domain/change.js'
import { eventOfApp, type Said } from '../domain/events.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { needsWord, type PullBuildOrder, repositoryOfPull } from '../domain/pull-build.js'
import { done, type Outcome, refuse } from '../domain/refusal.js'
import type { RecordActivities } from './activities/index.js'
import { isSentByUs } from './attest.js'
import { buildOnce } from './build-once.js'
import { buildPullUpdate } from './messages.js'
import { pullWorkflowId } from './workflow-ids.js'

const { recordChange } = proxyActivities<RecordActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '10 seconds' },
})

/** If the order was not sent by Slipway, nobody waits for it. */
const GIVEN_WITHIN = '1 minute'

/** An order, and the key that separates its lines from those of others: each permission by a person has its own. */
interface Taken {
  readonly order: PullBuildOrder
  readonly giver: string
}

export async function pull(): Promise<void> {
  const orders: Taken[] = []
  setHandler(buildPullUpdate, (order) => take(order, orders))
  await condition(() => orders.length > 0, GIVEN_WITHIN)
  // A permission given while a build runs is for the same commit.
  for (let taken = orders.shift(); taken !== undefined; taken = orders.shift()) {
    await carryOut(taken)
    await condition(allHandlersFinished)
  }
}

/** Accepts what Slipway sent; the main loop carries it out. */
async function take(order: PullBuildOrder, orders: Taken[]): Promise<Outcome> {
  const sent = { verb: 'buildPull', key: currentUpdateInfo()?.id ?? '', order, by: order.by }
  if (!(await isSentByUs(order.app.name, sent))) return refuse({ code: 'forged-order', verb: 'buildPull' })
  orders.push({ order, giver: order.by === SLIPWAY ? SLIPWAY : sent.key })
  return done({ code: 'building-pull', number: order.number, commit: order.commit })
}

async function carryOut(taken: Taken): Promise<void> {
  const { order } = taken
  const { app, number, commit, title: subject, author, fork, by } = order
  const about = { number, commit }
  if (fork !== null && needsWord(order)) {
    return say(taken, { kind: 'pull.waits', facts: { ...about, subject, author, fork } })
  }
  const asked = by !== SLIPWAY
  if (asked) await say(taken, { kind: 'pull.allowed', facts: about })
  const owner = pullWorkflowId(app.name, number, commit)
  const repository = repositoryOfPull(app, number)
  const build = await buildOnce({
    app,
    repository,
    commit,
    releaseId: null,
    owner,
    activityId: `build/${commit}`,
  })
  if (build.kind === 'failed') {
    await say(taken, { kind: 'pull.build_failed', facts: { ...about, failure: build.failure, asked } })
  }
}

/** Recorded once for each head and giver, however often it is repeated. */
async function say({ order, giver }: Taken, said: Said): Promise<void> {
  const { app, number, commit, by } = order
  const key = `${pullWorkflowId(app.name, number, commit)}/${giver}/${said.kind}`
  const event = eventOfApp(said, { by, at: new Date().toISOString() })
  await recordChange({ ...emptyChange(app.name, key), events: [event] })
}
