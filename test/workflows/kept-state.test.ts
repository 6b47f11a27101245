/** An order is tried on a draft; it becomes the state when it is written, and only if Slipway sent it. */
import { ApplicationFailure } from '@temporalio/activity'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { Outcome } from '../../domain/refusal.js'
import { RECORD_REFUSED } from '../../domain/workflow-errors.js'
import { anApp } from '../support/app-definition.js'
import { anOrder, BOB, deploymentId, sure } from '../support/lane.js'
import { until } from '../support/until.js'
import { environmentUntil, type Lab, openLab } from '../support/workflow-lab.js'
import { nameOf, newKey } from './lab-orders.js'

const app = anApp()
const production = nameOf(app, 'production')
const where = { app, name: production }
let lab: Lab
beforeAll(async () => {
  lab = await openLab()
  await lab.startWorker()
})
afterEach(() => {
  lab.effects.isSent = () => true
  lab.effects.record = async () => undefined
})
afterAll(() => lab.close())

const order = (number: number) =>
  anOrder(number, { app_: app, environment: production, acceptance: 'by-person' })
const give = (verb: 'lock' | 'unlock', given: object): Promise<Outcome> =>
  lab.gateway.askEnvironment({ app, environment: production }, verb, { order: given as never, key: newKey() })
const lock = (reason: string): Promise<Outcome> => {
  const at = new Date().toISOString()
  return give('lock', { by: BOB, at, reason, until: at.replace(/^\d+/, '2999'), takeOver: false })
}
const state = async (): Promise<EnvironmentState> =>
  sure(await lab.gateway.readEnvironment(app.name, production))
const written = (): EnvironmentState | undefined =>
  lab.changes.findLast(({ environment }) => environment?.name === production)?.workflow?.state as
    | EnvironmentState
    | undefined

test('what happens while an order is written comes after it, and nobody is answered before', async () => {
  await lab.gateway.enqueue(app, order(1))
  await environmentUntil(lab, where, ({ current, running }) => current !== null && !running)
  let writes = 0
  let goOn = (): void => undefined
  const gate = new Promise<void>((resolve) => {
    goOn = resolve
  })
  lab.effects.record = () => {
    writes += 1
    return gate
  }
  let answer: Outcome | null = null
  const locking = lock('incident 4711').then((outcome) => {
    answer = outcome
  })
  await until('the write of the lock', () => writes > 0)
  await lab.gateway.judge(app, production, { deploymentId: deploymentId(1), acceptance: 'accepted' })
  const meanwhile = await state()
  expect([answer, meanwhile.lock, meanwhile.current?.acceptance]).toEqual([null, null, 'awaiting'])

  goOn()
  await locking
  expect(answer).toMatchObject({ kind: 'done' })
  const after = await environmentUntil(lab, where, ({ current }) => current?.acceptance === 'accepted')
  expect(after.lock).toMatchObject({ reason: 'incident 4711' })
  await until('the write of both', () => written()?.current?.acceptance === 'accepted')
  expect(written()?.lock).toMatchObject({ reason: 'incident 4711' })
})

test('an order whose result the database rejects is refused, and the next one is carried out', async () => {
  lab.effects.record = () => {
    throw ApplicationFailure.nonRetryable('value out of range', RECORD_REFUSED)
  }
  const { seq } = await state()
  const by = { by: BOB, at: new Date().toISOString() }
  expect(await give('unlock', by)).toMatchObject({ kind: 'refused', refusal: { code: 'fault' } })
  expect(await state()).toMatchObject({ seq, lock: { reason: 'incident 4711' } })

  lab.effects.record = async () => undefined
  expect(await give('unlock', by)).toMatchObject({ kind: 'done' })
  expect(await lock('incident 4711')).toMatchObject({ kind: 'done' })
})

test('what was not sent changes and starts nothing, and the next order is carried out', async () => {
  lab.effects.isSent = ({ verb }) => verb !== 'unlock' && verb !== 'enqueue'
  const { seq } = await state()
  await lab.gateway.enqueue(app, order(2))
  const forged = await give('unlock', { by: BOB, at: new Date().toISOString() })
  expect(forged).toEqual({ kind: 'refused', refusal: { code: 'forged-order', verb: 'unlock' } })
  expect(await state()).toMatchObject({ seq, queue: [], lock: { reason: 'incident 4711' } })

  lab.effects.isSent = () => true
  expect(await give('unlock', { by: BOB, at: new Date().toISOString() })).toMatchObject({ kind: 'done' })
  expect(written()?.lock).toBeNull()
  expect(lab.stages.filter((stage) => stage.startsWith('production/patch'))).toEqual(['production/patch/1'])
})
