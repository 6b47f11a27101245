import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { DeploymentState } from '../../domain/states.js'
import type { RunningWorkers } from '../../workflows/worker.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, deploymentId, QUINN } from '../support/lane.js'
import { stateUntil } from '../support/until.js'
import { exited, type Lab, openLab, releaseUntil } from '../support/workflow-lab.js'
import { cutAndAccept, decide, nameOf, newKey, promote } from './lab-orders.js'

const app = anApp()
let lab: Lab
const running: RunningWorkers[] = []
const startWorker = async (cachedWorkflows: number): Promise<RunningWorkers> => {
  const worker = await lab.startWorker({ cachedWorkflows })
  running.push(worker)
  return worker
}
beforeAll(async () => {
  lab = await openLab()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((worker) => worker.stop()))
})
afterAll(() => lab.close())

/** The first press after a restart arrives in the very task that rebuilds the workflow. */
describe.each([
  { cachedWorkflows: 100, rounds: [1, 2, 3] },
  // Each step of a release without a cache takes most of a second.
  { cachedWorkflows: 0, rounds: [1] },
])('with $cachedWorkflows cached workflows', ({ cachedWorkflows, rounds }) => {
  test.each(rounds)('the first press after a restart is judged on the state of now (%i)', async (round) => {
    const release = round + cachedWorkflows
    const deployment = release * 100 + 1
    const stateOf = (wanted: DeploymentState) =>
      releaseUntil(lab, { app, number: release }, (state) =>
        state.deployments.some((one) => one.id === deploymentId(deployment) && one.state === wanted),
      )
    const first = await startWorker(cachedWorkflows)
    await cutAndAccept(lab, app, release)
    await promote(lab, app, { release, environment: 'staging', deployment })
    await stateOf('awaiting_acceptance')
    await first.stop()
    await startWorker(cachedWorkflows)
    const outcome = await decide(lab, app, 'accept', { release, deployment, user: QUINN })
    expect(outcome).toMatchObject({ kind: 'done', done: { code: 'accepted', next: ['production'] } })
    const again = await decide(lab, app, 'accept', { release, deployment, user: ALICE })
    expect(again).toMatchObject({ refusal: { code: 'already-decided', by: QUINN } })
  })

  test('so is a retry of what failed', async () => {
    const release = 10 + cachedWorkflows
    const deployment = release * 100 + 1
    const staging = nameOf(app, 'staging')
    lab.effects.stage = ({ entry, stage }) =>
      exited(entry.order.environment === staging && stage === 'patch' ? 1 : 0)
    const first = await startWorker(cachedWorkflows)
    await cutAndAccept(lab, app, release)
    await promote(lab, app, { release, environment: 'staging', deployment })
    // What people see, not what a query sees: before it is written nobody could press Retry.
    await stateUntil(
      () => lab.changes,
      (changes) =>
        changes.some(({ moves }) =>
          moves.some(({ id, to }) => id === deploymentId(deployment) && to === 'failed'),
        ),
    )
    await first.stop()
    lab.effects.stage = () => exited(0)
    await startWorker(cachedWorkflows)
    const order = { deploymentId: deploymentId(deployment), by: ALICE, at: new Date().toISOString() }
    const outcome = await lab.gateway.askEnvironment({ app, environment: staging }, 'retry', {
      order,
      key: newKey(),
    })
    expect(outcome).toMatchObject({ kind: 'done', done: { code: 'retrying', stage: 'patch' } })
    await releaseUntil(
      lab,
      { app, number: release },
      (state) => state.deployments.at(-1)?.state === 'awaiting_acceptance',
    )
  })
})
