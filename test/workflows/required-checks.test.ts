import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SeenCheck } from '../../domain/forge/checks.js'
import { ForgeFault } from '../../domain/forge/fault.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { createCheckActivities } from '../../workflows/activities/check-activities.js'
import type { RunningWorkers } from '../../workflows/worker.js'
import { releaseWorkflowId } from '../../workflows/workflow-ids.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, deploymentId, releaseId, sure } from '../support/lane.js'
import { stateUntil } from '../support/until.js'
import { type Lab, openLab, releaseUntil } from '../support/workflow-lab.js'
import { cutAndAccept, decide, promote } from './lab-orders.js'

let lab: Lab
let worker: RunningWorkers
/** What GitHub answers. */
let answer: () => readonly SeenCheck[]
let asked = 0

beforeAll(async () => {
  lab = await openLab()
  worker = await lab.startWorker()
})
afterAll(() => lab.close())

let number = 0
let app: AppDefinition
const stagingDeployment = () => number * 100 + 1
beforeEach(async () => {
  number++
  app = anApp({
    environments: `
      - { name: one-${number}, mode: continuous, patch: { run: p } }
      - { name: two-${number}, patch: { run: p } }`,
    more: '    github: { requiredChecks: [ci/test] }',
  })
  asked = 0
  answer = () => [{ name: 'ci/test', by: 'app 1', id: 1, result: 'pending', word: 'queued' }]
  const forge = {
    has: () => true,
    checksOf: async () => {
      asked++
      return answer()
    },
  }
  lab.effects.checks = createCheckActivities({ forge, clock: { now: () => new Date() } }).readChecks
  await cutAndAccept(lab, app, number)
  const to = { release: number, environment: `two-${number}`, deployment: stagingDeployment() }
  await promote(lab, app, to)
})
afterEach(() => {
  answer = () => []
})

const green = (): readonly SeenCheck[] => [
  { name: 'ci/test', by: 'app 1', id: 2, result: 'success', word: 'success' },
]
const stateOf = async () => {
  const state = sure(await lab.gateway.readRelease(app.name, releaseId(number)))
  return state.deployments.find(({ id }) => id === deploymentId(stagingDeployment()))
}
const reads = (state: string) =>
  stateUntil(stateOf, (deployment) => deployment?.checks?.checks[0]?.state === state)
const events = async (): Promise<number> => {
  const handle = lab.client.workflow.getHandle(releaseWorkflowId(app.name, releaseId(number)))
  return (await handle.describe()).historyLength
}
/** Wherever it is asked by now, it is asked so many times more. */
const askedAgain = (times: number) => {
  const before = asked
  return stateUntil(
    () => asked,
    (count) => count >= before + times,
  )
}

const eventsWhileAsked = async (): Promise<number> => {
  const before = await events()
  await askedAgain(2)
  return (await events()) - before
}

describe('a candidate whose checks are not green', () => {
  test('waits, without a line of history for all the asking, and continues automatically when they are', async () => {
    await reads('pending')
    await askedAgain(1)
    // The step before may still be written down; the asking itself writes nothing, however long it goes on.
    await stateUntil(eventsWhileAsked, (count) => count === 0)
    expect((await stateOf())?.state).toBe('prepared')
    answer = green
    await releaseUntil(
      lab,
      { app, number },
      (state) => state.deployments.at(-1)?.state === 'awaiting_acceptance',
    )
    const kinds = lab.changes.flatMap(({ events: said }) => said).map(({ kind }) => kind)
    expect(kinds.filter((kind) => kind.startsWith('checks.')).slice(-2)).toEqual([
      'checks.waits',
      'checks.passed',
    ])
  })

  test('waits while GitHub is away, says so, and goes on after a restart of the worker', async () => {
    await reads('pending')
    answer = () => {
      const nothing = { retryAfterS: null, remaining: null, resetsAtMs: null }
      throw new ForgeFault({ status: null, message: 'connect ECONNREFUSED', ...nothing })
    }
    const away = await reads('unknown')
    expect(away?.checks?.problem).toEqual({ kind: 'no-answer', message: 'connect ECONNREFUSED' })
    await worker.stop()
    answer = green
    worker = await lab.startWorker()
    await releaseUntil(
      lab,
      { app, number },
      (state) => state.deployments.at(-1)?.state === 'awaiting_acceptance',
    )
  })

  test('is asked for no more once it was rejected', async () => {
    await reads('pending')
    const outcome = await decide(lab, app, 'reject', {
      release: number,
      deployment: stagingDeployment(),
      user: ALICE,
    })
    expect(outcome.kind).toBe('done')
    const handle = lab.client.workflow.getHandle(releaseWorkflowId(app.name, releaseId(number)))
    await stateUntil(
      async () => (await handle.describe()).raw.pendingActivities ?? [],
      (pending) => pending.length === 0,
    )
    expect((await stateOf())?.state).toBe('rejected')
  })
})
