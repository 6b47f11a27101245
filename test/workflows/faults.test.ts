/** A fault of Slipway itself costs one order; the workflow answers the next one. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { EnvironmentOrders } from '../../domain/environment/orders.js'
import type { Outcome } from '../../domain/refusal.js'
import { enqueueSignal } from '../../workflows/messages.js'
import { environmentWorkflowId } from '../../workflows/workflow-ids.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, releaseId } from '../support/lane.js'
import { environmentUntil, type Lab, openLab, releaseUntil } from '../support/workflow-lab.js'
import { cutAndAccept, newKey, promote } from './lab-orders.js'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
  await lab.startWorker()
})
afterAll(() => lab.close())

const app = anApp()
const environment = app.environments[0] as (typeof app.environments)[number]
const where = { app, name: environment.name }
/** What no caller of ours sends; a rule that meets it throws. It says no more than whose it is. */
const nonsense = { user: ALICE } as never

const ask = <Verb extends keyof EnvironmentOrders>(
  verb: Verb,
  order: EnvironmentOrders[Verb],
): Promise<Outcome> =>
  lab.gateway.askEnvironment({ app, environment: environment.name }, verb, { order, key: newKey() })

const fault = { kind: 'refused', refusal: { code: 'fault', errorId: expect.stringMatching(/^e_\w+$/) } }

test('[D.1] a rule that throws refuses its order, and the environment takes the next one', async () => {
  expect(await ask('abort', nonsense)).toMatchObject(fault)
  const paused = await ask('pause', { reason: 'to see', by: ALICE, at: new Date().toISOString() })
  expect(paused).toMatchObject({ kind: 'done' })
  const state = await environmentUntil(lab, where, ({ hold }) => hold !== null)
  expect(state.running).toBeNull()
})

test('a signal that no rule can cope with changes nothing, and deployments go on', async () => {
  const id = environmentWorkflowId(app.name, environment.name)
  await lab.client.workflow.getHandle(id).signal(enqueueSignal, nonsense)
  await ask('resume', { reason: 'on', by: ALICE, at: new Date().toISOString() })
  const order = anOrder(8, { app_: app, environment: environment.name })
  await lab.gateway.enqueue(app, order)
  const { current } = await environmentUntil(lab, where, (state) => state.current !== null)
  expect(current?.order.id).toBe(order.id)
})

test('[D.1] a release that cannot judge one order judges the next', async () => {
  await cutAndAccept(lab, app, 1)
  const release = { app: app.name, release: releaseId(1) }
  const key = newKey()
  expect(await lab.gateway.askRelease(release, 'promote', { order: nonsense, key })).toMatchObject(fault)
  expect(await promote(lab, app, { release: 1, environment: 'staging', deployment: 2 })).toMatchObject({
    kind: 'done',
  })
  await releaseUntil(lab, { app, number: 1 }, (state) =>
    state.deployments.some(({ environment: name }) => name === 'staging'),
  )
})
