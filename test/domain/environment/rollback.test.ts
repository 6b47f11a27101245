/** What a rollback does: where it goes when a person names it, what it puts in line, and what it leaves held. */
import { describe, expect, test } from 'vitest'
import { environmentDetail } from '../../../domain/environment/details-shown.js'
import {
  bringBack,
  isSameBuild,
  type RollbackOrder,
  rollBack,
  rollbackTarget,
  rollbackTargets,
} from '../../../domain/environment/rollback.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  withLifecycle,
} from '../../../domain/environment/state.js'
import { ALICE, aLane, anOrder, BOB, commitOf, deploymentId, digestOf, minute } from '../../support/lane.js'
import { deploying, exit, failing, queued, setUp } from '../../support/lifecycle.js'

const build = (number: number, bytes: number, change: Partial<DeploymentRequest> = {}) =>
  anOrder(number, { commit: commitOf(bytes), artifactDigest: digestOf(bytes), ...change })
const ran = (...orders: readonly DeploymentRequest[]): EnvironmentState => {
  const order = orders.at(-1)
  const current = order ? ({ order, acceptance: 'accepted', since: minute(1) } as const) : null
  return { ...aLane(), accepted: orders, current }
}
const two = ran(build(1, 1), build(2, 2))
const tornDown = (state: EnvironmentState): EnvironmentState => ({
  ...withLifecycle(state, {
    tornDown: { at: minute(5), by: BOB, cause: { kind: 'asked' }, ran: deploymentId(2), name: null },
  }),
  current: null,
})
const order: RollbackOrder = {
  ...{ deploymentId: deploymentId(50), to: null, reason: 'broken', failure: null, by: ALICE, at: minute(9) },
}
const back = (number: number, bytes: number) => build(number, bytes, { kind: 'rollback' })
const rebuilt = (number: number) => build(number, 1, { artifactDigest: digestOf(9) })
const named = (to: number): RollbackOrder => ({ ...order, to: deploymentId(to) })

describe('where a rollback goes', () => {
  test.each<[string, EnvironmentState, number | null]>([
    ['nowhere, when nothing ever ran', ran(), null],
    ['nowhere, when only this ran', ran(build(1, 1)), null],
    ['to what was accepted before', ran(build(1, 1), build(2, 2)), 1],
    ['past the same bytes put there again', ran(build(1, 1), build(2, 2), build(3, 2)), 1],
    ['to another build of the same commit', ran(build(1, 1), rebuilt(2)), 1],
    ['further back, after a rollback', ran(build(1, 1), build(2, 2), build(3, 3), back(4, 2)), 1],
    ['nowhere, when rolled back to the first', ran(build(1, 1), build(2, 2), back(3, 1)), null],
    ['to what runs, after a failure', failing(ran(build(1, 1), build(2, 2)), build(3, 3)), 2],
    ['to the same build, when its redeployment failed', failing(ran(build(1, 1)), build(2, 1)), 1],
  ])('%s', (_, state, number) => {
    const wanted = number === null ? null : deploymentId(number)
    expect(environmentDetail(state).rollbackTo).toBe(wanted)
    const { outcome, step } = rollBack(state, order)
    expect(outcome.kind).toBe(wanted === null ? 'refused' : 'done')
    const target = state.accepted.find(({ id }) => id === wanted)
    expect(step.state.queue[0]?.order.artifactDigest).toEqual(target?.artifactDigest)
  })
})

test('what was rolled back from is no target any more, another build of its commit is', () => {
  const targets = rollbackTargets(ran(rebuilt(1), build(2, 1), build(3, 3), back(4, 1)))
  expect(targets.map(({ id }) => id)).toEqual([deploymentId(1), deploymentId(4)])
})

test.each([
  ['the same commit and artifact', build(2, 1), true],
  ['another build of the commit', build(2, 1, { artifactDigest: digestOf(9) }), false],
  ['another commit with the same artifact', build(2, 1, { commit: commitOf(9) }), false],
])('is %s the same build: %s', (...[, other, is]) => {
  expect(isSameBuild(build(1, 1), other)).toBe(is)
})

test('only a rollback takes what was since away; the same bytes promoted again do not', () => {
  const targets = rollbackTargets(ran(build(1, 1), build(2, 2), build(3, 1)))
  expect(targets.map(({ id }) => id)).toEqual([1, 2, 3].map(deploymentId))
})

describe('an automatic rollback goes', () => {
  const same = failing(ran(build(1, 1)), build(1, 1))
  test.each<[string, EnvironmentState, number | null]>([
    ['behind what runs now, to what it would replace', deploying(two, build(3, 3)), 2],
    ['past what runs there once more', deploying(two, build(3, 2)), 1],
    [
      'nowhere else, when the same build is only deployed again',
      deploying(ran(build(1, 1)), build(2, 1)),
      null,
    ],
    ['back to the same build, when its repetition failed', failing(ran(build(1, 1)), build(2, 1)), 1],
    ['nowhere, when what failed is itself what was accepted', same, null],
    [
      'nowhere, when something else failed than what runs now',
      deploying(failing(ran(build(1, 1)), build(3, 3)), build(2, 1)),
      null,
    ],
    ['to what ran there last, after a teardown', tornDown(two), 2],
    ['nowhere, where nothing is and nothing was torn down', { ...two, current: null }, null],
    ['nowhere, after the teardown of what nobody accepted', tornDown(ran()), null],
  ])('%s', (_, state, number) => {
    expect(rollbackTarget(state)?.id ?? null).toBe(number === null ? null : deploymentId(number))
  })
})

describe('a person names where it goes', () => {
  const wentBack = ran(build(1, 1), build(2, 2), build(3, 3), back(4, 2))
  test.each<[string, EnvironmentState, number, number | null]>([
    ['what was accepted there', two, 1, 1],
    ['what runs there', two, 2, 2],
    ['what was rolled back to, as that later deployment', wentBack, 2, 4],
    ['not what was rolled back from', wentBack, 3, null],
    ['not what nobody knows', two, 9, null],
    ['each of two with the same bytes', ran(build(1, 1), build(2, 2), build(3, 1)), 1, 1],
  ])('%s', (_, ...[state, to, number]) => {
    const { step, outcome } = rollBack(state, named(to))
    const target = state.accepted.find(({ id }) => number !== null && id === deploymentId(number))
    expect(step.state.queue[0]?.order.candidate).toEqual(target?.candidate)
    expect(outcome).toMatchObject(
      number === null
        ? {
            refusal: {
              code: 'not-an-accepted-deployment',
              environment: 'production',
              text: deploymentId(to),
            },
          }
        : { done: { code: 'rolling-back', environment: 'production', to: `2026.11.${number}-rc.1` } },
    )
  })
})

describe('what it does', () => {
  test('puts the same bytes first in line under its own id, and says so', () => {
    const passing = build(1, 1, {
      override: { reason: 'x', at: minute(0) },
      passesFreeze: true,
      hotfix: true,
    })
    const state = setUp(queued(ran(passing, build(2, 2)), anOrder(7)))
    const failure = { ...exit, stage: 'check' as const }
    const { step } = rollBack(state, { ...order, failure })
    const rollback = { to: '2026.11.1-rc.1', failure }
    const { definition, configHash } = state
    const entry = {
      ...passing,
      ...{ id: deploymentId(50), kind: 'rollback', requestedBy: ALICE, requestedAt: minute(9) },
      ...{ override: null, passesFreeze: false, acceptance: 'by-check', configHash },
      rollbackOnFailedCheck: definition.rollbackOnFailedCheck,
    }
    expect(step.state.queue.map((one) => one.order)).toEqual([entry, anOrder(7)])
    expect(step.state.queue[0]?.attempt).toMatchObject({ number: 1, from: null })
    expect(step.state.known).toContain(deploymentId(50))
    expect(step.state.hold).toEqual({ by: ALICE, reason: 'broken', since: minute(9), rollback })
    expect(step.newDeployments).toMatchObject([
      { id: deploymentId(50), kind: 'rollback', commit: commitOf(1) },
    ])
    expect(step.moves).toMatchObject([{ id: deploymentId(50), to: 'queued', at: minute(9), by: ALICE }])
    expect(step.reports).toMatchObject([{ deploymentId: deploymentId(50), to: 'queued' }])
    expect(step.events).toMatchObject([
      {
        ...{ kind: 'environment.rollback', actor: ALICE, at: minute(9), environment: 'production' },
        facts: { ...rollback, commit: commitOf(1), reason: 'broken' },
      },
    ])
  })

  test.each<[string, EnvironmentState, boolean]>([
    ['where nothing was ever set up', two, true],
    ['not where something is', setUp(two), false],
  ])('runs setup first %s', (_, state, setsUp) => {
    expect(rollBack(state, order).step.state.queue[0]?.order.setUp).toBe(setsUp ? true : undefined)
  })

  const paused = { by: BOB, reason: 'audit', since: minute(3), rollback: null }
  const before = { ...paused, rollback: { to: 'x', failure: null } }
  const own = {
    by: ALICE,
    reason: 'broken',
    since: minute(9),
    rollback: { to: '2026.11.1-rc.1', failure: null },
  }
  const over = tornDown(two)
  const broken = { ...over, current: two.current }
  test.each<[string, EnvironmentState, unknown]>([
    ['its own', two, own],
    ['what a person paused', { ...two, hold: paused }, paused],
    ['its own, instead of that of a rollback before', { ...two, hold: before }, own],
    ['none where nothing is in place', over, null],
    ['that of a rollback before, where nothing is in place', { ...over, hold: before }, before],
    ['its own where something runs again', broken, own],
    ['its own where nothing runs, but nothing was torn down', failing(ran(build(1, 1)), build(2, 2)), own],
    [
      'its own where what nobody accepted failed',
      { ...failing(two, build(3, 3)), current: null },
      { ...own, rollback: { to: '2026.11.2-rc.1', failure: null } },
    ],
  ])('leaves a hold: %s', (_, state, hold) => {
    expect(rollBack(state, order).step.state.hold).toEqual(hold)
  })

  const rollbacks = (count: number) =>
    queued(
      two,
      anOrder(7),
      ...Array.from({ length: count }, (_, index) => build(20 + index, 1, { kind: 'rollback' })),
    )
  test.each([
    [2, true],
    [3, false],
  ])('where %d wait already it is taken: %s', (count, taken) => {
    const state = rollbacks(count)
    const { step, outcome } = rollBack(state, order)
    expect(step.state.queue.length).toBe(state.queue.length + (taken ? 1 : 0))
    expect(outcome).toMatchObject(
      taken ? { kind: 'done' } : { refusal: { code: 'line-full', environment: 'production', waiting: 4 } },
    )
  })

  test('is refused where there is nothing to go back to', () => {
    const { step, outcome } = rollBack(ran(build(1, 1)), order)
    expect(step.state).toEqual(ran(build(1, 1)))
    expect(outcome).toEqual({
      kind: 'refused',
      refusal: { code: 'nothing-to-roll-back-to', environment: 'production' },
    })
  })
})

describe('what was torn down is brought back', () => {
  const by = { deploymentId: deploymentId(50), by: BOB, at: minute(9) }
  test('as it ran there last, without a reason', () => {
    const step = bringBack(tornDown(two), by)
    expect(step?.state.queue.map(({ order: one }) => [one.id, one.kind, one.commit])).toEqual([
      [deploymentId(50), 'rollback', commitOf(2)],
    ])
    expect(step?.events).toMatchObject([
      { kind: 'environment.rollback', actor: BOB, facts: { reason: '', failure: null } },
    ])
  })

  test.each<[string, EnvironmentState]>([
    ['nothing was torn down', two],
    ['nothing was good before', tornDown(ran())],
  ])('but not where %s', (_, state) => {
    expect(bringBack(state, by)).toBeNull()
  })
})
