/** One order in the line: what its coming writes and says, what keeps it waiting, and what its start takes over. */
import { describe, expect, test } from 'vitest'
import type { LaneNow } from '../../../domain/environment/closures.js'
import {
  blockedBy,
  closureIn,
  enqueue,
  nextEntry,
  nextWake,
  start,
} from '../../../domain/environment/lane.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  type LaneEntry,
} from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Closure } from '../../../domain/reasons.js'
import {
  ALICE,
  aLane,
  anOrder,
  BOB,
  CAROL,
  commitOf,
  deploymentId,
  digestOf,
  minute,
} from '../../support/lane.js'
import { deploying, failing, queued, running } from '../../support/lifecycle.js'

const lock = { owner: BOB, reason: 'load test', since: minute(0), until: null }
const freeze = { owner: CAROL, reason: 'audit', since: minute(0), until: minute(60) }
const locked = (state = aLane()): EnvironmentState => ({ ...state, lock })
const byLock: Closure = { kind: 'lock', ...lock, rollback: null }
const byFreeze: Closure = { kind: 'freeze', ...freeze, rollback: null }
const window = { until: minute(90), reason: 'weekend' }
const byWindow: Closure = { kind: 'window', owner: null, since: null, ...window, rollback: null }
const now = (count: number, closed: LaneNow['closed'] = null): LaneNow => ({ at: minute(count), closed })
const entryOf = (order: DeploymentRequest): LaneEntry => ({ order, attempt: firstAttempt })
const push = (number: number, change: Partial<DeploymentRequest> = {}) =>
  anOrder(number, { kind: 'push', candidate: null, ...change })
/** Its decision may take until minute 241. */
const awaiting = running(aLane(), anOrder(1), 'awaiting')
const override = { reason: 'outage', at: minute(5) }
const line = ({ queue }: EnvironmentState) => queue.map(({ order }) => order.id)
const ids = (...numbers: readonly number[]) => numbers.map(deploymentId)

describe('an order that comes', () => {
  test.each<[DeploymentRequest, boolean, boolean]>([
    [anOrder(4), false, true],
    [anOrder(4, { kind: 'rollback' }), false, true],
    [anOrder(4, { kind: 'redeploy' }), true, false],
    [anOrder(4, { kind: 'rebuild' }), true, false],
    [push(4), true, false],
  ])('is recorded and said: $kind', (order, isNew, hasRelease) => {
    const { state, moves, events, newDeployments, reports } = enqueue(aLane(), order)
    expect(state).toEqual({ ...aLane(), known: [order.id], queue: [entryOf(order)] })
    expect(moves).toMatchObject([{ id: order.id, to: 'queued', at: minute(4), by: ALICE }])
    expect(events).toMatchObject([
      {
        ...{ kind: 'deployment.queued', actor: ALICE, at: minute(4) },
        facts: { commit: commitOf(4), requester: ALICE, how: { kind: 'asked' } },
      },
    ])
    expect(newDeployments.map(({ id }) => id)).toEqual(isNew ? [order.id] : [])
    expect(reports.map(({ to }) => to)).toEqual(hasRelease ? ['queued'] : [])
  })

  test.each<[string, DeploymentRequest, readonly number[]]>([
    ['a rollback goes first', anOrder(9, { kind: 'rollback', hotfix: true }), [9, 1, 2]],
    ['a hotfix goes behind hotfixes', anOrder(9, { hotfix: true }), [1, 9, 2]],
    ['a push is no hotfix', push(9, { hotfix: true }), [1, 2, 9]],
    ['others go last', anOrder(9), [1, 2, 9]],
  ])('%s', (_, order, wanted) => {
    const state = queued(aLane(), anOrder(1, { hotfix: true }), anOrder(2))
    expect(line(enqueue(state, order).state)).toEqual(ids(...wanted))
  })

  test('by a push that failed before is refused, and not recorded', () => {
    const failed = { ...aLane(), failedPushes: [commitOf(4)] }
    const { state, events, moves } = enqueue(failed, push(4, { requestedBy: SLIPWAY }))
    expect([line(state), moves, events.map(({ kind }) => kind)]).toEqual([[], [], ['push.not_redeployed']])
  })

  const full = queued(locked(), ...Array.from({ length: 20 }, (_, index) => anOrder(index + 10)))
  const waits = (closure: Closure | null, place = 1) => ['deployment.waits', { closure, place }]
  const held = (behind: object) => ['push.waits', { behind }]
  const acceptance = { kind: 'acceptance', name: '2026.11.1-rc.1' }
  test.each<[string, EnvironmentState, DeploymentRequest, LaneNow | null, readonly unknown[]]>([
    ['nothing where it may start', aLane(), anOrder(4), now(4), []],
    ['what closes the environment', locked(), anOrder(4), now(4), [waits(byLock)]],
    ['its place', queued(aLane(), anOrder(3)), anOrder(4), now(4), [waits(null, 2)]],
    ['of a window', aLane(), anOrder(4), now(4, window), [waits(byWindow)]],
    ['nothing to one of which nobody says what time it is', locked(), anOrder(4), null, []],
    ['what stops a push', locked(), push(4), now(4), [held(byLock)]],
    ['what stops a push, also without the time', locked(), push(4), null, [held(byLock)]],
    ['behind what a push waits', awaiting, push(4), null, [held(acceptance)]],
    ['nothing of what a push waited for, by its own time', awaiting, push(241), null, []],
    ['nothing to a push that may start', aLane(), push(4), now(4), []],
    ['nothing to a push for which there is no room', full, push(4), now(4), []],
  ])('says why it waits: %s', (_, ...[state, order, at, said]) => {
    const about = enqueue(state, order, at).events.slice(1)
    const told = about.filter(({ kind }) => kind !== 'deployment.aborted')
    expect(told.map(({ kind, facts }) => [kind, facts])).toMatchObject(said)
    expect(told.map(({ at: when }) => when)).toEqual(said.map(() => (at ?? now(4)).at))
  })
})

describe('what waits', () => {
  const acceptance = { kind: 'acceptance', name: '2026.11.1-rc.1' } as const
  test.each<[string, EnvironmentState, DeploymentRequest, LaneNow, unknown]>([
    ['by nothing', aLane(), anOrder(4), now(4), null],
    ['by a lock', locked(), anOrder(4), now(4), byLock],
    ['by the first of what closes it', { ...locked(), freeze }, anOrder(4), now(4), byLock],
    ['by a window', aLane(), anOrder(4), now(4, window), byWindow],
    ['by no lock of its own', locked(), anOrder(4, { requestedBy: BOB }), now(4), null],
    ['by a decision, as a push', awaiting, push(4), now(240), acceptance],
    ['by no decision any more', awaiting, push(4), now(241), null],
    ['by no decision, as a promotion', awaiting, anOrder(4), now(4), null],
    ['by no decision, with an override', awaiting, push(4, { override }), now(4), null],
    ['by a lock before a decision', locked(awaiting), push(4), now(4), byLock],
  ])('is stopped %s', (_, ...[state, order, at, because]) => {
    expect(blockedBy(state, order, at)).toEqual(because)
  })

  test('a decision that is awaited closes nothing', () => {
    expect([null, acceptance, byLock].map(closureIn)).toEqual([null, null, byLock])
  })

  const two = queued(locked(), anOrder(1), anOrder(2, { requestedBy: BOB }))
  test.each<[string, EnvironmentState, number | null]>([
    ['nothing, where nothing waits', aLane(), null],
    ['the first', queued(aLane(), anOrder(1), anOrder(2)), 1],
    ['the first that is not stopped', two, 2],
    ['nothing while one runs', deploying(two, anOrder(3)), null],
    ['nothing where all are stopped', queued(locked(), anOrder(1)), null],
  ])('starts: %s', (_, state, number) => {
    expect(nextEntry(state, now(4))).toEqual(
      number === null ? null : state.queue.find(({ order }) => order.id === deploymentId(number)),
    )
  })

  const waiting = queued(aLane(), push(4))
  const until = (count: number) => ({ until: minute(count), reason: 'weekend' })
  const ending = { ...aLane(), lock: { ...lock, until: minute(30) } }
  test.each<[string, EnvironmentState, LaneNow, number | null]>([
    ['never, where nothing is to come', waiting, now(10), null],
    ['never, for nobody who waits', aLane(), now(10, until(20)), null],
    ['when the window opens', waiting, now(10, until(20)), 20],
    ['not at the opening that is now', waiting, now(20, until(20)), null],
    ['never, behind a window without an end', waiting, now(10, { until: null, reason: '' }), null],
    ['when a decision is no longer awaited', { ...awaiting, queue: waiting.queue }, now(10), 241],
    ['at the earliest of both', { ...awaiting, queue: waiting.queue }, now(10, until(20)), 20],
    ['when a lock ends', ending, now(10), 30],
    ['when a lock has ended that is still there', ending, now(40), 30],
    ['when a freeze ends', { ...aLane(), freeze }, now(10), 60],
    ['at the first end', { ...ending, freeze }, now(10), 30],
    ['never, under a lock without an end', locked(), now(10), null],
    ['when the window opens under it', { ...locked(), queue: waiting.queue }, now(10, until(20)), 20],
    ['at the end of a freeze before the window opens', { ...waiting, freeze }, now(10, until(70)), 60],
  ])('is looked at again %s', (_, ...[state, at, count]) => {
    expect(nextWake(state, at)).toBe(count === null ? null : minute(count))
  })
})

describe('a start', () => {
  const starts = (state: EnvironmentState, order: DeploymentRequest, at = now(9)) =>
    start({ ...state, queue: [entryOf(order), entryOf(anOrder(7))] }, entryOf(order), at)

  test('takes the lane, and leaves the others in line', () => {
    const { state, reports, events, moves } = starts(aLane(), anOrder(4))
    expect(state).toMatchObject({
      ...{ running: { entry: entryOf(anOrder(4)), aborting: null, since: minute(9) } },
      queue: [entryOf(anOrder(7))],
    })
    expect(state.fence).toBeGreaterThan(aLane().fence)
    expect(reports).toMatchObject([
      {
        ...{ deploymentId: deploymentId(4), to: 'running', at: minute(9), by: ALICE, note: null },
        ...{ touched: false, replaced: false, rolledBack: false },
      },
    ])
    expect([events, moves]).toEqual([[], []])
  })

  const name = '2026.11.4-rc.1'
  const overridden = (closure: Closure) => ({
    ...{ kind: 'gate.overridden', actor: ALICE, at: minute(9), deploymentId: deploymentId(4) },
    facts: { name, rule: { kind: 'closed', environment: 'production', closure }, reason: 'outage' },
  })
  const passed = {
    ...{ kind: 'freeze.passed', actor: ALICE, at: minute(9), deploymentId: deploymentId(4) },
    facts: { name, commit: commitOf(4), requester: ALICE, freeze: byFreeze },
  }
  test.each<[string, EnvironmentState, Partial<DeploymentRequest>, readonly object[]]>([
    ['an override says what it passed, and why', locked(), { override }, [overridden(byLock)]],
    ['an override of nothing says nothing', aLane(), { override }, []],
    ['what passes a freeze says so', { ...aLane(), freeze }, { passesFreeze: true }, [passed]],
    ['what passes freezes says nothing without one', aLane(), { passesFreeze: true }, []],
    ['what passes freezes passes no lock', locked(), { requestedBy: BOB, passesFreeze: true }, []],
    [
      'an override of what passes the freeze says what else it passed',
      { ...locked(), freeze },
      { override, passesFreeze: true },
      [overridden(byLock)],
    ],
    ['a rollback says nothing', { ...locked(), freeze }, { kind: 'rollback' }, []],
  ])('%s', (_, state, change, said) => {
    expect(starts(state, anOrder(4, change)).events).toEqual(said.map((one) => expect.objectContaining(one)))
  })

  const first = anOrder(1)
  const again = (change: Partial<DeploymentRequest>) =>
    anOrder(4, { kind: 'rebuild', commit: commitOf(1), artifactDigest: digestOf(1), ...change })
  const failed = failing(aLane(), first)
  const gaveUp = failing(aLane(), first, { why: { kind: 'aborted' } })
  test.each<[string, EnvironmentState, DeploymentRequest, boolean]>([
    ['replaces what awaits a decision', awaiting, anOrder(4), true],
    ['does not replace itself', awaiting, first, false],
    ['does not replace the same bytes put there once more', awaiting, again({}), false],
    ['replaces another commit by a rebuild', awaiting, again({ commit: commitOf(4) }), true],
    ['replaces another build by a rebuild', awaiting, again({ artifactDigest: digestOf(4) }), true],
    ['replaces the same bytes by a promotion', awaiting, again({ kind: 'promote' }), true],
    ['does not replace what was accepted', running(aLane(), first), anOrder(4), false],
    ['replaces what failed there', failed, anOrder(4), true],
    ['does not replace what is tried again', failed, first, false],
    ['does not replace what somebody gave up', gaveUp, anOrder(4), false],
  ])('%s', (_, state, order, replaces) => {
    const { state: next, moves, events, reports } = starts(state, order)
    const isFailure = state.failed !== null
    expect(next.failed).toBeNull()
    expect(next.current?.acceptance).toBe(replaces && !isFailure ? 'superseded' : state.current?.acceptance)
    const by = order.candidate?.name ?? null
    expect(moves.map(({ id, to, note }) => [id, to, note])).toEqual(
      replaces ? [[first.id, 'superseded', { kind: 'superseded', by }]] : [],
    )
    expect(events.map(({ facts }) => facts)).toMatchObject(replaces ? [{ why: 'replaced', by }] : [])
    expect(reports.filter(({ to }) => to !== 'running').map(({ replaced }) => replaced)).toEqual(
      replaces ? [true] : [],
    )
  })
})
