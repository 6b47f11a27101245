import { describe, expect, test } from 'vitest'
import { type DeploymentResult, finish } from '../../../domain/environment/attempt-end.js'
import { automaticRollback } from '../../../domain/environment/automatic.js'
import type { LaneNow } from '../../../domain/environment/closures.js'
import { blockedBy, enqueue, nextEntry, nextWake, start } from '../../../domain/environment/lane.js'
import { endClosures, freeze, lock, thaw, unlock } from '../../../domain/environment/locks.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
} from '../../../domain/environment/state.js'
import { lineOf } from '../../../domain/environment/waiting.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { personOf } from '../../../domain/notifications.js'
import { anApp } from '../../support/app-definition.js'
import { saidOf } from '../../support/events.js'
import { ALICE, aLane, anOrder, BOB, CAROL, deploymentId, minute, sure } from '../../support/lane.js'

const at = (count: number): LaneNow => ({ at: minute(count), closed: null })
const lockOrder = (
  by: typeof ALICE,
  change: { until?: string | null; takeOver?: boolean; at?: string } = {},
) => ({
  by,
  at: minute(0),
  reason: 'load test',
  until: null,
  takeOver: false,
  ...change,
})
const freezeOrder = { by: CAROL, at: minute(0), reason: 'audit', until: minute(60) }

describe('a lock', () => {
  const locked = lock(aLane(), lockOrder(BOB, { until: minute(30) })).step.state

  test('of somebody else is refused with its owner, reason and end, and nothing changes', () => {
    const { step, outcome } = lock(locked, lockOrder(ALICE))
    expect(outcome).toMatchObject({
      refusal: { code: 'locked', owner: BOB, reason: 'load test', until: minute(30) },
    })
    expect(step.state).toEqual(locked)
  })

  test('is renewed by its owner', () => {
    expect(lock(locked, lockOrder(BOB, { until: minute(90) })).step.state.lock?.until).toBe(minute(90))
  })

  test('is taken over knowingly, and its holder is told', () => {
    const { step, outcome } = lock(locked, lockOrder(ALICE, { takeOver: true }))
    expect(outcome).toMatchObject({ done: { code: 'locked', takenFrom: BOB } })
    expect(step.events.map(personOf)).toEqual([null, BOB])
  })

  test.each([
    ['a lock', (state: EnvironmentState) => lock({ ...state, lock: null }, lockOrder(BOB)), BOB],
    ['a lock taken over', (state: EnvironmentState) => lock(state, lockOrder(BOB, { takeOver: true })), BOB],
    ['a freeze', (state: EnvironmentState) => freeze({ ...state, lock: null }, freezeOrder), CAROL],
  ])('%s that comes while somebody waits is told in that thread, with whose it is', (_, close, owner) => {
    const held = lock(aLane(), lockOrder(CAROL)).step.state
    const running = start(aLane(), sure(enqueue(aLane(), anOrder(9)).state.queue[0]), at(0)).state
    const busy = { ...running, lock: held.lock }
    const line = enqueue(enqueue(busy, anOrder(1), at(1)).state, anOrder(2, { requestedBy: owner }), at(1))
    const waits = close(line.state).step.events.filter(({ kind }) => kind === 'deployment.waits')

    expect(
      waits.map(({ deploymentId: id, facts }) => [id, 'closure' in facts && facts.closure?.owner]),
    ).toContainEqual([deploymentId(1), owner])
  })

  test('tells nobody who is not stopped by it', () => {
    const waiting = enqueue(aLane(), anOrder(1, { requestedBy: BOB }), at(1)).state
    const { events } = lock(waiting, lockOrder(BOB)).step
    expect(events.map(({ kind }) => kind)).toEqual(['environment.locked'])
  })

  test('that has ended is nobody’s', () => {
    const later = lock(locked, lockOrder(ALICE, { at: minute(30) }))
    expect(later.outcome).toMatchObject({ done: { takenFrom: null } })
  })

  test('ends automatically at its time, and those who wait are told', () => {
    const waiting = enqueue(locked, anOrder(1), at(1)).state
    expect(nextWake(waiting, at(1))).toBe(minute(30))
    expect(endClosures(waiting, minute(29))).toBeNull()
    const step = sure(endClosures(waiting, minute(30)))
    expect(step.state.lock).toBeNull()
    expect(step.events.map((event) => [event.kind, personOf(event)])).toEqual([
      ['environment.opened', null],
      ['deployment.unblocked', ALICE],
    ])
  })

  test('ended by somebody else is told to its holder', () => {
    expect(unlock(locked, lockOrder(ALICE)).step.events.map(personOf)).toContain(BOB)
    expect(unlock(locked, lockOrder(BOB)).step.events.map(personOf)).not.toContain(BOB)
  })

  test.each([
    ['nobody locked', aLane()],
    ['whose lock has ended', endClosures(locked, minute(30))?.state ?? aLane()],
  ])('unlocking an environment %s is refused', (_, state) => {
    expect(unlock(state, lockOrder(ALICE)).outcome).toMatchObject({ refusal: { code: 'not-locked' } })
  })
})

describe('what is let through', () => {
  const rows: readonly (readonly [
    string,
    EnvironmentState,
    Partial<DeploymentRequest>,
    LaneNow,
    string | null,
  ])[] = [
    ['nothing closes', aLane(), {}, at(1), null],
    ['a lock stops others', lock(aLane(), lockOrder(BOB)).step.state, {}, at(1), 'lock'],
    ['a lock lets its owner', lock(aLane(), lockOrder(ALICE)).step.state, {}, at(1), null],
    ['a freeze stops', freeze(aLane(), freezeOrder).step.state, {}, at(1), 'freeze'],
    ['a freeze ends', freeze(aLane(), freezeOrder).step.state, {}, at(60), null],
    [
      'a freeze stops a hotfix too',
      freeze(aLane(), freezeOrder).step.state,
      { hotfix: true },
      at(1),
      'freeze',
    ],
    [
      'a policy passes a freeze',
      freeze(aLane(), freezeOrder).step.state,
      { passesFreeze: true },
      at(1),
      null,
    ],
    [
      'a rollback passes a freeze',
      freeze(aLane(), freezeOrder).step.state,
      { kind: 'rollback' },
      at(1),
      null,
    ],
    [
      'an override passes a freeze',
      freeze(aLane(), freezeOrder).step.state,
      { override: { reason: 'outage', at: minute(1) } },
      at(1),
      null,
    ],
    ['a rollback passes a lock', lock(aLane(), lockOrder(BOB)).step.state, { kind: 'rollback' }, at(1), null],
    ['a window stops', aLane(), {}, { at: minute(1), closed: { until: null, reason: '' } }, 'window'],
    [
      'a rollback passes a window',
      aLane(),
      { kind: 'rollback' },
      { at: minute(1), closed: { until: null, reason: '' } },
      null,
    ],
    [
      'a hold stops pushes',
      { ...aLane(), hold: { by: BOB, reason: '', since: minute(0), rollback: null } },
      { kind: 'push' },
      at(1),
      'hold',
    ],
    [
      'a hold stops Slipway',
      { ...aLane(), hold: { by: BOB, reason: '', since: minute(0), rollback: null } },
      { requestedBy: SLIPWAY },
      at(1),
      'hold',
    ],
    [
      'a hold lets people',
      { ...aLane(), hold: { by: BOB, reason: '', since: minute(0), rollback: null } },
      {},
      at(1),
      null,
    ],
  ]
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, state, order, now, by]) => {
    expect(blockedBy(state, anOrder(1, order), now)?.kind ?? null).toBe(by)
  })

  test('what an override passed is said where everybody sees it', () => {
    const state = enqueue(
      freeze(aLane(), freezeOrder).step.state,
      anOrder(1, { override: { reason: 'outage', at: minute(1) } }),
    ).state
    const { events } = start(state, sure(nextEntry(state, at(1))), at(1))
    expect(events).toMatchObject([
      {
        kind: 'gate.overridden',
        facts: { rule: { closure: { owner: CAROL, until: minute(60) } }, reason: 'outage' },
      },
    ])
    expect(saidOf(events[0])).toContain('outage')
  })

  test('thawing tells who waits, and twice says that nothing is frozen', () => {
    const waiting = enqueue(freeze(aLane(), freezeOrder).step.state, anOrder(1), at(1)).state
    const { step } = thaw(waiting, { by: CAROL, at: minute(5), reason: '' })
    expect(step.events.map(({ kind }) => kind)).toEqual(['environment.thawed', 'deployment.unblocked'])
    expect(thaw(step.state, { by: CAROL, at: minute(6), reason: '' }).outcome).toMatchObject({
      refusal: { code: 'not-frozen' },
    })
  })
})

describe('the newest wins', () => {
  const app = anApp({ environments: `\n      - { name: one, queue: newest, patch: { run: p } }` })
  const order = (number: number, change: Partial<DeploymentRequest> = {}) =>
    anOrder(number, { app_: app, environment: sure(app.environments[0]).name, ...change })

  test.each([
    ['a promotion takes the place of an older one', {}, {}, [2]],
    ['a push takes the place of an older push', { kind: 'push' }, { kind: 'push' }, [2]],
    ['a push never takes that of a promotion', {}, { kind: 'push' }, [1, 2]],
    ['nothing takes that of a rollback', { kind: 'rollback' }, {}, [1, 2]],
    ['nothing takes that of a hotfix', { hotfix: true }, {}, [1, 2]],
  ] as const)('%s', (_, first, second, left) => {
    const step = enqueue(enqueue(aLane('one', app), order(1, first)).state, order(2, second))
    expect(step.state.queue.map((entry) => entry.order.id)).toEqual(left.map(deploymentId))
    expect(step.moves.filter(({ to }) => to === 'superseded')).toHaveLength(2 - left.length)
  })
})

test('the place in line and the expected time are read off what deployments took', () => {
  let state = aLane()
  for (const [index, took] of [4, 10, 6].entries()) {
    const waiting = enqueue(state, anOrder(index + 1)).state
    const running = start(waiting, sure(nextEntry(waiting, at(0))), at(0)).state
    state = finish(running, { kind: 'succeeded', setup: null, observed: null }, minute(took)).state
  }
  const waiting = enqueue(enqueue(enqueue(state, anOrder(7)).state, anOrder(8)).state, anOrder(9)).state
  const running = start(waiting, sure(nextEntry(waiting, at(20))), at(20)).state
  expect(lineOf(running, minute(22))).toEqual([
    { id: deploymentId(8), place: 1, inMs: 4 * 60_000 },
    { id: deploymentId(9), place: 2, inMs: 10 * 60_000 },
  ])
})

describe('an environment rolls back automatically', () => {
  const app = anApp({
    environments: `\n      - { name: one, rollbackOnFailedCheck: true, patch: { run: p }, check: { run: c } }`,
  })
  const order = (number: number, change: Partial<DeploymentRequest> = {}) =>
    anOrder(number, { app_: app, environment: sure(app.environments[0]).name, ...change })
  const bad = {
    kind: 'failed',
    stage: 'check',
    failure: { kind: 'exit', stage: 'check', exit: { kind: 'exited', code: 1 } },
    touched: true,
    runs: {},
    setup: null,
  } as const satisfies DeploymentResult
  const running = (
    before: 'accepted' | 'awaiting' | 'rejected' | null,
    change: Partial<DeploymentRequest> = {},
  ): EnvironmentState => ({
    ...aLane('one', app),
    current: before && { order: order(1), acceptance: before, since: minute(0) },
    running: {
      entry: { order: order(2, change), attempt: firstAttempt },
      aborting: null,
      since: minute(0),
    },
  })
  const rows: readonly (readonly [string, EnvironmentState, DeploymentResult, boolean])[] = [
    ['when the check found it bad', running('accepted'), bad, true],
    ['after a bad push too', running('accepted', { kind: 'push' }), bad, true],
    ['not where it is not configured', running('accepted', { rollbackOnFailedCheck: false }), bad, false],
    ['not when patch failed', running('accepted'), { ...bad, stage: 'patch' }, false],
    [
      'not when the check could not tell',
      running('accepted'),
      { ...bad, failure: { kind: 'inconclusive', stage: 'check' } },
      false,
    ],
    [
      'not when the check did not work',
      running('accepted'),
      { ...bad, failure: { kind: 'host-lost', host: 'a' } },
      false,
    ],
    ['not when what ran before was never settled', running('awaiting'), bad, false],
    ['not to what was rejected', running('rejected'), bad, false],
    ['not when nothing ran before', running(null), bad, false],
    ['never from a rollback', running('accepted', { kind: 'rollback' }), bad, false],
    ['not from a rebuild of the same', running('accepted', { kind: 'rebuild' }), bad, false],
  ]
  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, state, result, back]) => {
    expect(automaticRollback(state, result) !== null).toBe(back)
  })
})
