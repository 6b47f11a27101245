import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import { expect, test } from 'vitest'
import { createBuildActivities } from '../../workflows/activities/build-activities.js'
import { countSlots } from '../../workflows/slots.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/lane.js'

/** What Temporal tries again soon, without a line in the log. */
const waits = expect.objectContaining({
  nonRetryable: false,
  category: ApplicationFailureCategory.BENIGN,
  nextRetryDelay: expect.stringMatching(/^\d seconds?$/),
})

test('[D.5] a host offers itself while it has a free slot', async () => {
  let end = (): void => undefined
  const slots = countSlots(1)
  const stage = slots.counted(() => new Promise<void>((resolve) => (end = resolve)))
  const fault = slots.counted(() => Promise.reject(new Error('no')))
  await expect(fault()).rejects.toThrow('no')
  expect(slots.offer('lab')).toBe('lab')

  const running = stage()
  expect(() => slots.offer('lab')).toThrow('lab has no free slot')
  expect(failureOf(() => slots.offer('lab'))).toEqual(waits)
  end()
  await running
  expect(slots.offer('lab')).toBe('lab')
})

test('[D.5] who waits for the build of another leaves its slot', async () => {
  const app = anApp()
  const claims: unknown[] = []
  const nothing = (): never => {
    throw new Error('Nothing is built here')
  }
  const { build } = createBuildActivities({
    git: { checkout: nothing },
    artifacts: { put: nothing, unpack: nothing },
    ledger: {
      claimBuild: async (_, by) => {
        claims.push(by)
        return { kind: 'running' }
      },
      ...{
        keepBuild: nothing,
        finishBuild: nothing,
        recordStage: nothing,
        appendLog: nothing,
        readLog: nothing,
      },
    },
    runnerFor: nothing,
    secrets: { all: nothing, read: nothing, blank: nothing },
    clock: { now: () => new Date() },
    host: 'lab',
    folder: '',
    readTests: nothing,
  })
  const order = {
    ...{
      app: app.name,
      repository: { app: app.name, url: app.repository, trunk: app.trunk },
      commit: commitOf(1),
    },
    ...{ build: app.build, releaseId: null, owner: 'me' },
  }

  await expect(build(order)).rejects.toEqual(waits)
  expect(claims).toEqual([{ owner: 'me', host: 'lab' }])
})

function failureOf(run: () => unknown): unknown {
  try {
    return run()
  } catch (error) {
    return error instanceof ApplicationFailure ? error : null
  }
}
