import { describe, expect, test } from 'vitest'
import { awaitTeardown } from '../../../domain/environment/await-teardown.js'
import type { EnvironmentLifecycle, Teardown, Wanted } from '../../../domain/environment/lifecycle.js'
import { type DeploymentRequest, type EnvironmentState, step } from '../../../domain/environment/state.js'
import {
  admit,
  endTeardown,
  requestTeardown,
  startTeardown,
  type TeardownResult,
} from '../../../domain/environment/teardown.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { ALICE, BOB, commitOf, deploymentId, minute, releaseId } from '../../support/lane.js'
import {
  aLivingPreview,
  answered,
  deploying,
  failing,
  orderFor,
  queued,
  running,
  setUp,
} from '../../support/lifecycle.js'

const asked = { kind: 'asked' } as const
const wanted: Wanted = {
  ...{ deploymentId: deploymentId(7), kind: 'push' as const, commit: commitOf(7), branch: null, by: ALICE },
  at: minute(4),
}
const teardown = (
  phase: Teardown['phase'],
  change: Partial<Teardown> = {},
): Partial<EnvironmentLifecycle> => ({
  teardown: { phase, by: BOB, cause: { kind: 'expired' }, at: minute(5), failure: null, ...change },
})
const failure = { stage: 'teardown', failure: { kind: 'fault', message: 'no answer' } } as const
const empty = aLivingPreview()
const used = running(empty)
const order = { by: ALICE, at: minute(20), confirmed: false, seen: null, typed: null }

describe('a request to tear down', () => {
  const needs = { deploying: null, waiting: 0, awaiting: null, runs: null }
  const question = (what: Partial<typeof needs> | object) => ({
    code: 'teardown-needs-confirmation',
    needs: { ...needs, ...what },
  })
  const goes = { code: 'environment', task: { kind: 'torn-down' } }

  test.each<[string, EnvironmentState, Partial<typeof order> | object, object]>([
    ['of an empty one is done', empty, {}, goes],
    ['asks about what runs', used, {}, question({ runs: '2026.11.1-rc.1' })],
    [
      'asks about what awaits',
      running(empty, orderFor(empty), 'awaiting'),
      {},
      question({ awaiting: '2026.11.1-rc.1' }),
    ],
    ['asks about what is deployed', deploying(empty), {}, question({ deploying: '2026.11.1-rc.1' })],
    [
      'asks about what waits in line',
      queued(empty, orderFor(empty), orderFor(empty, 2)),
      {},
      question({ waiting: 2 }),
    ],
    ['is done once that is confirmed', used, { confirmed: true }, goes],
    ['is done once what was seen is confirmed', used, { confirmed: true, seen: deploymentId(1) }, goes],
    [
      'asks again when something else runs by then',
      used,
      { confirmed: true, seen: deploymentId(9) },
      question({ runs: '2026.11.1-rc.1' }),
    ],
    [
      'asks again when nothing runs any more, but something waits',
      queued(empty, orderFor(empty)),
      { confirmed: true, seen: deploymentId(9) },
      question({ waiting: 1 }),
    ],
    [
      'asks no more after one that failed',
      running(aLivingPreview(teardown('failed', { failure }))),
      {},
      goes,
    ],
    [
      'is refused while one waits',
      running(aLivingPreview(teardown('waiting'))),
      { confirmed: true },
      { code: 'tearing-down' },
    ],
    [
      'is refused while one runs',
      running(aLivingPreview(teardown('running'))),
      { confirmed: true },
      { code: 'tearing-down' },
    ],
  ])('%s', (_, state, change, answer) => {
    const { outcome, step: decided } = requestTeardown(state, { ...order, ...change })

    expect(answered(outcome)).toMatchObject({ ...answer, environment: 'pr-9' })
    const begun = awaitTeardown(state, {
      cause: state.lifecycle.teardown?.cause ?? asked,
      by: ALICE,
      at: minute(20),
    })
    expect(decided).toEqual(outcome.kind === 'refused' ? step(state) : begun)
  })

  test.each<[string, EnvironmentState, object]>([
    ['is by a person', empty, asked],
    [
      'keeps the reason of the one that failed',
      aLivingPreview(teardown('failed', { failure })),
      { kind: 'expired' },
    ],
  ])('%s', (_, state, cause) => {
    expect(requestTeardown(state, order).step.state.lifecycle.teardown?.cause).toEqual(cause)
  })
})

describe('when it begins', () => {
  test('what waited, failed or awaited a decision ends visibly, and no build is made any more', () => {
    const waiting = aLivingPreview({ ...teardown('waiting'), wanted, building: wanted })
    const full = failing(
      running(queued(waiting, orderFor(waiting, 3)), orderFor(waiting, 1), 'awaiting'),
      orderFor(waiting, 2),
    )
    const { state, moves, reports } = startTeardown(full, minute(9))

    expect(moves.map(({ id, to, note }) => [id, to, note])).toEqual([
      [deploymentId(3), 'aborted', { kind: 'aborted', cause: { kind: 'torn-down' } }],
      [deploymentId(2), 'aborted', { kind: 'aborted', cause: { kind: 'torn-down' } }],
      [deploymentId(1), 'superseded', { kind: 'superseded', by: null }],
    ])
    expect(reports.map(({ releaseId: release, replaced }) => [release, replaced])).toEqual([
      [releaseId(3), false],
      [releaseId(2), false],
      [releaseId(1), true],
    ])
    expect(state.queue).toEqual([])
    expect(state.current?.acceptance).toBe('rejected')
    expect(state.lifecycle).toMatchObject({
      wanted: null,
      building: null,
      teardown: { phase: 'running', by: BOB, at: minute(9) },
    })
  })

  test('nothing is said where nothing is', () => {
    const { state, moves, reports } = startTeardown(aLivingPreview(teardown('waiting')), minute(9))
    expect([moves, reports, state.current, state.lifecycle.teardown?.phase]).toEqual([
      [],
      [],
      null,
      'running',
    ])
  })

  test('what was accepted there is not judged again', () => {
    const state = running(aLivingPreview(teardown('waiting')))
    expect(startTeardown(state, minute(9))).toMatchObject({
      moves: [],
      state: { current: { acceptance: 'accepted' } },
    })
  })

  test('nothing happens that nobody ordered', () => {
    expect(startTeardown(used, minute(9))).toEqual(step(used))
  })
})

describe('an order that comes meanwhile', () => {
  const taken = (state: EnvironmentState, one: DeploymentRequest) => step(queued(state, one))

  test.each<[string, EnvironmentState, 'ends' | 'stays']>([
    ['ends while it is torn down', aLivingPreview(teardown('running')), 'ends'],
    ['waits while the teardown waits', aLivingPreview(teardown('waiting')), 'stays'],
    ['waits after one that failed', aLivingPreview(teardown('failed')), 'stays'],
    ['waits where nobody tears down', empty, 'stays'],
    [
      'that was known before is not ended twice',
      queued(aLivingPreview(teardown('running')), orderFor(empty)),
      'stays',
    ],
  ])('%s', (_, before, what) => {
    const { state, moves } = admit(taken(before, orderFor(empty)), before, orderFor(empty))

    expect(state.queue.length).toBe(what === 'ends' ? 0 : 1)
    expect(moves.map(({ id, to }) => [id, to])).toEqual(what === 'ends' ? [[deploymentId(1), 'aborted']] : [])
  })

  test('ends alone: what waited before goes with the teardown', () => {
    const before = queued(aLivingPreview(teardown('running')), orderFor(empty, 5))
    const both = queued(before, orderFor(empty, 5), orderFor(empty))
    const { state, moves } = admit(step(both), before, orderFor(empty))
    expect(state.queue).toEqual(before.queue)
    expect(moves.map(({ id }) => id)).toEqual([deploymentId(1)])
  })

  test('that was refused is not there to end', () => {
    const before = aLivingPreview(teardown('running'))
    expect(admit(step(before), before, orderFor(empty))).toEqual(step(before))
  })
})

describe('the end of a teardown', () => {
  const state = setUp(
    failing(
      running(aLivingPreview({ ...teardown('running'), drift: null, closing: null, runs: { teardown: 1 } })),
    ),
  )

  test('leaves nothing but the name, the next generation and where a preview came from', () => {
    const full = { ...state, template: { hash: 'h', version: 3, applied: 3, known: [] } }
    const {
      state: gone,
      events,
      reports,
    } = endTeardown(full, { kind: 'gone', runs: { teardown: 2 } }, minute(12))

    expect(gone).toMatchObject({
      current: null,
      failed: null,
      setup: null,
      template: { version: 3, applied: 0 },
    })
    expect(gone.variables.applied).toBe(0)
    expect(gone.lifecycle).toMatchObject({
      generation: 2,
      teardown: null,
      expiry: null,
      runs: {},
      preview: { owner: ALICE, branch: 'feature', place: null },
      notices: [{ kind: 'torn-down', cause: { kind: 'expired' }, at: minute(12) }],
    })
    expect(events).toMatchObject([
      {
        kind: 'environment.torn_down',
        actor: BOB,
        at: minute(12),
        releaseId: releaseId(1),
        facts: { cause: { kind: 'expired' }, by: BOB, ran: '2026.11.1-rc.1' },
      },
    ])
    expect(reports).toMatchObject([
      {
        deploymentId: deploymentId(1),
        to: null,
        by: SLIPWAY,
        touched: true,
        replaced: true,
        rolledBack: false,
        note: { kind: 'superseded', by: null },
      },
    ])
  })

  test('tells no release where nothing ran', () => {
    const { reports, events } = endTeardown(
      aLivingPreview(teardown('running')),
      { kind: 'gone', runs: {} },
      minute(12),
    )
    expect(reports).toEqual([])
    expect(events).toMatchObject([{ facts: { ran: null } }])
  })

  test.each<[string, TeardownResult, object]>([
    ['gone', { kind: 'gone', runs: {} }, { cause: asked, by: SLIPWAY, ran: null }],
    ['left over', { kind: 'failed', ...failure, runs: {} }, failure],
  ])('of which nobody knows who asked counts as asked for by Slipway: %s', (_, result, facts) => {
    const { state: after, events } = endTeardown(aLivingPreview(), result, minute(12))
    expect(events).toMatchObject([{ facts }])
    const { teardown: left } = after.lifecycle
    expect(left && [left.by, left.cause]).toEqual(result.kind === 'failed' ? [SLIPWAY, asked] : null)
  })

  test('what may still be there stays visible', () => {
    const { state: left, events } = endTeardown(
      { ...state },
      { kind: 'failed', ...failure, runs: { teardown: 2 } },
      minute(12),
    )

    expect(left).toMatchObject({ current: state.current, setup: state.setup })
    expect(left.lifecycle).toMatchObject({
      generation: 1,
      runs: { teardown: 2 },
      teardown: { phase: 'failed', by: BOB, cause: { kind: 'expired' }, at: minute(12), failure },
      notices: [{ kind: 'teardown-failed', ...failure }],
    })
    expect(events).toMatchObject([{ kind: 'environment.teardown_failed', actor: SLIPWAY, facts: failure }])
  })
})
