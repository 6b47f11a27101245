import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { askInformed, askRelease } from '../../../bot/orders/ask-release.js'
import { done, type Outcome, refuse } from '../../../domain/refusal.js'
import { remove } from '../../../domain/release/handle.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import type { ReleaseView } from '../../../domain/views.js'
import {
  ALICE,
  AT,
  aDeployment,
  aRelease,
  environmentName,
  releaseId,
  SHOP,
  stateOf,
} from '../../support/release-views.js'

const integration = environmentName('integration')
const running = refuse({ code: 'still-deploying', environment: integration, state: 'running' })
const deleted = done({ code: 'muted', level: 'none' })
const order = { user: ALICE, roles: [], at: AT, timezone: 'UTC', name: null, email: null }

/** Asks a workflow that gives these answers in turn; returns the last, and the keys it was asked under. */
async function asked(answers: readonly Outcome[], written: 'running' | 'accepted') {
  const keys: string[] = []
  const gateway = {
    askRelease: async (_to: unknown, _verb: unknown, { key }: { readonly key: string }) => {
      const answer = answers[keys.push(key) - 1]
      if (answer === undefined) throw new Error('Asked too often')
      return answer
    },
  }
  const view = (state: 'running' | 'accepted') => aRelease({ deployments: [aDeployment({ state })] })
  const readRelease = async () => stateOf(view('running'))
  const context = {
    gateway: { ...gateway, readRelease, restoreRelease: async () => undefined },
    lookups: { release: async () => view(written), releaseState: async () => null },
  }
  const asking = askInformed(
    { key: 'order', context },
    { app: SHOP, release: releaseId(1) },
    { verb: 'delete', order, rule: remove },
  )
  await vi.runAllTimersAsync()
  return { outcome: await asking, keys }
}

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

test('a refusal that what is written contradicts is asked for again, under other keys, until it is done', async () => {
  expect(await asked([running, running, deleted], 'accepted')).toEqual({
    outcome: deleted,
    keys: ['order', 'order/again-1', 'order/again-2'],
  })
})

test('and stands when it is given to the last', async () => {
  const { outcome, keys } = await asked(
    Array.from({ length: 6 }, () => running),
    'accepted',
  )

  expect(outcome).toEqual(running)
  expect(keys).toHaveLength(6)
})

test.each([
  { title: 'any other refusal', answer: running },
  { title: 'what was done', answer: deleted },
])('$title is the answer', async ({ answer }) => {
  expect(await asked([answer], 'running')).toEqual({ outcome: answer, keys: ['order'] })
})

/** Asks a release whose workflow is gone until it is restored; `restored`: how often that happened. */
async function askedOfNone(state: ReleaseView['state'], recorded: Partial<ReleaseState> | null) {
  let restored = 0
  const gateway = {
    askRelease: async () => {
      return restored > 0 ? deleted : null
    },
    readRelease: async () => null,
    restoreRelease: async () => void (restored += 1),
  }
  const view = aRelease({ state })
  const releaseState = async () => recorded && { ...stateOf(view), ...recorded }
  const context = { gateway, lookups: { release: async () => view, releaseState } }
  const to = { app: SHOP, release: releaseId(1) }
  return { outcome: await askRelease({ key: 'order', context }, to, { verb: 'delete', order }), restored }
}

test.each(['draft', 'open', 'released'] as const)(
  '[D.2] a release that is %s and whose workflow was ended from outside goes on from its record, and answers',
  async (state) => {
    expect(await askedOfNone(state, {})).toEqual({ outcome: deleted, restored: 1 })
  },
)

test.each([
  { title: 'was deleted', state: 'deleted', recorded: {} },
  { title: 'came to its proper end', state: 'released', recorded: { lifecycle: 'abandoned' } },
  { title: 'recorded nothing', state: 'open', recorded: null },
] as const)('one that $title has ended', async ({ state, recorded }) => {
  const outcome = refuse({ code: 'release-ended', state })
  expect(await askedOfNone(state, recorded)).toEqual({ outcome, restored: 0 })
})
