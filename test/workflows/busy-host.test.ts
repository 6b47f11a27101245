/** A host that is busy is waited for; one that is gone is not. Takes as long as that is noticed: two minutes. */
import { Context } from '@temporalio/activity'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deploymentWorkflowId } from '../../workflows/workflow-ids.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, by, commitOf, deploymentId, digestOf, releaseId, sure } from '../support/lane.js'
import { until } from '../support/until.js'
import { environmentUntil, exited, type Lab, openLab, releaseUntil } from '../support/workflow-lab.js'
import { newKey } from './lab-orders.js'

let lab: Lab
beforeAll(async () => {
  lab = await openLab()
})
afterAll(() => lab.close())

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: patch.sh } }
      - { name: staging, patch: { run: patch.sh } }`,
})

/** Begins, and never ends on its own: it is retried when its worker ends. */
const untilShutDown = async (): Promise<never> => {
  await Context.current().cancelled
  throw new Error('A cancelled activity goes on')
}

/** How often a deployment asked whether its host lives. */
async function asked(number: number): Promise<number> {
  const handle = lab.client.workflow.getHandle(deploymentWorkflowId(deploymentId(number), 1))
  const { events } = await handle.fetchHistory()
  return (events ?? []).filter(
    ({ activityTaskScheduledEventAttributes: scheduled }) => scheduled?.activityType?.name === 'answer',
  ).length
}

test('[D.5] a stage waits for a slot of its host, and a build whose host is gone fails over by itself', async () => {
  const begun = { stages: new Set<string>(), builds: 0 }
  let free = (): void => undefined
  const slot = new Promise<void>((resolve) => (free = resolve))
  lab.effects.stage = async ({ entry }) => {
    const { environment } = entry.order
    if (!begun.stages.has(environment)) {
      begun.stages.add(environment)
      return untilShutDown()
    }
    await slot
    return exited(0)
  }
  lab.effects.build = async () => {
    begun.builds += 1
    return begun.builds === 1 ? untilShutDown() : { kind: 'built', digest: digestOf(1), reference: null }
  }
  const gone = await lab.startWorker({ host: 'gone', limits: { stages: 0, builds: 1 } })
  const words = { title: 'Summer sale', description: '', type: 'feature', ref: commitOf(9) }
  const cut = {
    ...{ id: releaseId(9), app, channel: app.channel, ...words, version: '2026.11.9', override: null },
    ...{ by: by(ALICE, new Date().toISOString()), firstDeployment: deploymentId(90), draft: null },
  }
  expect(await lab.gateway.cut(cut, newKey())).toMatchObject({ kind: 'done' })
  await until('the build', () => begun.builds === 1)
  await gone.stop()

  const roomy = await lab.startWorker({ host: 'lab', limits: { stages: 2, builds: 0 } })
  for (const [index, definition] of app.environments.entries()) {
    const place = { app_: app, definition, environment: definition.name }
    await lab.gateway.enqueue(app, anOrder(index + 1, place))
  }
  await until('both stages', () => begun.stages.size === 2)
  await roomy.stop()

  await lab.startWorker({ host: 'lab', limits: { stages: 1, builds: 1 } })
  await until(
    'one of them to wait for the slot of the other',
    async () => (await asked(1)) + (await asked(2)) > 0,
  )
  await until('it to be told', () => lab.waits.size > 0)
  const told = [...lab.waits.keys()]
  free()
  for (const { name } of app.environments) {
    const state = await environmentUntil(
      lab,
      { app, name },
      ({ current, failed }) => (current ?? failed) !== null,
    )
    expect([name, state.failed]).toEqual([name, null])
  }
  const release = await releaseUntil(
    lab,
    { app, number: 9 },
    ({ candidates }) => candidates[0]?.state === 'ready',
  )
  expect(told).toEqual([expect.stringMatching(/^stages\/dep_/)])
  expect(lab.waits.size).toBe(0)
  expect([sure(release.candidates[0]).commit, begun.builds]).toEqual([commitOf(9), 2])
})
