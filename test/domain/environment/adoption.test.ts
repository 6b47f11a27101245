import { describe, expect, test } from 'vitest'
import { type Adoption, adopted, isUnreported, lostAttempt } from '../../../domain/environment/adoption.js'
import { finish } from '../../../domain/environment/attempt-end.js'
import { enqueue, nextEntry, start } from '../../../domain/environment/lane.js'
import { retry } from '../../../domain/environment/retry-skip-abort.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { notificationOf } from '../../../domain/notifications.js'
import { ALICE, aLane, anOrder, deploymentId, minute, sure } from '../../support/lane.js'

const now = { at: minute(1), closed: null }
const line = enqueue(aLane(), anOrder(1)).state
const entry = sure(nextEntry(line, now))
const state = start(line, entry, now).state
const found: Adoption = { deploymentId: deploymentId(1), attempt: 1, from: 'one', to: 'two' }
const ended: Adoption = { ...found, to: null }

describe('what is said of an attempt whose build has no worker left', () => {
  test.each<[string, Adoption, Adoption | null, boolean]>([
    ['is news of the one that runs', found, null, true],
    ['is said once, by however many workers', found, found, false],
    ['is news when it ends after all', ended, found, true],
    ['is news when the next build is lost too', { ...found, from: 'two', to: 'three' }, found, true],
    ['is none of an earlier attempt', { ...found, attempt: 2 }, null, false],
    ['is none of another deployment', { ...found, deploymentId: deploymentId(2) }, null, false],
  ])('%s', (_, what, known, isSaid) => {
    expect(isUnreported(state, what, known)).toBe(isSaid)
  })

  test('is none where nothing runs', () => {
    expect(isUnreported(aLane(), found, null)).toBe(false)
    expect(adopted(aLane(), found, minute(2)).events).toEqual([])
  })
})

test('the channel is told of one that continues, and nothing else changes', () => {
  const step = adopted(state, found, minute(2))

  expect(step).toMatchObject({ state, moves: [], reports: [] })
  expect(step.events).toMatchObject([
    { kind: 'deployment.adopted', facts: { from: 'one', to: 'two' }, actor: SLIPWAY, at: minute(2) },
  ])
  expect(step.events.map(notificationOf)).toEqual(['broadcast'])
  expect(adopted(state, ended, minute(2)).events).toEqual([])
})

describe('an attempt whose workflow did not say how it ended', () => {
  test.each<[string, Adoption | null, object]>([
    ['was interrupted where no build could go on with it', ended, { kind: 'interrupted', build: 'one' }],
    ['is lost where one could', found, { kind: 'workflow-lost', message: 'terminated' }],
    ['is lost where nothing was said of it', null, { kind: 'workflow-lost', message: 'terminated' }],
    [
      'is lost where it was said of another',
      { ...ended, attempt: 2 },
      { kind: 'workflow-lost', message: 'terminated' },
    ],
  ])('%s', (_, known, failure) => {
    expect(lostAttempt(entry, known, 'terminated')).toMatchObject({ kind: 'failed', failure, touched: true })
  })

  test('has failed, and Retry begins it again', () => {
    const failed = finish(state, lostAttempt(entry, ended, 'terminated'), minute(3)).state
    expect(failed.failed?.why).toEqual({ kind: 'interrupted', build: 'one' })
    const { step, outcome } = retry(failed, deploymentId(1), { by: ALICE, at: minute(4) })
    expect(outcome).toMatchObject({ kind: 'done' })
    expect(step.state.queue).toMatchObject([{ attempt: { number: 2, from: null, runs: {} } }])
  })
})
