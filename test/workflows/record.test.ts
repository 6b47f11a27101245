import { afterEach, describe, expect, test } from 'vitest'
import type { Change } from '../../domain/change.js'
import { differences } from '../../domain/environment/reconcile.js'
import { notificationOf } from '../../domain/notifications.js'
import type { TrainState } from '../../domain/train/state.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, BOB, by, commitOf, deploymentId, QUINN, releaseId, sure } from '../support/lane.js'
import { weekly } from '../support/train.js'
import { stateUntil, until } from '../support/until.js'
import { environmentUntil, exited, type Lab, openLab, releaseUntil } from '../support/workflow-lab.js'
import { cut, cutAndAccept, decide, nameOf, newKey, promote } from './lab-orders.js'

const app = anApp()
const production = nameOf(app, 'production')
const where = { app, name: production }
const open: Lab[] = []
const lab = async (options: Parameters<typeof openLab>[0] = {}): Promise<Lab> => {
  const one = await openLab(options)
  open.push(one)
  await one.startWorker()
  return one
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((one) => one.close()))
})

const order = (number: number) => anOrder(number, { app_: app, environment: production })
const laneOf = (one: Lab) => one.client.workflow.getHandle(`environment/${app.name}/${production}`)
const lastOf = (changes: readonly Change[]) =>
  changes.findLast(({ environment }) => environment?.name === production)

/** Two deployments one after the other, and a lock. */
async function lockAfterTwo(one: Lab): Promise<void> {
  for (const number of [1, 2]) {
    await one.gateway.enqueue(app, order(number))
    await environmentUntil(
      one,
      where,
      ({ current, running }) => current?.order.id === deploymentId(number) && !running,
    )
  }
  const ends = new Date(Date.now() + 7_200_000).toISOString()
  const lock = {
    by: BOB,
    at: new Date().toISOString(),
    reason: 'incident 4711',
    until: ends,
    takeOver: false,
  }
  await one.gateway.askEnvironment({ app, environment: production }, 'lock', { order: lock, key: newKey() })
  await stateUntil(
    () => one.changes,
    (changes) => lastOf(changes)?.environment?.lock?.reason === 'incident 4711',
  )
}

/** What every start, reload and reconciler does; then all is as it was, and the lock holds. */
async function goesOn(one: Lab): Promise<void> {
  const before = lastOf(one.changes.filter(({ workflow }) => workflow?.state.run === 1))?.environment
  await one.gateway.enqueue(app, order(3))
  await one.gateway.wake(app, production)
  const state = await environmentUntil(one, where, ({ queue }) => queue.length === 1)
  expect(state).toMatchObject({ run: 2, lock: { reason: 'incident 4711' }, running: null })
  expect(state.current?.order.id).toBe(deploymentId(2))
  expect(state.accepted.map(({ id }) => id)).toEqual([deploymentId(1), deploymentId(2)])
  expect(state.seq).toBeGreaterThan(sure(before).seq)
  const recorded = await stateUntil(
    () => lastOf(one.changes),
    (change) => change?.workflow?.state.run === 2,
  )
  expect(recorded?.key).toMatch(/\/2\/\d+$/)
  expect(recorded?.environment).toMatchObject({ lock: { reason: 'incident 4711' } })
  const restored = one.changes
    .flatMap(({ events }) => events)
    .filter(({ kind }) => kind === 'environment.restored')
  expect(restored.map(notificationOf)).toEqual(['broadcast'])
  expect(restored).toMatchObject([{ environment: production, facts: { interrupted: null } }])
}

describe('[D.2] an environment whose workflow ended goes on from its record', () => {
  test('terminated: the reconciler sees that it is gone, and nothing runs past its lock', async () => {
    const one = await lab()
    await lockAfterTwo(one)
    await laneOf(one).terminate('operator')
    expect(await one.gateway.findEnvironmentState(app.name, production)).toBeNull()
    await goesOn(one)
    // The state changes a moment before its change is recorded.
    await until('the record of what the workflow holds', async () => {
      const state = await one.gateway.findEnvironmentState(app.name, production)
      const row = lastOf(one.changes)?.environment
      return state && row && differences(state, row, []) === null
    })
    expect(one.stages.filter((stage) => stage.startsWith('production/patch'))).toHaveLength(2)
  })

  test('the namespace lost: a new server, the same record, and an order in the first moment is answered', async () => {
    const one = await lab()
    await lockAfterTwo(one)
    const two = await lab({ record: one.changes })
    const at = new Date().toISOString()
    const pause = { by: ALICE, at, reason: 'to look' }
    const outcome = await two.gateway.askEnvironment({ app, environment: production }, 'pause', {
      order: pause,
      key: newKey(),
    })
    expect(outcome).toMatchObject({ kind: 'done' })
    await goesOn(two)
  })

  test('what ran is failed: interrupted, its retry is a new attempt, and the fence rises', async () => {
    const one = await lab()
    let hangs = true
    const fences: number[] = []
    one.effects.stage = async ({ stage, fence }) => {
      if (stage === 'patch') fences.push(fence)
      while (hangs) await new Promise((resolve) => setTimeout(resolve, 50))
      return exited(0)
    }
    await one.gateway.enqueue(app, order(1))
    await stateUntil(
      () => one.stages,
      (stages) => stages.length > 0,
    )
    await laneOf(one).terminate('operator')
    hangs = false
    await one.gateway.wake(app, production)
    const state = await environmentUntil(one, where, ({ failed }) => failed !== null)
    expect(state.failed?.why).toEqual({ kind: 'interrupted' })
    const retry = { by: ALICE, at: new Date().toISOString(), deploymentId: deploymentId(1) }
    await one.gateway.askEnvironment({ app, environment: production }, 'retry', {
      order: retry,
      key: newKey(),
    })
    const after = await environmentUntil(one, where, ({ current }) => current !== null)
    expect(after.fence).toBeGreaterThan(state.fence)
    expect(fences.at(-1)).toBe(after.fence)
    expect(after.fence).toBeGreaterThan(20_000_000)
  })

  test('one that knows less than the record is ended and starts from that', async () => {
    const one = await lab()
    await lockAfterTwo(one)
    await one.gateway.restart(app, production)
    expect(await environmentUntil(one, where, ({ run }) => run === 2)).toMatchObject({
      known: [deploymentId(1), deploymentId(2)],
    })
    await goesOn(one)
  })
})

describe('[D.2] a release', () => {
  test('outlives a verdict for an environment that is closed, which gets it from its next run', async () => {
    const one = await lab()
    await cutAndAccept(one, app, 1)
    await promote(one, app, { release: 1, environment: 'staging', deployment: 101 })
    const staging = nameOf(app, 'staging')
    await releaseUntil(one, { app, number: 1 }, ({ deployments }) =>
      deployments.some(({ id, state }) => id === deploymentId(101) && state === 'awaiting_acceptance'),
    )
    await one.client.workflow.getHandle(`environment/${app.name}/${staging}`).terminate('operator')
    const accepted = await decide(one, app, 'accept', { release: 1, deployment: 101, user: QUINN })
    expect(accepted).toMatchObject({ kind: 'done' })
    const state = await environmentUntil(
      one,
      { app, name: staging },
      ({ current }) => current?.acceptance === 'accepted',
    )
    expect(state).toMatchObject({ run: 2, current: { order: { id: deploymentId(101) } } })
    const next = await promote(one, app, { release: 1, environment: 'production', deployment: 102 })
    expect(next).toMatchObject({ kind: 'done' })
  })

  test('whose workflow was ended while it was built goes on, and is built', async () => {
    const one = await lab()
    let hangs = true
    const built = one.effects.build
    one.effects.build = async () => {
      while (hangs) await new Promise((resolve) => setTimeout(resolve, 50))
      return built()
    }
    await cut(one, app, 1)
    await releaseUntil(one, { app, number: 1 }, ({ seq }) => seq > 0)
    const handle = one.client.workflow.getHandle(`release/${app.name}/${releaseId(1)}`)
    await handle.terminate('operator')
    hangs = false
    expect(await one.gateway.readRelease(app.name, releaseId(1))).toBeNull()
    await one.gateway.restoreRelease(app.name, releaseId(1), [])
    const state = await releaseUntil(
      one,
      { app, number: 1 },
      ({ deployments }) => deployments[0]?.state === 'accepted',
    )
    expect(state.run).toBe(2)
    const events = one.changes.flatMap((change) => change.events)
    expect(events.filter(({ kind }) => kind === 'release.restored')).toMatchObject([
      { releaseId: releaseId(1), facts: { interrupted: [] } },
    ])
  })

  test('whose workflow was ended before the cut was recorded is cut by the same order, asked again', async () => {
    const one = await openLab()
    open.push(one)
    const key = newKey()
    const first = cut(one, app, 1, key).catch((error: unknown) => error)
    const handle = one.client.workflow.getHandle(`release/${app.name}/${releaseId(1)}`)
    await until('the workflow', () => handle.describe())
    await handle.terminate('operator')
    await one.startWorker()
    await first

    expect(await cut(one, app, 1, key)).toMatchObject({ kind: 'done', done: { code: 'cut' } })
  })
})

describe('[D.3] what is never idle continues as new with its queue', () => {
  test('a lane with a line of orders', async () => {
    const one = await lab({ histories: 100 })
    for (let number = 1; number <= 12; number++)
      await one.gateway.enqueue(app, { ...order(number), hotfix: true })
    const { firstExecutionRunId } = await laneOf(one)
      .describe()
      .then(({ raw }) => ({
        firstExecutionRunId: raw.workflowExecutionInfo?.firstRunId,
      }))
    const state = await environmentUntil(one, where, ({ current }) => current?.order.id === deploymentId(12))
    // Of what was accepted the newest ten are remembered.
    expect(state.accepted.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => deploymentId(index + 3)),
    )
    const now = await laneOf(one).describe()
    expect(now.runId).not.toBe(firstExecutionRunId)
    expect(one.stages.filter((stage) => stage.startsWith('production/patch'))).toHaveLength(12)
  })

  test('[D.2] a train that is held and resumed, which goes on from its record too', async () => {
    const one = await lab({ histories: 60 })
    const run = () => one.client.workflow.getHandle('train/shop')
    await one.configureTrain({ ...app, train: { ...weekly, announceMs: 60_000 } })
    const ids = { release: releaseId(1), deployment: deploymentId(1) }
    const ask = (verb: 'hold' | 'resume', key: string) =>
      one.gateway.askTrain(app.name, verb, {
        order: { departs: null, reason: key, ids, by: by(ALICE, new Date().toISOString()) },
        key,
      })
    const train = (holds: (state: TrainState | null) => boolean) =>
      stateUntil(() => one.gateway.findTrain(app.name), holds)
    await train((state) => state?.departure != null)
    const { runId } = await run().describe()
    for (let number = 1; number <= 12; number++) {
      await ask('hold', `hold-${number}`)
      await ask('resume', `resume-${number}`)
    }
    await until('the next run', async () => (await run().describe()).runId !== runId)

    await ask('hold', 'hold-13')
    const before = await train((state) => state?.held?.reason === 'hold-13')
    await stateUntil(
      () => one.changes.findLast(({ workflow }) => workflow?.id === 'train/shop')?.workflow?.state.seq ?? 0,
      (seq) => seq >= (before?.seq ?? 0) && seq > 24,
    )
    await run().terminate('lost')
    await one.configureTrain({ ...app, train: { ...weekly, announceMs: 60_000 } })
    const restored = await train((state) => state?.run === 2)

    expect(restored).toMatchObject({ held: before?.held, departure: before?.departure })
    expect(await ask('hold', 'hold-1')).toMatchObject({ kind: 'done' })
    expect(await ask('hold', 'hold-14')).toMatchObject({ refusal: { code: 'train-held' } })
  })

  test('[D.2] the delivery of a branch, which goes on from its record too', async () => {
    const one = await lab({ histories: 60 })
    const followed = {
      ...app,
      environments: app.environments.map((each, index) =>
        index === 0 ? { ...each, mode: 'continuous' as const } : each,
      ),
    }
    one.effects.look = ({ wanted }) =>
      Promise.resolve({
        kind: 'found',
        commit: wanted ?? commitOf(pushes),
        subject: 'A change',
        author: 'Alice',
        skip: false,
        authors: [],
        total: 1,
        touches: true,
        more: false,
      })
    let pushes = 0
    const push = () =>
      one.gateway.push(followed, followed.trunk, {
        key: `push-${++pushes}`,
        commit: commitOf(pushes),
        at: new Date().toISOString(),
        via: 'webhook',
      })
    const handle = one.client.workflow.getHandle(`delivery/${app.name}/${app.trunk}`)
    const recordOf = () =>
      one.changes.findLast(({ workflow }) => workflow?.id === `delivery/${app.name}/${app.trunk}`)?.workflow
        ?.state
    await push()
    const first = (await handle.describe()).runId
    await stateUntil(
      async () => {
        await push()
        return (await handle.describe()).runId
      },
      (runId) => runId !== first,
    )
    await stateUntil(recordOf, (state) => (state as { head?: string } | undefined)?.head === commitOf(pushes))
    await handle.terminate('operator')
    await push()
    const state = await stateUntil(recordOf, (recorded) => recorded?.run === 2)
    expect(state).toMatchObject({ run: 2 })
    await stateUntil(
      recordOf,
      (recorded) => (recorded as { head?: string } | undefined)?.head === commitOf(pushes),
    )
  })
})
