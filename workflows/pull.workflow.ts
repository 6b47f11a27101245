/** Builds one head of a pull request before it is merged; the forge is told by its build (S4.21). */
import {
  allHandlersFinished,
  condition,
  currentUpdateInfo,
  proxyActivities,
  setHandler,
} from '@temporalio/workflow'
import { emptyChange } from '../domain/change.js'
import type { Said } from '../domain/events.js'
import { SLIPWAY } from '../domain/identifiers.js'
import { needsWord, type PullBuildOrder, pullEvent, repositoryOfPull } from '../domain/pull-build.js'
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

/** An order that nobody gave leaves nobody waiting. */
const GIVEN_WITHIN = '1 minute'

export async function pull(): Promise<void> {
  const orders: PullBuildOrder[] = []
  setHandler(buildPullUpdate, (order) => take(order, orders))
  await condition(() => orders.length > 0, GIVEN_WITHIN)
  // A word that comes while a build runs is for the same commit.
  for (let order = orders.shift(); order !== undefined; order = orders.shift()) {
    await carryOut(order)
    await condition(allHandlersFinished)
  }
}

/** The main loop carries out what was sent by Slipway. */
async function take(order: PullBuildOrder, orders: PullBuildOrder[]): Promise<Outcome> {
  const sent = { verb: 'buildPull', key: currentUpdateInfo()?.id ?? '', order, by: order.by }
  if (!(await isSentByUs(order.app.name, sent))) return refuse({ code: 'forged-order', verb: 'buildPull' })
  orders.push(order)
  return done({ code: 'building-pull', number: order.number, commit: order.commit })
}

async function carryOut(order: PullBuildOrder): Promise<void> {
  const { app, number, commit, title: subject, author, fork, by } = order
  const about = { number, commit }
  if (fork !== null && needsWord(order)) {
    return say(order, { kind: 'pull.waits', facts: { ...about, subject, author, fork } })
  }
  const asked = by !== SLIPWAY
  if (asked) await say(order, { kind: 'pull.allowed', facts: about })
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
    await say(order, { kind: 'pull.build_failed', facts: { ...about, failure: build.failure, asked } })
  }
}

/** Once for each head and giver, however often it is told. */
async function say({ app, number, commit, by }: PullBuildOrder, said: Said): Promise<void> {
  const key = `${pullWorkflowId(app.name, number, commit)}/${by}/${said.kind}`
  const event = pullEvent(said, { by, at: new Date().toISOString() })
  await recordChange({ ...emptyChange(app.name, key), events: [event] })
}
