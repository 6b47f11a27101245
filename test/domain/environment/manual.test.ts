/** What a person may do with an environment at any time: set it up again, patch it again, go on after a lost host. */
import { describe, expect, test } from 'vitest'
import { retryOn, waitForHost } from '../../../domain/environment/lost-host.js'
import { patch, rebuild } from '../../../domain/environment/manual.js'
import { type EnvironmentState, step, withLifecycle } from '../../../domain/environment/state.js'
import { inspected, withInspected } from '../../../domain/environment/versions.js'
import { anApp } from '../../support/app-definition.js'
import { aLane, BOB, CAROL, commitOf, deploymentId, minute, sure } from '../../support/lane.js'
import {
  aLivingPreview,
  answered,
  aPreview,
  failing,
  orderFor,
  previewApp,
  running,
  setUp,
} from '../../support/lifecycle.js'

const order = { deploymentId: deploymentId(50), by: BOB, at: minute(10), confirmed: true }
const teardown = {
  phase: 'waiting',
  by: CAROL,
  cause: { kind: 'asked' },
  at: minute(5),
  failure: null,
} as const
const onBranch = aLane('integration', previewApp)
const people = aLane(
  'staging',
  anApp({
    environments: `
      - { name: staging, requireSetup: refuse, setup: { run: s }, patch: { run: p }, check: { run: c } }`,
  }),
)
const noSetup = aLane('production')
const fixed = aLivingPreview({ preview: { ...sure(aPreview().lifecycle.preview), branch: null } })

/** What an order did: the entry it put in line, or the build it asked for. */
const effect = (state: EnvironmentState) => ({
  next: state.queue[0] && {
    kind: state.queue[0].order.kind,
    commit: state.queue[0].order.commit,
    by: state.queue[0].order.requestedBy,
    from: state.queue[0].attempt.from,
    number: state.queue[0].attempt.number,
  },
  wanted: state.lifecycle.wanted && {
    kind: state.lifecycle.wanted.kind,
    branch: state.lifecycle.wanted.branch,
    commit: state.lifecycle.wanted.commit,
  },
})

describe('a rebuild', () => {
  test.each<[string, EnvironmentState, object]>([
    [
      'sets up what runs',
      running(onBranch),
      { next: { kind: 'rebuild', commit: commitOf(1), by: BOB, from: null, number: 1 } },
    ],
    [
      'sets up what failed, as its next attempt',
      failing(onBranch, orderFor(onBranch, 2)),
      { next: { kind: 'promote', commit: commitOf(2), from: 'setup', number: 2 } },
    ],
    [
      'builds the head of the branch where nothing runs',
      onBranch,
      { wanted: { kind: 'rebuild', branch: 'main', commit: null } },
    ],
    [
      "builds a preview's branch",
      aLivingPreview(),
      { wanted: { kind: 'rebuild', branch: 'feature', commit: null } },
    ],
    [
      'builds the commit of a preview without a branch',
      fixed,
      { wanted: { kind: 'rebuild', branch: null, commit: commitOf(1) } },
    ],
  ])('%s', (_, state, wanted) => {
    const { step: decided, outcome } = rebuild(state, order)
    expect(outcome.kind).toBe('done')
    expect(effect(decided.state)).toMatchObject(wanted)
  })

  test.each<[string, EnvironmentState, object]>([
    ['without a setup stage', running(noSetup), { code: 'no-setup-stage' }],
    ['where nothing ever ran and no branch is followed', people, { code: 'no-build' }],
    ['while it is torn down', withLifecycle(running(onBranch), { teardown }), { code: 'tearing-down' }],
  ])('is refused %s', (_, state, refusal) => {
    const { step: decided, outcome } = rebuild(state, order)
    expect(answered(outcome)).toMatchObject({ ...refusal, environment: state.name })
    expect(decided).toEqual(step(state))
  })

  test.each<[string, EnvironmentState]>([
    ['what runs', running(onBranch)],
    ['what failed half-way', failing(onBranch)],
  ])('of a permanent environment asks once, by %s', (_, state) => {
    const { step: decided, outcome } = rebuild(state, { ...order, confirmed: false })
    expect(answered(outcome)).toMatchObject({ code: 'rebuild-needs-confirmation', runs: '2026.11.1-rc.1' })
    expect(decided).toEqual(step(state))
  })

  test('of a preview asks nothing', () => {
    const { outcome } = rebuild(running(aLivingPreview()), { ...order, confirmed: false })
    expect(outcome.kind).toBe('done')
  })

  test('of what failed says so, and clears the failure', () => {
    const { step: decided, outcome } = rebuild(failing(onBranch), order)
    expect(decided.state.failed).toBeNull()
    expect(decided.moves).toMatchObject([{ id: deploymentId(1), to: 'queued', attempt: 2, by: BOB }])
    expect(answered(outcome)).toMatchObject({ task: { kind: 'set-up-again', name: '2026.11.1-rc.1' } })
    expect(decided.state.queue[0]?.attempt.runs).toEqual({ setup: 1 })
  })

  test('of what runs is accepted by its check', () => {
    const hot = running(onBranch, { ...orderFor(onBranch), acceptance: 'by-person', hotfix: true })
    expect(rebuild(hot, order).step.state.queue[0]?.order).toMatchObject({
      ...{ id: deploymentId(50), acceptance: 'by-check', hotfix: true, requestedAt: minute(10) },
    })
  })
})

describe('new variables (S2.24)', () => {
  const approving = aLane(
    'production',
    anApp({
      environments: `
      - { name: production, approve: { from: [managers], count: 1 }, setup: { run: s }, patch: { run: p } }`,
    }),
  )
  /** Set up with the first of them, and configured with the second. */
  const changed = (lane: EnvironmentState): EnvironmentState =>
    withInspected(setUp(running(lane), { templateHash: 't', variablesHash: 'v1' }), {
      templateHash: 't',
      variablesHash: 'v2',
    })

  test.each([['a patch', patch] as const, ['a rebuild', rebuild] as const])(
    'are a change that %s by hand does not bring where people approve',
    (_, byHand) => {
      const { step: decided, outcome } = byHand(changed(approving), order)
      expect(answered(outcome)).toMatchObject({
        code: 'setup-needs-approval',
        because: 'variables',
        promotion: { candidate: '2026.11.1-rc.1', number: 1 },
      })
      expect(decided.state.queue).toEqual([])
    },
  )

  test('of a failed deployment were approved with it', () => {
    const failed = { ...changed(approving), failed: failing(approving).failed }
    expect(rebuild(failed, order).step.state.queue).toHaveLength(1)
  })

  test('are named where nobody approves', () => {
    const free = aLane(
      'staging',
      anApp({
        environments: `
      - { name: staging, setup: { run: s }, patch: { run: p } }`,
      }),
    )
    expect(answered(patch(changed(free), order).outcome)).toMatchObject({
      task: { kind: 'set-up-first', because: 'variables' },
    })
  })

  test('are told once', () => {
    const told = inspected(
      setUp(running(approving), { templateHash: 't', variablesHash: 'v1' }),
      { templateHash: 't', variablesHash: 'v2' },
      minute(3),
    )
    expect(told.events).toMatchObject([
      { kind: 'environment.setup_required', facts: { because: 'variables', way: 'approval' } },
    ])
    expect(told.state.lifecycle.notices).toMatchObject([{ kind: 'setup-required' }])
    const again = inspected(told.state, { templateHash: 't', variablesHash: 'v2' }, minute(4))
    expect(again.events).toEqual([])
  })
})

describe('a patch', () => {
  test.each<[string, EnvironmentState, object]>([
    [
      'builds the head of the branch',
      running(onBranch),
      { wanted: { kind: 'push', branch: 'main', commit: null } },
    ],
    [
      "builds a preview's branch",
      aLivingPreview(),
      { wanted: { kind: 'push', branch: 'feature', commit: null } },
    ],
    [
      'builds what runs in a preview without a branch',
      running(fixed, orderFor(fixed, 3)),
      { wanted: { kind: 'push', branch: null, commit: commitOf(3) } },
    ],
    [
      'puts what runs there again where people deploy',
      running(setUp(people)),
      { next: { kind: 'redeploy', commit: commitOf(1), by: BOB } },
    ],
    ['needs no setup where there is none', running(noSetup), { next: { kind: 'redeploy' } }],
  ])('%s', (_, state, wanted) => {
    const { step: decided, outcome } = patch(state, order)
    expect(outcome.kind).toBe('done')
    expect(effect(decided.state)).toMatchObject(wanted)
  })

  test.each<[string, EnvironmentState, object]>([
    ['where nothing runs', noSetup, { code: 'no-build' }],
    ['before the first setup', running(people), { code: 'setup-required', because: 'never' }],
    [
      'with another template than was set up',
      running(setUp({ ...people, template: { ...people.template, version: 2 } })),
      { code: 'setup-required', because: 'content' },
    ],
    ['while it is torn down', withLifecycle(running(onBranch), { teardown }), { code: 'tearing-down' }],
  ])('is refused %s', (_, state, refusal) => {
    expect(answered(patch(state, order).outcome)).toMatchObject({ ...refusal, environment: state.name })
  })
})

describe('after a host was lost', () => {
  const lost = failing(onBranch, orderFor(onBranch), {
    ...{ why: { kind: 'host-lost', host: 'h1' }, stage: 'patch', runs: { patch: 2 } },
  })
  const by = { by: BOB, at: minute(10) }

  test.each([
    ['the same run is watched on the same host', waitForHost, { host: 'h1', reattach: true }, 'same-host'],
    ['a new run begins on any host', retryOn, { host: null, reattach: false }, 'other-host'],
  ] as const)('%s', (_, rule, attempt, kind) => {
    const { step: decided, outcome } = rule(lost, by)
    expect(decided.state).toMatchObject({
      failed: null,
      queue: [{ attempt: { number: 2, from: 'patch', runs: { patch: 2 }, ...attempt } }],
    })
    expect(decided.events).toMatchObject([
      { kind: 'deployment.queued', actor: BOB, facts: { how: { kind } } },
    ])
    expect(answered(outcome)).toMatchObject({ task: { kind, name: '2026.11.1-rc.1' } })
  })

  test.each([
    ['another failure', failing(onBranch)],
    ['no failure', running(onBranch)],
  ])('nothing of that for %s', (_, state) => {
    for (const rule of [waitForHost, retryOn]) {
      const { step: decided, outcome } = rule(state, by)
      expect(answered(outcome)).toMatchObject({ code: 'nothing-to-retry', wanted: 'lost-host' })
      expect(decided).toEqual(step(state))
    }
  })
})
