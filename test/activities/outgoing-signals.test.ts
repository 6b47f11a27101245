import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { emptyChange } from '../../domain/change.js'
import { createRecordActivities, type SignalGateway } from '../../workflows/activities/record-activities.js'
import { anApp } from '../support/app-definition.js'
import { anOrder, releaseId } from '../support/lane.js'

const app = anApp()
const change = emptyChange(app.name, 'environment/shop/staging/1/1')
const signals = [
  { kind: 'enqueue', app, deployment: anOrder(1) },
  { kind: 'report', app: app.name, report: { release: releaseId(1), at: null, deployments: [] } },
] as const

/** One try of an activity that writes and then tells; `failing` says what goes wrong. */
async function tried(done: string[], failing: 'record' | 'report' | null, code = 'ECONNRESET') {
  const doing = (what: string) => async () => {
    if (what === failing) throw Object.assign(new Error(`${what} failed`), { code })
    done.push(what)
  }
  const gateway: SignalGateway = {
    enqueue: doing('enqueue'),
    judge: doing('judge'),
    report: doing('report'),
  }
  const ledger = { recordChange: doing('record'), readState: async () => null, checkSent: async () => true }
  const { recordChange } = createRecordActivities(ledger, gateway)
  return new MockActivityEnvironment()
    .run(recordChange, change, signals)
    .catch((error: unknown) => String(error))
}

test('what workflows tell each other is sent after it is written, and all of it again when a try ended half-way', async () => {
  const done: string[] = []
  expect(await tried(done, 'report')).toMatch(/report failed/)
  await tried(done, null)
  expect(done).toEqual(['record', 'enqueue', 'record', 'enqueue', 'report'])
})

test('no signal is sent for a change that PostgreSQL does not take', async () => {
  const done: string[] = []
  expect(await tried(done, 'record', '23514')).toMatch(/record failed/)
  expect(done).toEqual([])
})
