import { MockActivityEnvironment } from '@temporalio/testing'
import { expect, test } from 'vitest'
import { emptyChange } from '../../domain/change.js'
import { createRecordActivities, type SignalGateway } from '../../workflows/activities/record-activities.js'
import { anApp } from '../support/app-definition.js'
import { ALICE, anOrder, releaseId } from '../support/lane.js'

const app = anApp()
const change = emptyChange(app.name, 'environment/shop/staging/1/1')
const signals = [
  { kind: 'enqueue', app, deployment: anOrder(1) },
  { kind: 'report', app: app.name, report: { release: releaseId(1), at: null, deployments: [] } },
] as const

const sent = { workflow: 'environment/shop/staging', verb: 'lock', key: 'k', by: ALICE, order: {} }
const written = { ...change, workflow: { id: sent.workflow, state: { stateVersion: 1, run: 1, seq: 4 } } }

/** One try of writing what an order changed; `recorded` is the sequence number of the state that is recorded. */
async function triedOrder(
  done: string[],
  { attempt, recorded, isSent }: { attempt: number; recorded: number; isSent: boolean },
): Promise<boolean> {
  const doing = (what: string) => async () => void done.push(what)
  const gateway: SignalGateway = { enqueue: doing('enqueue'), judge: doing('judge'), report: doing('report') }
  const ledger = {
    recordChange: doing('record'),
    readState: async () => ({ stateVersion: 1, run: 1, seq: recorded }),
    checkSent: async () => {
      done.push('look')
      return isSent
    },
  }
  const { recordChange } = createRecordActivities(ledger, gateway)
  return new MockActivityEnvironment({ attempt }).run(recordChange, written, signals, sent)
}

test('what an order changed is written and told when the order was sent, else neither', async () => {
  const done: string[] = []
  expect(await triedOrder(done, { attempt: 1, recorded: 3, isSent: true })).toBe(true)
  expect(done).toEqual(['look', 'record', 'enqueue', 'report'])
  expect(await triedOrder(done, { attempt: 1, recorded: 3, isSent: false })).toBe(false)
  expect(done.slice(4)).toEqual(['look'])
})

test('a further try asks no more for the order when an earlier one wrote: it may be answered by now', async () => {
  const done: string[] = []
  expect(await triedOrder(done, { attempt: 2, recorded: 4, isSent: false })).toBe(true)
  expect(done).toEqual(['record', 'enqueue', 'report'])
  expect(await triedOrder(done, { attempt: 2, recorded: 3, isSent: false })).toBe(false)
})

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
