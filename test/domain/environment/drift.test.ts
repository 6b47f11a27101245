import { describe, expect, test } from 'vitest'
import { nextBackgroundWork } from '../../../domain/environment/background-work.js'
import { type DriftFound, driftFound, nextDriftCheck, observedIn } from '../../../domain/environment/drift.js'
import type { EnvironmentLifecycle, Wanted } from '../../../domain/environment/lifecycle.js'
import { inPlace, isSameAgain } from '../../../domain/environment/rebuild.js'
import { type EnvironmentState, step, withLifecycle } from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { DriftFinding } from '../../../domain/reasons.js'
import { ALICE, aLane, BOB, commitOf, deploymentId, digestOf, minute, sure } from '../../support/lane.js'
import {
  aLivingPreview,
  aPreview,
  deploying,
  exit,
  failing,
  orderFor,
  previewApp,
  running,
} from '../../support/lifecycle.js'

const lane = aLane('integration', previewApp)
const there = running(lane)
const teardown = (phase: 'waiting' | 'running' | 'failed'): Partial<EnvironmentLifecycle> => ({
  teardown: { phase, by: BOB, cause: { kind: 'asked' }, at: minute(5), failure: null },
})
const commit = { kind: 'commit', expected: commitOf(1), observed: commitOf(9) } as const
const drifted = (finding: DriftFinding) => withLifecycle(there, { drift: { finding, at: minute(2) } })

describe('the next check for drift', () => {
  test.each<[string, EnvironmentState, string | null]>([
    ['is due after the deployment', there, minute(61)],
    ['is due after the last check', withLifecycle(there, { checkedAt: minute(10) }), minute(70)],
    ['is not due where none is configured', running(aLane()), null],
    [
      'is not due where nothing can check',
      { ...there, definition: { ...there.definition, stages: { ...there.definition.stages, check: false } } },
      null,
    ],
    ['is not due where nothing runs', lane, null],
    ['is not due during a deployment', deploying(there), null],
    ['is not due after a failure', failing(there), null],
    ['is not due before a teardown', withLifecycle(there, teardown('waiting')), null],
    ['is not due after one that failed', withLifecycle(there, teardown('failed')), null],
  ])('%s', (_, state, wanted) => {
    expect(nextDriftCheck(state)).toBe(wanted)
  })
})

describe('a check that ran automatically and passed or failed', () => {
  const passed = (change: object = {}): DriftFound => ({
    kind: 'passed',
    commit: commitOf(1),
    digest: digestOf(1),
    ...change,
  })
  const artifact = { kind: 'artifact', name: '2026.11.1-rc.1', observed: digestOf(9) } as const
  const broken = { kind: 'check-failed', name: '2026.11.1-rc.1', failure: exit } as const

  test.each<[string, EnvironmentState, DriftFound, readonly [DriftFinding | null, string | null]]>([
    ['finds what was recorded', there, passed(), [null, null]],
    ['says nothing where nothing was seen', there, passed({ commit: null, digest: null }), [null, null]],
    ['finds another commit', there, passed({ commit: commitOf(9) }), [commit, 'out_of_sync']],
    ['finds other bytes', there, passed({ digest: digestOf(9) }), [artifact, 'out_of_sync']],
    [
      'finds them by another commit first',
      there,
      passed({ commit: commitOf(9), digest: digestOf(9) }),
      [commit, 'out_of_sync'],
    ],
    ['fails', there, { kind: 'failed', failure: exit }, [broken, 'out_of_sync']],
    ['finds the same once more', drifted(commit), passed({ commit: commitOf(9) }), [commit, null]],
    ['finds something else', drifted(commit), passed({ digest: digestOf(9) }), [artifact, 'out_of_sync']],
    ['finds all well again', drifted(commit), passed(), [null, 'in_sync']],
    ['could not tell', drifted(commit), null, [commit, null]],
  ])('%s', (_, state, found, [drift, event]) => {
    const look = { of: deploymentId(1), at: minute(80) }
    const { state: next, events } = driftFound(state, found, look)

    expect(next.lifecycle.drift?.finding ?? null).toEqual(drift)
    expect(next.lifecycle.checkedAt).toBe(minute(80))
    expect(events.map(({ kind, actor }) => [kind, actor])).toEqual(
      event ? [[`environment.${event}`, SLIPWAY]] : [],
    )
    expect(next.lifecycle.notices.map(({ kind }) => kind)).toEqual(
      event === 'out_of_sync' ? ['out-of-sync'] : [],
    )
  })

  test.each([
    ['another deployment', there, deploymentId(2)],
    ['a deployment that began', deploying(there), deploymentId(1)],
  ])('is overtaken by %s', (_, state, of) => {
    const overtaken = driftFound(state, passed({ commit: commitOf(9) }), { of, at: minute(80) })
    expect(overtaken).toEqual(step(withLifecycle(state, { checkedAt: minute(80) })))
  })

  test('names what it saw', () => {
    expect([commit, artifact, broken].map(observedIn)).toEqual([commitOf(9), digestOf(9), null])
  })
})

describe('after a deployment', () => {
  const order = orderFor(lane)
  const after = (state: EnvironmentState, observed: DriftFinding['kind'] | null) =>
    inPlace(step(state), { order, at: minute(90), observed: observed === null ? null : commitOf(9) })

  test('drift is forgotten, and the next check is an hour away', () => {
    const { state, events } = after(drifted(commit), null)
    expect(state.lifecycle).toMatchObject({ drift: null, checkedAt: minute(90) })
    expect(events).toEqual([])
  })

  test('whose own check saw what it put there nothing is said', () => {
    expect(inPlace(step(there), { order, at: minute(90), observed: commitOf(1) }).events).toEqual([])
  })

  test('whose own check saw something else, that is said', () => {
    const { state, events } = after(there, 'commit')
    expect(state.lifecycle.drift?.finding).toEqual(commit)
    expect(events).toMatchObject([{ kind: 'environment.out_of_sync', facts: { finding: commit } }])
  })

  test.each<[string, number, string | null]>([
    ['an end that has passed begins anew', 89, minute(150)],
    ['an end of that very moment too', 90, minute(150)],
    ['an end to come stays', 91, minute(91)],
  ])('that came after a teardown that failed, %s', (_, end, wanted) => {
    const state = aLivingPreview({
      ...teardown('failed'),
      expiry: { startedAt: minute(0), at: minute(end), extensions: 2, noticed: [] },
    })
    expect(after(state, null).state.lifecycle).toMatchObject({ teardown: null, expiry: { at: wanted } })
  })

  test('before a teardown, it is still torn down', () => {
    const state = aLivingPreview(teardown('waiting'))
    expect(after(state, null).state.lifecycle.teardown?.phase).toBe('waiting')
  })
})

test.each<[string, object, boolean]>([
  ['a rebuild of what runs', { kind: 'rebuild' }, true],
  ['a redeployment of what runs', { kind: 'redeploy' }, true],
  ['a promotion of what runs', { kind: 'promote' }, false],
  ['a rebuild of another commit', { kind: 'rebuild', commit: commitOf(2) }, false],
  ['a rebuild with other bytes', { kind: 'rebuild', artifactDigest: digestOf(2) }, false],
])('the same again: %s', (_, change, same) => {
  const order = orderFor(lane)
  expect(isSameAgain({ order, acceptance: 'accepted', since: minute(0) }, { ...order, ...change })).toBe(same)
})

describe('what is done beside the lane', () => {
  const wanted: Wanted = {
    ...{ deploymentId: deploymentId(7), kind: 'push' as const, commit: commitOf(7), branch: null },
    ...{ by: ALICE, at: minute(4) },
  }
  const inLine = {
    ...sure(aPreview().lifecycle.preview),
    place: { granted: false, ahead: 0, living: 2, most: 2 },
  }
  const placed = { ...inLine, place: { ...inLine.place, granted: true } }

  test.each<[string, EnvironmentState, string, ReturnType<typeof nextBackgroundWork>]>([
    ['nothing', there, minute(60), null],
    ['a check that is due', there, minute(61), 'drift'],
    ['a build that is wanted', withLifecycle(lane, { wanted }), minute(4), 'build'],
    ['a build that was being made', withLifecycle(lane, { building: wanted }), minute(4), 'build'],
    ['a build before a check', withLifecycle(there, { wanted }), minute(99), 'build'],
    ['no build for a preview in line', aLivingPreview({ wanted, preview: inLine }), minute(4), null],
    ['a build for one with a place', aLivingPreview({ wanted, preview: placed }), minute(4), 'build'],
    [
      'no new build before a teardown',
      withLifecycle(lane, { wanted, ...teardown('waiting') }),
      minute(4),
      null,
    ],
    [
      'a build after one that failed',
      withLifecycle(lane, { wanted, ...teardown('failed') }),
      minute(4),
      'build',
    ],
    [
      'a teardown before all',
      withLifecycle(there, { building: wanted, ...teardown('running') }),
      minute(99),
      'teardown',
    ],
  ])('%s', (_, state, now, work) => {
    expect(nextBackgroundWork(state, now)).toBe(work)
  })
})
