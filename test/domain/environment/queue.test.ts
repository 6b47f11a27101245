/** Who overtakes whom in the line, and what those who wait are told. */
import { describe, expect, test } from 'vitest'
import type { DeploymentResult } from '../../../domain/environment/attempt-end.js'
import { automaticRollback } from '../../../domain/environment/automatic.js'
import { pause, resume } from '../../../domain/environment/holds.js'
import {
  failedBefore,
  overtakeWaiting,
  refusePush,
  rememberFailedPush,
  sayWhyItWaits,
  waitsUntil,
} from '../../../domain/environment/pushes.js'
import { dropOlder } from '../../../domain/environment/queue-policy.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
} from '../../../domain/environment/state.js'
import { lineOf, reportWaiting, sayWaits, withTime } from '../../../domain/environment/waiting.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { aClosure } from '../../support/events.js'
import { ALICE, aLane, anOrder, BOB, commitOf, deploymentId, minute, sure } from '../../support/lane.js'
import { answered, deploying, exit, queued, running } from '../../support/lifecycle.js'

const newest: EnvironmentState = (() => {
  const lane = aLane()
  return { ...lane, definition: { ...lane.definition, queue: 'newest' } }
})()
const push = (number: number, change: Partial<DeploymentRequest> = {}) =>
  anOrder(number, { kind: 'push', candidate: null, ...change })
const again = (state: EnvironmentState): EnvironmentState => ({
  ...state,
  queue: state.queue.map((entry) => ({ ...entry, attempt: { ...firstAttempt, number: 2 } })),
})
const line = (state: EnvironmentState) => state.queue.map(({ order }) => order.id)
const ids = (...numbers: readonly number[]) => numbers.map(deploymentId)

describe('where the newest wins, a promotion takes the place', () => {
  const came = anOrder(9)
  test.each<[string, EnvironmentState, DeploymentRequest, readonly number[]]>([
    ['of an older promotion', queued(newest, anOrder(1), came), came, [9]],
    ['of an older push', queued(newest, push(1), came), came, [9]],
    ['not of a hotfix', queued(newest, anOrder(1, { hotfix: true }), came), came, [1, 9]],
    ['not of a rollback', queued(newest, anOrder(1, { kind: 'rollback' }), came), came, [1, 9]],
    ['not of a rebuild', queued(newest, anOrder(1, { kind: 'rebuild' }), came), came, [1, 9]],
    ['not of a retry', again(queued(newest, anOrder(1))), came, [1]],
    ['of nothing where all have their turn', queued(aLane(), anOrder(1), came), came, [1, 9]],
    ['of nothing when it is a push itself', queued(newest, anOrder(1), push(9)), push(9), [1, 9]],
  ])('%s', (_, state, order, left) => {
    const { state: next, moves } = dropOlder(state, order)
    expect(line(next)).toEqual(ids(...left))
    expect(moves.map(({ id, to, note }) => [id, to, note])).toEqual(
      line(state)
        .filter((id) => !line(next).includes(id))
        .map((id) => [id, 'superseded', { kind: 'superseded', by: '2026.11.9-rc.1' }]),
    )
  })
})

describe('a push', () => {
  test.each<[string, EnvironmentState, DeploymentRequest, readonly number[]]>([
    ['overtakes an older one', queued(aLane(), push(1), push(2)), push(9), []],
    ['does not overtake a promotion', queued(aLane(), anOrder(1), push(2)), push(9), [1]],
    ['does not overtake a retry', again(queued(aLane(), push(1))), push(9), [1]],
    ['does not overtake itself', queued(aLane(), push(9)), push(9), [9]],
    ['is overtaken by no promotion', queued(aLane(), push(1)), anOrder(9), [1]],
  ])('%s', (_, state, order, left) => {
    const { state: next, moves } = overtakeWaiting(state, order)
    expect(line(next)).toEqual(ids(...left))
    expect(moves.map(({ id, by }) => [id, by])).toEqual(
      line(state)
        .filter((id) => !line(next).includes(id))
        .map((id) => [id, SLIPWAY]),
    )
  })

  test('that failed is not tried again automatically, and that is said', () => {
    const order = push(1, { requestedBy: SLIPWAY })
    const state = { ...aLane(), ...rememberFailedPush(aLane(), order) }
    expect(failedBefore(state, order)).toBe(true)
    // A person may order it anyway.
    expect(failedBefore(state, push(1))).toBe(false)
    expect(failedBefore(state, anOrder(1))).toBe(false)
    expect(failedBefore(state, push(2))).toBe(false)
    expect(rememberFailedPush(state, anOrder(2))).toEqual({})
    expect(
      rememberFailedPush({ ...state, failedPushes: [commitOf(1), commitOf(2)] }, order).failedPushes,
    ).toEqual([commitOf(2), commitOf(1)])
    const refused = refusePush(state, order)
    expect(refused.state.known).toEqual([deploymentId(1)])
    expect(refused.events).toMatchObject([
      { kind: 'push.not_redeployed', releaseId: null, facts: { commit: commitOf(1) } },
    ])
  })

  test.each<[string, EnvironmentState, string | null]>([
    ['behind what awaits a decision', running(aLane(), anOrder(1), 'awaiting'), minute(241)],
    ['behind nothing that was decided', running(aLane(), anOrder(1)), null],
    ['behind no other push', running(aLane(), push(1), 'awaiting'), null],
    ['behind nothing', aLane(), null],
  ])('waits %s', (_, state, until) => {
    expect(waitsUntil(state)).toBe(until)
  })

  test('says why it waits, in the channel', () => {
    const behind = { kind: 'acceptance', name: '2026.11.1-rc.1' } as const
    expect(sayWhyItWaits(running(aLane()), push(2), behind).events).toMatchObject([
      { kind: 'push.waits', releaseId: null, facts: { commit: commitOf(2), behind } },
    ])
    expect(sayWhyItWaits(aLane(), push(2), null).events).toEqual([])
    expect(sayWhyItWaits(aLane(), anOrder(2), behind).events).toEqual([])
  })
})

describe('the line', () => {
  const took = { ...aLane(), took: [600_000, 60_000, 120_000] }

  test.each<[string, EnvironmentState, readonly (number | null)[]]>([
    ['has no estimate without history', queued(aLane(), anOrder(2), anOrder(3)), [null, null]],
    ['is worked off in the usual time', queued(took, anOrder(2), anOrder(3)), [0, 120_000]],
    [
      'waits for the rest of what runs',
      deploying(queued(took, anOrder(2), anOrder(3)), anOrder(1)),
      [60_000, 180_000],
    ],
  ])('%s', (_, state, wanted) => {
    const found = lineOf(state, minute(4))
    expect(found.map(({ inMs }) => inMs)).toEqual(wanted)
    expect(found.map(({ place, id }) => [place, id])).toEqual([
      [1, deploymentId(2)],
      [2, deploymentId(3)],
    ])
  })

  test('never estimates a start in the past', () => {
    expect(lineOf(deploying(queued(took, anOrder(2)), anOrder(1)), minute(99))[0]?.inMs).toBe(0)
  })

  test('remembers how long the last nine took', () => {
    const state = deploying(aLane())
    const nine = Array.from({ length: 9 }, (_, index) => index)
    expect(withTime({ ...aLane(), took: nine }, state, minute(5)).took).toEqual([...nine.slice(1), 120_000])
    expect(withTime(aLane(), state, minute(1)).took).toEqual([0])
    expect(withTime(aLane(), aLane(), minute(5)).took).toEqual([])
  })

  test.each<[string, EnvironmentState, typeof aClosure | null, number | null]>([
    ['nothing to whoever is next', queued(aLane(), anOrder(2)), null, null],
    ['the place behind what runs', deploying(queued(aLane(), anOrder(2)), anOrder(1)), null, 1],
    ['the place behind another', queued(aLane(), anOrder(1), anOrder(2)), null, 2],
    ['what closes it', queued(aLane(), anOrder(2)), aClosure, 1],
    ['nothing to one that is not in it', aLane(), aClosure, null],
  ])('tells %s', (_, state, closure, place) => {
    const { events } = sayWaits(state, anOrder(2), { closure, at: minute(4) })
    expect(events.map(({ kind, facts }) => [kind, facts])).toMatchObject(
      place === null ? [] : [['deployment.waits', { place, closure }]],
    )
  })

  test('tells everybody once that it is open again, but not who opened it, nor for a push', () => {
    const state = queued(
      aLane(),
      anOrder(1),
      anOrder(2),
      anOrder(3, { requestedBy: BOB }),
      push(4, { requestedBy: SLIPWAY }),
    )
    const opened = { what: ['lock'], byPerson: true } as const
    const told = (by: typeof ALICE) =>
      reportWaiting(state, { opened, by, at: minute(5) }).events.map(({ facts }) =>
        'person' in facts ? facts.person : undefined,
      )
    expect(told(SLIPWAY)).toEqual([ALICE, null, BOB, null])
    expect(told(ALICE)).toEqual([null, null, BOB, null])
  })
})

describe('a hold', () => {
  const by = { by: BOB, at: minute(4), reason: 'broken' }
  const held = pause(aLane(), by).step.state

  test('begins once, and ends once', () => {
    expect(held.hold).toEqual({ by: BOB, reason: 'broken', since: minute(4), rollback: null })
    expect(answered(pause(held, by).outcome)).toMatchObject({ code: 'held', reason: 'broken' })
    expect(pause(held, by).step.state).toBe(held)
    const free = resume(held, by)
    expect(free.step.state.hold).toBeNull()
    expect(free.step.events).toMatchObject([{ kind: 'environment.resumed', actor: BOB }])
    expect(answered(resume(free.step.state, by).outcome)).toMatchObject({ code: 'not-held' })
  })
})

describe('an environment goes back automatically', () => {
  const new2 = anOrder(2, { rollbackOnFailedCheck: true })
  const failed = (
    stage: 'check' | 'patch',
    failure: object = { kind: 'exit', stage: 'check', exit: { kind: 'exited', code: 1 } },
  ) => ({ ...{ kind: 'failed', stage, failure, touched: true, runs: {}, setup: null } }) as DeploymentResult
  const there = running(aLane())

  test.each<[string, EnvironmentState, DeploymentResult, boolean]>([
    ['when the check found it bad', deploying(there, new2), failed('check'), true],
    ['also for a push', deploying(there, { ...new2, kind: 'push' }), failed('check'), true],
    ['not where it is not configured', deploying(there, anOrder(2)), failed('check'), false],
    ['not when another stage failed', deploying(there, new2), failed('patch', exit), false],
    [
      'not when the check could not tell',
      deploying(there, new2),
      failed('check', { kind: 'inconclusive', stage: 'check' }),
      false,
    ],
    [
      'not after a success',
      deploying(there, new2),
      { kind: 'succeeded', setup: null, observed: null },
      false,
    ],
    ['not from a rollback', deploying(there, { ...new2, kind: 'rollback' }), failed('check'), false],
    ['not from a rebuild', deploying(there, { ...new2, kind: 'rebuild' }), failed('check'), false],
    [
      'not to what nobody accepted',
      deploying(running(aLane(), anOrder(1), 'awaiting'), new2),
      failed('check'),
      false,
    ],
    ['not to the same commit', deploying(there, { ...new2, commit: commitOf(1) }), failed('check'), false],
    ['not where nothing ran', deploying(aLane(), new2), failed('check'), false],
  ])('%s', (_, state, result, back) => {
    expect(automaticRollback(state, result)).toEqual(
      back ? sure('failure' in result ? result.failure : null) : null,
    )
  })
})
