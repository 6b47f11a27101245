/** An override is for one order, and passes what was there when it was given. */
import { describe, expect, test } from 'vitest'
import { type DeploymentResult, finish } from '../../../domain/environment/attempt-end.js'
import { blockedBy, enqueue, nextEntry, start } from '../../../domain/environment/lane.js'
import { freeze, lock } from '../../../domain/environment/locks.js'
import { retryOn, waitForHost } from '../../../domain/environment/lost-host.js'
import { patch, rebuild } from '../../../domain/environment/manual.js'
import { retry, skip } from '../../../domain/environment/retry-skip-abort.js'
import { rollBack } from '../../../domain/environment/rollback.js'
import type { DeploymentRequest, EnvironmentState } from '../../../domain/environment/state.js'
import type { UserId } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aLane, anOrder, BOB, CAROL, deploymentId, minute, sure } from '../../support/lane.js'

const at = (count: number, closed: { until: null; reason: string } | null = null) => ({
  at: minute(count),
  closed,
})
const locked = (state: EnvironmentState, when: number): EnvironmentState =>
  lock(state, { by: BOB, at: minute(when), reason: 'load test', until: null, takeOver: false }).step.state
const frozen = (state: EnvironmentState, when: number): EnvironmentState =>
  freeze(state, { by: CAROL, at: minute(when), reason: 'audit', until: minute(600) }).step.state

describe('an override given at minute 5', () => {
  const order = anOrder(9, { override: { reason: 'outage', at: minute(5) }, requestedAt: minute(30) })
  const rows: readonly (readonly [string, EnvironmentState, ReturnType<typeof at>, string | null])[] = [
    ['passes a lock from before', locked(aLane(), 4), at(31), null],
    ['passes a lock of that very moment', locked(aLane(), 5), at(31), null],
    ['waits for a lock from afterwards', locked(aLane(), 6), at(31), 'lock'],
    ['passes a freeze from before', frozen(aLane(), 4), at(31), null],
    ['waits for a freeze from afterwards', frozen(aLane(), 6), at(31), 'freeze'],
    [
      'passes a lock from before and waits for a freeze from afterwards',
      frozen(locked(aLane(), 4), 6),
      at(31),
      'freeze',
    ],
    ['passes a window, which was known', aLane(), at(31, { until: null, reason: '' }), null],
  ]

  test.each(rows.map((row) => [row[0], row] as const))('%s', (_, [, state, now, by]) => {
    expect(blockedBy(state, order, now)?.kind ?? null).toBe(by)
  })

  test('says what it passed, and not what it did not', () => {
    const state = enqueue(locked(aLane(), 4), order).state
    const { events } = start(state, sure(nextEntry(state, at(31))), at(31))

    const closure = { kind: 'lock', reason: 'load test' }
    expect(events).toMatchObject([
      { kind: 'gate.overridden', facts: { rule: { kind: 'closed', closure }, reason: 'outage' } },
    ])
  })
})

const app = anApp({
  environments: `
      - { name: production, approve: { from: [managers], count: 2 }, setup: { run: setup.sh }, patch: { run: patch.sh }, check: { run: check.sh } }`,
})
const good: DeploymentResult = { kind: 'succeeded', setup: null, observed: null }
const failing = (change: object = {}): DeploymentResult => ({
  ...{
    kind: 'failed',
    stage: 'check',
    failure: { kind: 'exit', stage: 'check', exit: { kind: 'exited', code: 1 } },
    touched: true,
    runs: {},
    setup: null,
  },
  ...change,
})

/** After a deployment that an override brought there; it ended so. */
function after(result: DeploymentResult, number = 1, from = aLane('production', app)): EnvironmentState {
  const order = anOrder(number, {
    app_: app,
    override: { reason: 'once', at: minute(1) },
    passesFreeze: true,
  })
  const state = enqueue(from, order).state
  const begun = start(state, sure(nextEntry(state, at(2))), at(2)).state
  return finish(begun, result, minute(3)).state
}

const next = (state: EnvironmentState): DeploymentRequest => sure(state.queue[0]).order
/** As somebody else, who held no override: only the requester's own lock would let it through. */
const zed = 'U01ZED' as UserId
const hand = { deploymentId: deploymentId(50), by: zed, at: minute(10) }
const failed = after(failing())
const lost = after(failing({ stage: 'patch', failure: { kind: 'host-lost', host: 'h1' } }))

describe('what is ordered again inherits neither an override nor the leave to pass a freeze:', () => {
  test.each([
    ['a patch by hand', patch(after(good), hand).step.state],
    ['a rebuild', rebuild(after(good), { ...hand, confirmed: true }).step.state],
    ['a rebuild of what failed', rebuild(failed, { ...hand, confirmed: true }).step.state],
    ['a retry', retry(failed, deploymentId(1), { by: zed, at: minute(10) }).step.state],
    ['a skip', skip(failed, deploymentId(1), { by: zed, at: minute(10) }).step.state],
    ['a run on another host', retryOn(lost, { by: zed, at: minute(10) }).step.state],
  ])('%s', (_, state) => {
    const order = { ...next(state), requestedBy: zed }

    expect(order).toMatchObject({ override: null, passesFreeze: false })
    expect(blockedBy(locked(state, 0), order, at(11))?.kind).toBe('lock')
    expect(blockedBy(frozen(state, 0), order, at(11))?.kind).toBe('freeze')
    expect(blockedBy(state, order, at(11, { until: null, reason: '' }))?.kind).toBe('window')
  })

  test('a rollback, and what is patched after it', () => {
    const twice = after(good, 2, after(good))
    const back = rollBack(twice, { ...hand, to: null, reason: '', failure: null }).step.state

    expect(next(back)).toMatchObject({ kind: 'rollback', override: null, passesFreeze: false })
  })

  test('but a host that is waited for goes on with what it was given', () => {
    const state = waitForHost(lost, { by: ALICE, at: minute(10) }).step.state

    expect(next(state)).toMatchObject({ override: { reason: 'once', at: minute(1) } })
  })
})

test.each([
  ['retry', retry],
  ['skip', skip],
])('a %s takes an override of its own, for what is closed by then', (_, order) => {
  const by = { by: zed, at: minute(10), override: 'users wait' }
  const state = order(locked(failed, 9), deploymentId(1), by).step.state

  expect(next(state)).toMatchObject({
    override: { reason: 'users wait', at: minute(10) },
    passesFreeze: false,
  })
  expect(blockedBy(state, { ...next(state), requestedBy: zed }, at(11))).toBeNull()
  expect(blockedBy(frozen(state, 11), { ...next(state), requestedBy: zed }, at(12))?.kind).toBe('freeze')
})
