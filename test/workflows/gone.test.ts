/** How the gateway treats a workflow that is gone. */
import { expect, onTestFinished, test } from 'vitest'
import { anApp } from '../support/app-definition.js'
import { ALICE, by, releaseId } from '../support/lane.js'
import { openLab } from '../support/workflow-lab.js'
import { nameOf, newKey } from './lab-orders.js'

test('[D.2] of a workflow that never ran orders and reads say so, signals are lost, and an environment is begun', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { gateway, client } = lab
  const app = anApp()
  const [production, release] = [nameOf(app, 'production'), releaseId(1)]

  const order = { order: by(ALICE), key: newKey() }
  expect(await gateway.askRelease({ app: app.name, release }, 'delete', order)).toBeNull()
  expect(await gateway.readRelease(app.name, release)).toBeNull()
  expect(await gateway.readEnvironment(app.name, production)).toBeNull()
  expect(await gateway.findEnvironmentState(app.name, production)).toBeNull()
  expect(await gateway.findTrain(app.name)).toBeNull()

  await gateway.report(app.name, { release, at: null, deployments: [] })
  await gateway.pickProgress(`release/${app.name}/${release}`, { done: 1, of: 2 })
  await gateway.refresh(app.name, production, { seq: 1, difference: { fields: [], orphans: [] } })
  await gateway.restart(app, production)
  const { status } = await client.workflow.getHandle(`environment/${app.name}/${production}`).describe()
  expect(status.name).toBe('RUNNING')
})
