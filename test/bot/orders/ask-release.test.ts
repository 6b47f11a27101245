import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askInformed } from '../../../bot/orders/ask-release.js'
import { saysNothingToDecide, saysUnaccepted, saysUnfinished } from '../../../bot/orders/stale-refusals.js'
import { done, type Outcome, type Refusal, refuse } from '../../../domain/refusal.js'
import {
  ALICE,
  AT,
  aDeployment,
  aRelease,
  environmentName,
  releaseId,
  SHOP,
} from '../../support/release-views.js'

const integration = environmentName('integration')
const stillRunning: Refusal = { code: 'still-deploying', environment: integration, state: 'running' }
const running = refuse(stillRunning)
const deleted = done({ code: 'muted', level: 'none' })
const order = { user: ALICE, roles: [], at: AT, timezone: 'UTC', email: null }

/** Asks a workflow that gives these answers in turn; returns the last, and the keys it was asked under. */
async function asked(answers: readonly Outcome[], outdated: boolean) {
  const keys: string[] = []
  const gateway = {
    askRelease: async (_to: unknown, _verb: unknown, { key }: { readonly key: string }) => {
      const answer = answers[keys.push(key) - 1]
      if (answer === undefined) throw new Error('Asked too often')
      return answer
    },
  }
  const context = { gateway, lookups: { release: async () => null } }
  const asking = askInformed(
    { key: 'order', context },
    { app: SHOP, release: releaseId(1) },
    { verb: 'delete', order, outdated: () => outdated },
  )
  await vi.runAllTimersAsync()
  return { outcome: await asking, keys }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a refusal that what is written contradicts is asked for again, under other keys, until it is done', async () => {
  expect(await asked([running, running, deleted], true)).toEqual({
    outcome: deleted,
    keys: ['order', 'order/again-1', 'order/again-2'],
  })
})

test('and stands when it is given to the last', async () => {
  const { outcome, keys } = await asked(
    Array.from({ length: 6 }, () => running),
    true,
  )

  expect(outcome).toEqual(running)
  expect(keys).toHaveLength(6)
})

test.each([
  { title: 'any other refusal', answer: running },
  { title: 'what was done', answer: deleted },
])('$title is the answer', async ({ answer }) => {
  expect(await asked([answer], false)).toEqual({ outcome: answer, keys: ['order'] })
})

test('a deployment in the way contradicts only a record in which it is over', () => {
  const view = (state: 'running' | 'accepted') => aRelease({ deployments: [aDeployment({ state })] })

  expect(saysUnfinished(stillRunning, view('accepted'))).toBe(true)
  expect(saysUnfinished(stillRunning, view('running'))).toBe(false)
  expect(saysUnfinished({ code: 'release-ended', state: 'deleted' }, view('accepted'))).toBe(false)
})

test('a missing acceptance contradicts only a record in which this very candidate was accepted', () => {
  const missing = { code: 'not-accepted-below', candidate: '2026.11.3-rc.1', missing: [integration] } as const
  const view = aRelease({ deployments: [aDeployment({ candidateNumber: 1, state: 'accepted' })] })

  expect(saysUnaccepted(missing, view, 1)).toBe(true)
  expect(saysUnaccepted(missing, view, 2)).toBe(false)
})

test('nothing to decide contradicts only a record that waits for acceptance', () => {
  const nothing = { code: 'nothing-to-decide', state: 'running' } as const

  expect(saysNothingToDecide(nothing, aDeployment({ state: 'awaiting_acceptance' }))).toBe(true)
  expect(saysNothingToDecide(nothing, aDeployment({ state: 'running' }))).toBe(false)
})
