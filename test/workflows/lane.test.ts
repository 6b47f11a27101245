import { Context } from '@temporalio/activity'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, deploymentId, sure } from '../support/lane.js'
import { stateUntil, until } from '../support/until.js'
import { environmentUntil, exited, type Lab, openLab, runUntilCancelled } from '../support/workflow-lab.js'
import { newKey } from './lab-orders.js'

const HISTORY = 60
let lab: Lab
beforeAll(async () => {
  lab = await openLab({ histories: HISTORY })
  await lab.startWorker()
})
afterAll(() => lab.close())

let place = 0
/** Each test has an environment of its own. */
let app = anApp()
let environment = app.environments[0] as (typeof app.environments)[number]
beforeEach(() => {
  place++
  app = anApp({
    environments: `
      - { name: place-${place}, mode: continuous, patch: { run: p, retries: 2 }, check: { run: c, retries: 1 } }`,
  })
  environment = app.environments[0] as typeof environment
  lab.stages.length = 0
})
afterEach(() => {
  lab.effects.stage = () => exited(0)
})

const order = (number: number) =>
  anOrder(place * 1_000 + number, { app_: app, environment: environment.name })
const id = (number: number) => deploymentId(place * 1_000 + number)
const where = () => ({ app, name: environment.name })
const ask = (verb: 'retry' | 'abort' | 'skip', number: number, key = newKey()) =>
  lab.gateway.askEnvironment({ app, environment: environment.name }, verb, {
    order: { deploymentId: id(number), by: ALICE, at: new Date().toISOString() },
    key,
  })
const ran = () => lab.stages.map((stage) => stage.split('/').slice(1).join('/'))

describe('stages', () => {
  test('exit 75 is tried again as a new run, and its end is what counts', async () => {
    lab.effects.stage = ({ stage, run }) => exited(stage === 'patch' && run < 3 ? 75 : 0)
    await lab.gateway.enqueue(app, order(1))
    const state = await environmentUntil(lab, where(), ({ current }) => current !== null)
    expect(ran()).toEqual(['patch/1', 'patch/2', 'patch/3', 'check/1'])
    expect(state.current?.acceptance).toBe('accepted')
  })

  test('what keeps answering 75 fails after its retries', async () => {
    lab.effects.stage = () => exited(75)
    await lab.gateway.enqueue(app, order(1))
    const { failed } = await environmentUntil(lab, where(), (state) => state.failed !== null)
    expect(failed).toMatchObject({
      stage: 'patch',
      why: { kind: 'kept-failing', runs: 3 },
      runs: { patch: 3 },
    })
  })

  test('a check that cannot tell asks a person', async () => {
    lab.effects.stage = ({ stage }) => exited(stage === 'check' ? 77 : 0)
    await lab.gateway.enqueue(app, order(1))
    const { failed } = await environmentUntil(lab, where(), (state) => state.failed !== null)
    expect(failed).toMatchObject({ stage: 'check', why: { kind: 'inconclusive' } })
    expect((await ask('skip', 1)).kind).toBe('done')
    const { current } = await environmentUntil(lab, where(), (state) => state.current !== null)
    expect(current?.acceptance).toBe('awaiting')
  })

  test('a retry goes on at the stage that failed, as a new run', async () => {
    lab.effects.stage = ({ stage, run }) => exited(stage === 'check' && run === 1 ? 1 : 0)
    await lab.gateway.enqueue(app, order(1))
    await environmentUntil(lab, where(), (state) => state.failed !== null)
    expect((await ask('retry', 1)).kind).toBe('done')
    await environmentUntil(lab, where(), ({ current }) => current !== null)
    expect(ran()).toEqual(['patch/1', 'check/1', 'check/2'])
  })

  test('[R.1] a command that began on another host is gone on with there', async () => {
    const queues: string[] = []
    lab.effects.stage = () => {
      const { taskQueue } = Context.current().info
      queues.push(taskQueue)
      return taskQueue === 'stages/there' ? exited(0) : { elsewhere: 'there' }
    }
    await lab.gateway.enqueue(app, order(1))
    await until('the first stage', () => queues.length > 0)
    const there = await lab.startWorker({ host: 'there', limits: { stages: 1, builds: 0 } })
    await environmentUntil(lab, where(), ({ current }) => current !== null)
    await there.stop()

    expect(queues).toEqual(['stages/lab', 'stages/there', 'stages/there'])
    expect(ran()).toEqual(['patch/1', 'patch/1', 'check/1'])
  })
})

describe('the lane', () => {
  test('takes an order once, also when it arrives twice', async () => {
    await lab.gateway.enqueue(app, order(1))
    await lab.gateway.enqueue(app, order(1))
    await environmentUntil(lab, where(), ({ current }) => current !== null)
    await lab.gateway.enqueue(app, order(1))
    await lab.gateway.enqueue(app, order(2))
    await environmentUntil(lab, where(), ({ current }) => current?.order.id === id(2))
    expect(ran()).toEqual(['patch/1', 'check/1', 'patch/1', 'check/1'])
  })

  test('an abort waits for the end of what runs; only then the next begins', async () => {
    let ended = 0
    let second = 0
    lab.effects.stage = async ({ entry }) => {
      if (entry.order.id === id(2)) second ||= Date.now()
      if (entry.order.id !== id(1)) return exited(0)
      const end = await runUntilCancelled(1_500)
      ended = Date.now()
      return end
    }
    await lab.gateway.enqueue(app, order(1))
    await stateUntil(ran, (stages) => stages.length > 0)
    await lab.gateway.enqueue(app, order(2))
    expect(await ask('abort', 1)).toMatchObject({ done: { code: 'aborting' } })
    const { current } = await environmentUntil(lab, where(), (state) => state.current !== null)
    expect(current?.order.id).toBe(id(2))
    expect(ended).toBeGreaterThan(0)
    expect(second).toBeGreaterThanOrEqual(ended)
  })

  test('a retry after an abort is a new run of the stage that was aborted', async () => {
    lab.effects.stage = ({ run }) => (run === 1 ? runUntilCancelled(0) : exited(0))
    await lab.gateway.enqueue(app, order(1))
    await stateUntil(ran, (stages) => stages.length > 0)
    await ask('abort', 1)
    await environmentUntil(lab, where(), (state) => state.failed?.why.kind === 'aborted')
    lab.effects.stage = ({ stage, run }) => exited(stage === 'patch' && run === 1 ? 1 : 0)
    expect(await ask('retry', 1)).toMatchObject({ done: { code: 'retrying', stage: 'patch' } })
    await environmentUntil(lab, where(), ({ current }) => current !== null)
    expect(ran()).toEqual(['patch/1', 'patch/2', 'check/1'])
  })

  test('a deployment whose workflow is ended by an operator fails, and the lane goes on', async () => {
    lab.effects.stage = ({ entry }) => (entry.order.id === id(1) ? runUntilCancelled(0) : exited(0))
    await lab.gateway.enqueue(app, order(1))
    await stateUntil(ran, (stages) => stages.length > 0)
    await lab.client.workflow.getHandle(`deployment/${id(1)}/1`).terminate('by an operator')
    const { failed } = await environmentUntil(lab, where(), (state) => state.failed !== null)
    expect(failed).toMatchObject({ stage: null, touched: true, why: { kind: 'workflow-lost' } })
    await lab.gateway.enqueue(app, order(2))
    await environmentUntil(lab, where(), ({ current }) => current?.order.id === id(2))
  })

  test('an answer given before the workflow continued as new is given again, not decided again', async () => {
    await lab.gateway.enqueue(app, order(1))
    await environmentUntil(lab, where(), ({ current }) => current !== null)
    const hold = (verb: 'pause' | 'resume', key: string) =>
      lab.gateway.askEnvironment({ app, environment: environment.name }, verb, {
        order: { by: ALICE, at: new Date().toISOString(), reason: 'load test' },
        key,
      })
    const handle = lab.client.workflow.getHandle(`environment/${app.name}/${environment.name}`)
    const { runId } = await handle.describe()
    const key = newKey()
    const first = await hold('pause', key)
    await hold('resume', newKey())
    for (let count = 0; count < HISTORY / 4; count++) {
      await hold('pause', newKey())
      await hold('resume', newKey())
    }
    await stateUntil(
      () => handle.describe(),
      (now) => now.runId !== runId,
    )
    expect(await hold('pause', key)).toEqual(first)
    const state = sure(await lab.gateway.readEnvironment(app.name, environment.name))
    expect(state.hold).toBeNull()
    expect(state.current?.order.id).toBe(id(1))
  })
})
