/** What the row of an environment shows of its state. */
import { describe, expect, test } from 'vitest'
import { environmentDetail } from '../../../domain/environment/details-shown.js'
import type { EnvironmentLifecycle } from '../../../domain/environment/lifecycle.js'
import { type EnvironmentState, withLifecycle } from '../../../domain/environment/state.js'
import type { EnvironmentNote } from '../../../domain/reasons.js'
import { ALICE, aLane, anOrder, commitOf, deploymentId, minute } from '../../support/lane.js'
import { aLivingPreview, aPreview, exit, failing, queued, running, setUp } from '../../support/lifecycle.js'

const granted = { granted: true, ahead: 0, living: 1, most: 2 }
const inLine = { granted: false, ahead: 1, living: 2, most: 2 }
/** A preview that has its place. */
const housed = (change: Partial<EnvironmentLifecycle>): EnvironmentState =>
  withLifecycle(withPlace(granted), { wanted: null, ...change })
const withPlace = (place: typeof granted): EnvironmentState => {
  const state = aPreview()
  const { preview } = state.lifecycle
  return { ...state, lifecycle: { ...state.lifecycle, preview: preview && { ...preview, place } } }
}

test('of a preview: whose it is, what it follows, and its place', () => {
  expect(environmentDetail(withPlace(granted))).toMatchObject({
    ...{ preview: true, owner: ALICE, branch: 'feature', pull: null, place: granted },
  })
})

test('of a permanent one: the branch it follows, and nobody’s', () => {
  const lane = aLane()
  const state = { ...lane, definition: { ...lane.definition, branch: 'next' } }
  expect(environmentDetail(state)).toMatchObject({
    ...{ preview: false, owner: null, branch: 'next', pull: null, place: null, extensionsLeft: 0 },
  })
})

test('what setup put out, whether it came as a hotfix, and who waits', () => {
  const state = setUp(running(aLane(), anOrder(1, { hotfix: true })), {
    outputs: { url: 'https://shop.example', key: '1' },
  })
  expect(environmentDetail(queued(state, anOrder(2), anOrder(3)))).toMatchObject({
    url: 'https://shop.example',
    outputs: { url: 'https://shop.example', key: '1' },
    hotfix: true,
    queue: [deploymentId(2), deploymentId(3)],
  })
  expect(environmentDetail(running(aLane()))).toMatchObject({ url: null, outputs: {}, hotfix: false })
})

test.each([
  [0, 2],
  [1, 1],
  [2, 0],
  // The configuration allows fewer since.
  [3, 0],
])('after %i extensions: %i left', (extensions, left) => {
  const expiry = { startedAt: minute(0), at: minute(60), extensions, noticed: [] }
  expect(environmentDetail(aLivingPreview({ expiry })).extensionsLeft).toBe(left)
})

describe('where a person may send it back to', () => {
  const order = (number: number) => anOrder(number, { commit: commitOf(number) })
  const accepted = (state: EnvironmentState): EnvironmentState => ({
    ...state,
    accepted: Array.from({ length: 13 }, (_, index) => order(index + 1)),
  })
  const ids = (state: EnvironmentState) =>
    environmentDetail(state).rollbackTargets.map(({ deployment }) => deployment)

  test('the ten that were accepted last, the newest first, without what is in place', () => {
    expect(ids(accepted(running(aLane(), order(13))))).toEqual(
      [12, 11, 10, 9, 8, 7, 6, 5, 4, 3].map(deploymentId),
    )
  })

  test('after a failure nobody knows what is in place: also to what was', () => {
    expect(ids(accepted(failing(running(aLane(), order(13)), order(14)))).slice(0, 2)).toEqual(
      [13, 12].map(deploymentId),
    )
  })
})

describe('the note', () => {
  const wanted = {
    deploymentId: deploymentId(7),
    kind: 'push',
    commit: commitOf(7),
    branch: 'feature',
  } as const
  const order = { ...wanted, by: ALICE, at: minute(4) }
  const drift = {
    finding: { kind: 'commit', expected: commitOf(1), observed: commitOf(2) },
    at: minute(5),
  } as const

  test.each<[string, () => EnvironmentState, EnvironmentNote | null]>([
    ['nothing where all is well', () => running(aLane()), null],
    ['a place in line', () => withPlace(inLine), { kind: 'waits-for-place', ahead: 1, living: 2, most: 2 }],
    ['a build that is made', () => housed({ building: order }), { kind: 'building', what: '0000000' }],
    ['a build that is waited for', () => housed({ wanted: order }), { kind: 'waits-for-build' }],
    ['that it is retired', () => housed({ retired: true, building: order }), { kind: 'retired' }],
    [
      'a failure, before a drift',
      () => ({ ...failing(aLane()), lifecycle: { ...aLane().lifecycle, drift } }),
      { kind: 'failure', failure: exit },
    ],
    ['a drift', () => housed({ drift }), { kind: 'drift', finding: drift.finding }],
  ])('%s', (_, state, note) => {
    expect(environmentDetail(state()).note).toEqual(note)
  })

  test('what was observed instead of what is recorded', () => {
    expect(environmentDetail(aLivingPreview({ drift })).observed).toBe(commitOf(2))
    expect(environmentDetail(aLivingPreview()).observed).toBeNull()
  })
})
