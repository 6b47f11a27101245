import { describe, expect, test } from 'vitest'
import type { EnvironmentLifecycle, Wanted } from '../../../domain/environment/lifecycle.js'
import {
  announceReady,
  buildFailed,
  cannotCreate,
  created,
  createPreview,
  placed,
  previewDefinition,
  pushed,
} from '../../../domain/environment/preview.js'
import { closeBranch } from '../../../domain/environment/preview-closing.js'
import { type EnvironmentState, step, withLifecycle } from '../../../domain/environment/state.js'
import { type EnvironmentName, SLIPWAY } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aLane, BOB, commitOf, deploymentId, minute, sure } from '../../support/lane.js'
import {
  aLivingPreview,
  answered,
  aPreview,
  deploying,
  exit,
  noPreview,
  orderFor,
  previewApp,
  queued,
  running,
  setUp,
} from '../../support/lifecycle.js'

const NAME = 'pr-9' as EnvironmentName
const failed: Partial<EnvironmentLifecycle> = {
  teardown: { phase: 'failed', by: BOB, cause: { kind: 'asked' }, at: minute(5), failure: null },
}
const wanted: Wanted = {
  ...{
    deploymentId: deploymentId(7),
    kind: 'push' as const,
    commit: commitOf(7),
    branch: 'feature',
    by: ALICE,
  },
  at: minute(4),
}
const place = { granted: true, ahead: 0, living: 1, most: 2 }

describe('what a preview is', () => {
  test('the environment it is like, without gates and with an end', () => {
    const app = anApp({
      environments: `
      - { name: integration, mode: continuous, variables: { LEVEL: info }, patch: { run: p } }
      - { name: staging, accept: { from: [qa] }, approve: { from: [managers], count: 2 }, soak: 1h, windows: [{ kind: deny, cron: "0 16 * * 5", duration: 64h, timezone: UTC, reason: weekend }], patch: { run: p } }`,
      more: `    previews: { like: staging, expires: 1h, notice: [10m], extensions: 2, maxAge: 4h, most: 2, variables: { SCHEMA: "s_{name}_{name}" } }`,
    })
    expect(previewDefinition(app, NAME, 'feature')).toMatchObject({
      ...{
        name: NAME,
        mode: 'continuous',
        level: 0,
        branch: 'feature',
        approve: [],
        accept: null,
        windows: [],
      },
      ...{ soakMs: 0, expiresMs: 3_600_000, noticesMs: [600_000], extensions: 2, maxAgeMs: 14_400_000 },
      variables: { SCHEMA: 's_pr-9_pr-9' },
    })
  })

  test('nothing where none are configured', () => {
    expect(previewDefinition(anApp(), NAME, null)).toBeNull()
  })
})

describe('the first thing that runs in a preview', () => {
  const empty = aLivingPreview()
  const there = running(empty)
  const told = (before: EnvironmentState, after: EnvironmentState) => {
    const { state, events } = announceReady(before, step(after), minute(9))
    return {
      notices: state.lifecycle.notices.map(({ kind }) => kind),
      events: events.map(({ kind }) => kind),
    }
  }
  const nothing = { notices: [], events: [] }

  test('is told once, with its end', () => {
    expect(told(empty, there)).toEqual({ notices: ['ready'], events: ['environment.ready'] })
    expect(announceReady(empty, step(there), minute(9)).state.lifecycle.notices).toMatchObject([
      { until: there.lifecycle.expiry?.at, at: minute(9) },
    ])
    expect(told(there, there)).toEqual(nothing)
  })

  test('is not told where nothing runs, nor of what is no preview', () => {
    expect(told(empty, empty)).toEqual(nothing)
    expect(told(aLane('integration', previewApp), running(aLane('integration', previewApp)))).toEqual(nothing)
  })
})

describe('a new preview', () => {
  test.each<[string, EnvironmentState, object | null]>([
    ['may be made where there is none', noPreview(), null],
    [
      'may be made where one was',
      aPreview({ preview: { ...sure(aPreview().lifecycle.preview), place: null } }),
      null,
    ],
    ['not where one waits for a place', aPreview(), { code: 'already-there' }],
    [
      'not where one runs',
      running(aPreview({ preview: { ...sure(aPreview().lifecycle.preview), place: null } })),
      { code: 'already-there' },
    ],
    [
      'not where one could not be torn down',
      aPreview({ preview: { ...sure(aPreview().lifecycle.preview), place: null }, ...failed }),
      { code: 'already-there' },
    ],
    [
      'not while one goes',
      aPreview({ teardown: { ...sure(failed.teardown), phase: 'waiting' } }),
      { code: 'tearing-down' },
    ],
    ['not by the name of an environment', aLane('integration', previewApp), { code: 'invalid-name' }],
  ])('%s', (_, state, refusal) => {
    const outcome = cannotCreate(state, previewApp)
    expect({ refusal: outcome && answered(outcome) }).toMatchObject({ refusal })
  })

  test('not where none are configured', () => {
    expect(answered(sure(cannotCreate(noPreview(), anApp())))).toEqual({ code: 'no-previews' })
  })

  test('asks for a place and a build, and says who made it', () => {
    const origin = { commit: commitOf(1), branch: 'feature', pull: 9 }
    const order = { deploymentId: deploymentId(1), by: ALICE, at: minute(0), ref: '#9' }
    const { state, events } = createPreview(noPreview(), previewApp, { ...order, origin })

    expect(state.lifecycle).toMatchObject({
      preview: {
        ...{
          owner: ALICE,
          branch: 'feature',
          commit: commitOf(1),
          createdAt: minute(0),
          pull: 9,
          closedPull: null,
        },
        place: { granted: false, ahead: 0, living: 0, most: 2 },
      },
      wanted: {
        deploymentId: deploymentId(1),
        kind: 'rebuild',
        commit: commitOf(1),
        branch: 'feature',
        by: ALICE,
      },
      expiry: null,
    })
    const source = { branch: 'feature', commit: commitOf(1), pull: 9 }
    expect(events).toMatchObject([{ kind: 'environment.created', actor: ALICE, facts: { source } }])
    expect(answered(created(state, origin))).toMatchObject({ task: { kind: 'preview', source } })
  })

  test('lives from the moment it has a place', () => {
    const waiting = placed(aPreview(), { ...place, granted: false, ahead: 3 }, minute(2)).state.lifecycle
    const living = placed(aPreview(), place, minute(5)).state.lifecycle

    expect([waiting.expiry, waiting.preview?.place?.ahead]).toEqual([null, 3])
    expect([living.expiry?.at, living.preview?.place]).toEqual([minute(65), place])
    const gone = withLifecycle(aPreview(), {
      preview: { ...sure(aPreview().lifecycle.preview), place: null },
    })
    expect(placed(gone, place, minute(5))).toEqual(step(gone))
    expect(placed(aLane(), place, minute(5))).toEqual(step(aLane()))
  })
})

describe('a push to its branch', () => {
  const push = { commit: commitOf(7), at: minute(9), deploymentId: deploymentId(8) }
  const of = (number: number) => ({ ...orderFor(aPreview(), number), commit: commitOf(number) })
  const closing = { cause: { kind: 'branch-gone', branch: 'feature' }, until: minute(40) } as const

  test.each<[string, EnvironmentState, boolean]>([
    ['is wanted', aLivingPreview(), true],
    ['is wanted after another', running(aLivingPreview(), of(6)), true],
    ['is not built twice', aLivingPreview({ wanted }), false],
    ['is not built again while it is built', aLivingPreview({ building: wanted }), false],
    ['is not deployed again while it is deployed', deploying(aLivingPreview(), of(7)), false],
    ['is not deployed again where it runs', running(aLivingPreview(), of(7)), false],
    ['is not deployed again where it waits', queued(running(aLivingPreview(), of(6)), of(7)), false],
    ['is wanted again where something newer waits', queued(running(aLivingPreview(), of(7)), of(6)), true],
    [
      'is wanted again where something newer is built',
      running(aLivingPreview({ building: { ...wanted, commit: commitOf(6) } }), of(7)),
      true,
    ],
    ['ends a grace, also with what runs', running(aLivingPreview({ closing }), of(7)), true],
    [
      'is not wanted while it goes',
      aLivingPreview({ teardown: { ...sure(failed.teardown), phase: 'running' } }),
      false,
    ],
    ['is not wanted where half went', aLivingPreview(failed), false],
    ['is nothing to another environment', aLane(), false],
  ])('%s', (_, state, isWanted) => {
    const { state: next, events } = pushed(state, push)

    const { commit, at, deploymentId: id } = push
    const newest: Wanted = { deploymentId: id, kind: 'push', commit, branch: 'feature', by: SLIPWAY, at }
    expect(next).toEqual(isWanted ? withLifecycle(state, { closing: null, wanted: newest }) : state)
    expect(events.map(({ kind, facts }) => [kind, facts])).toEqual(
      isWanted ? [['environment.pushed', { commit, branch: 'feature' }]] : [],
    )
  })
})

describe('a build that failed', () => {
  test('is told, and nothing is built any more', () => {
    const { state, events } = buildFailed(aLivingPreview({ building: wanted }), exit, minute(9))
    const facts = { commit: commitOf(7), failure: exit }

    expect(state.lifecycle).toMatchObject({ building: null, notices: [{ kind: 'build-failed', ...facts }] })
    expect(events).toMatchObject([{ kind: 'environment.build_failed', facts }])
  })

  test('is nothing where none was made', () => {
    expect(buildFailed(aLivingPreview(), exit, minute(9))).toEqual(step(aLivingPreview()))
  })
})

describe('the end of its branch', () => {
  const end = { branch: 'feature', at: minute(20) }
  const pull = { number: 9, merged: true, closedAt: minute(20) }
  const from = (number: number | null, change: Partial<EnvironmentLifecycle> = {}) =>
    running(aLivingPreview({ preview: { ...sure(aPreview().lifecycle.preview), pull: number }, ...change }))
  const told = sure(closeBranch(from(9), { ...end, pull }).state.lifecycle.preview)

  test.each<[string, EnvironmentState, object, 'grace' | 'teardown' | 'nothing']>([
    ['gives a grace', from(null), end, 'grace'],
    ['by a pull request gives a grace', from(9), { ...end, pull }, 'grace'],
    ['gives a grace where only a setup is', setUp(aLivingPreview()), end, 'grace'],
    ['gives a grace while it is built', aLivingPreview({ building: wanted }), end, 'grace'],
    ['ends at once what has nothing yet', aLivingPreview(), end, 'teardown'],
    ['by another pull request is nothing', from(8), { ...end, pull }, 'nothing'],
    ['by any pull request counts where none made it', from(null), { ...end, pull }, 'grace'],
    ['without its pull request counts for it', from(8), end, 'grace'],
    ['is told once', from(9, { preview: told }), { ...end, pull }, 'nothing'],
    [
      'by the same pull request closed again is told again',
      from(9, { preview: told }),
      { ...end, pull: { ...pull, closedAt: minute(30) } },
      'grace',
    ],
    ['is nothing while it goes', from(null, failed), end, 'nothing'],
    ['is nothing to another environment', aLane(), end, 'nothing'],
  ])('%s', (_, state, what, wants) => {
    const { state: next, events } = closeBranch(state, what as typeof end)

    expect(events.map(({ kind }) => kind)).toEqual(
      { grace: ['environment.closing'], teardown: ['environment.teardown_ordered'], nothing: [] }[wants],
    )
    expect(next.lifecycle.closing?.until ?? null).toBe(wants === 'grace' ? minute(30) : null)
    expect(next.lifecycle.teardown?.phase).toBe(
      wants === 'teardown' ? 'waiting' : state.lifecycle.teardown?.phase,
    )
  })

  test('within a grace changes nothing, but is remembered', () => {
    const once = closeBranch(from(9, { wanted }), end).state
    const twice = closeBranch(once, { ...end, at: minute(25), pull })

    expect(once.lifecycle.wanted).toBeNull()
    expect(once.lifecycle.notices).toMatchObject([
      { kind: 'closing', until: minute(30), cause: { kind: 'branch-gone', branch: 'feature' } },
    ])
    expect(twice.events).toEqual([])
    expect(twice.state.lifecycle).toMatchObject({
      closing: { until: minute(30) },
      preview: { closedPull: `9/${minute(20)}` },
    })
  })

  test('says by which pull request', () => {
    expect(closeBranch(from(9), { ...end, pull }).state.lifecycle.closing?.cause).toEqual({
      kind: 'pull-request',
      number: 9,
      merged: true,
    })
  })
})
