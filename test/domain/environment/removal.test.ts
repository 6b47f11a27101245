/** The teardown of a permanent environment: by name, approved, announced, stopped, and the ways back (T.5). */
import { describe, expect, test } from 'vitest'
import { advanceExpiry, mayTearDown, nextExpiryStep } from '../../../domain/environment/expiry.js'
import { rebuild } from '../../../domain/environment/manual.js'
import { configured, environmentRecord } from '../../../domain/environment/record.js'
import { approveRemoval, stopRemoval } from '../../../domain/environment/removal.js'
import { rollBack } from '../../../domain/environment/rollback.js'
import { type EnvironmentState, step, withLifecycle } from '../../../domain/environment/state.js'
import { endTeardown, requestTeardown, startTeardown } from '../../../domain/environment/teardown.js'
import { after } from '../../../domain/instant.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aLane, BOB, CAROL, deploymentId, minute } from '../../support/lane.js'
import { answered, orderFor, running } from '../../support/lifecycle.js'

const ANNOUNCED_MS = 600_000
const app = anApp({
  environments: `
      - name: production
        setup: { run: s }
        patch: { run: p }
        check: { run: c }
        approve: { from: [managers], count: 2, fourEyes: true }
      - { name: staging, setup: { run: s }, patch: { run: p }, check: { run: c } }`,
})
const gated = running(aLane('production', app))
const bare = running(aLane('staging', app))
const ask = (state: EnvironmentState, typed: string | null = state.name) =>
  requestTeardown(state, { by: ALICE, at: minute(10), confirmed: true, seen: null, typed })
const asked = ask(gated).step.state
const once = approveRemoval(asked, { by: BOB, at: minute(11), roles: ['managers'] }).step.state
const announced = approveRemoval(once, { by: CAROL, at: minute(12), roles: ['managers'] })
const begins = after(minute(12), ANNOUNCED_MS)

describe('a request', () => {
  test.each([null, '', 'Production', 'staging', 'production '])(
    'with %j for its name changes nothing',
    (typed) => {
      const { step: decided, outcome } = ask(gated, typed)
      expect(answered(outcome)).toMatchObject({
        code: 'teardown-needs-name',
        environment: 'production',
        typed,
      })
      expect(decided).toEqual(step(gated))
    },
  )

  test('waits for the approvals of its environment, and changes nothing else', () => {
    const { step: decided, outcome } = ask(gated)
    expect(answered(outcome)).toMatchObject({
      task: { kind: 'teardown-asked', need: 2, roles: ['managers'] },
    })
    expect(decided.state.lifecycle).toMatchObject({
      teardown: null,
      removal: { by: ALICE, announced: false },
    })
    expect(decided.state).toMatchObject({ current: gated.current, queue: [] })
    expect(decided.events).toMatchObject([
      { kind: 'environment.teardown_asked', actor: ALICE, facts: { runs: '2026.11.1-rc.1', need: 2 } },
    ])
  })

  test('is announced at once where nobody has to approve', () => {
    const { step: decided, outcome } = ask(bare)
    const until = after(minute(10), ANNOUNCED_MS)
    expect(answered(outcome)).toMatchObject({ task: { kind: 'teardown-announced', until } })
    expect(decided.state.lifecycle.removal).toMatchObject({ announced: true, until })
    expect(decided.state.lifecycle.notices).toMatchObject([
      { kind: 'teardown-announced', asker: ALICE, until },
    ])
  })

  test('a second one changes nothing', () => {
    expect(answered(ask(asked).outcome)).toMatchObject({ code: 'teardown-asked', by: ALICE, at: minute(10) })
  })

  test('what nobody approves within a day lapses', () => {
    const until = after(minute(10), 86_400_000)
    expect(nextExpiryStep(asked)).toBe(until)
    const { state, events } = advanceExpiry(asked, until)
    expect(state.lifecycle).toMatchObject({ removal: null, teardown: null })
    expect(events).toMatchObject([{ kind: 'environment.teardown_lapsed', facts: { asker: ALICE } }])
  })

  test('goes with its environment out of the configuration', () => {
    const without = { ...app, environments: app.environments.filter(({ name }) => name !== 'production') }
    expect(configured(asked, without).lifecycle).toMatchObject({ retired: true, removal: null })
  })
})

describe('an approval', () => {
  test.each([
    ['of whoever asked', asked, { by: ALICE, roles: ['managers'] }, { code: 'four-eyes' }],
    [
      'of the same person again',
      once,
      { by: BOB, roles: ['managers'] },
      { code: 'already-approved', by: BOB },
    ],
    [
      'of what nobody asked for',
      gated,
      { by: BOB, roles: ['managers'] },
      { code: 'no-teardown-asked', announced: false },
    ],
    [
      'of what is announced',
      announced.step.state,
      { by: BOB, roles: ['managers'] },
      { code: 'no-teardown-asked', announced: true },
    ],
    [
      'of somebody without the role',
      asked,
      { by: BOB, roles: ['qa'] },
      { code: 'not-permitted', roles: ['managers'] },
    ],
  ])('%s counts for nothing', (_, state, who, refusal) => {
    const { step: decided, outcome } = approveRemoval(state, { ...who, at: minute(13) })
    expect(answered(outcome)).toMatchObject(refusal)
    expect(decided).toEqual(step(state))
  })

  test('one of two is not enough, the second announces it by name', () => {
    expect(once.lifecycle.removal).toMatchObject({ announced: false })
    expect(answered(announced.outcome)).toMatchObject({ task: { kind: 'teardown-announced', until: begins } })
    expect(announced.step.events).toMatchObject([
      { kind: 'environment.teardown_approved', actor: CAROL, facts: { have: 2, need: 2 } },
      {
        kind: 'environment.teardown_announced',
        actor: ALICE,
        facts: { asker: ALICE, approvers: [BOB, CAROL], until: begins, runs: '2026.11.1-rc.1' },
      },
    ])
  })
})

describe('what is announced', () => {
  const { state } = announced.step

  test('begins after ten minutes and not before', () => {
    expect(nextExpiryStep(state)).toBe(begins)
    expect(advanceExpiry(state, after(begins, -1))).toEqual(step(state))
    const begun = advanceExpiry(state, begins).state
    expect(begun.lifecycle).toMatchObject({ removal: null, teardown: { phase: 'waiting', by: ALICE } })
    expect(mayTearDown(begun)).toBe(true)
  })

  test.each([
    ['announced', state],
    ['not approved yet', asked],
  ])('is stopped while %s, and nothing was touched', (_, before) => {
    const { step: decided, outcome } = stopRemoval(before, { by: BOB, at: minute(15) })
    expect(answered(outcome)).toMatchObject({ task: { kind: 'teardown-stopped' } })
    expect(decided.state.lifecycle).toMatchObject({ removal: null, teardown: null, stopped: { by: BOB } })
    expect(decided.state.current).toEqual(before.current)
    expect(nextExpiryStep(decided.state)).toBeNull()
  })

  test('cannot be stopped once it began, nor where nobody asked', () => {
    const begun = advanceExpiry(state, begins).state
    expect(answered(stopRemoval(begun, { by: BOB, at: begins }).outcome)).toMatchObject({
      code: 'tearing-down',
    })
    expect(answered(stopRemoval(gated, { by: BOB, at: begins }).outcome)).toMatchObject({
      code: 'no-teardown-asked',
    })
  })
})

describe('one that failed', () => {
  const failure = { stage: 'teardown', failure: { kind: 'fault', message: 'no answer' } } as const
  const begun = startTeardown(advanceExpiry(announced.step.state, begins).state, begins).state
  const failed = endTeardown(begun, { kind: 'failed', ...failure, runs: {} }, after(begins, 1)).state

  test('is gone on with by one press: it was named, approved and announced', () => {
    const { step: decided, outcome } = ask(failed, null)
    expect(answered(outcome)).toMatchObject({ task: { kind: 'torn-down' } })
    expect(decided.state.lifecycle.teardown).toMatchObject({ phase: 'waiting', by: ALICE })
  })
})

describe('afterwards', () => {
  const good = orderFor(gated)
  const begun = startTeardown(
    advanceExpiry({ ...announced.step.state, accepted: [good] }, begins).state,
    begins,
  ).state
  const { state: gone, events } = endTeardown(begun, { kind: 'gone', runs: {} }, after(begins, 1))
  const order = { deploymentId: deploymentId(9), by: BOB, at: minute(60) }

  test('it is said who asked, when, and what ran there', () => {
    expect(environmentRecord(gone)).toMatchObject({
      state: 'absent',
      detail: { tornDown: { by: ALICE, ran: good.id, name: '2026.11.1-rc.1' }, rollbackTo: good.id },
    })
    expect(events).toMatchObject([{ actor: ALICE, facts: { by: ALICE, ran: '2026.11.1-rc.1' } }])
  })

  test('a rebuild sets it up again with what ran there, without a pause of automation', () => {
    const { step: decided, outcome } = rebuild(gone, order)
    expect(answered(outcome)).toMatchObject({ task: { kind: 'set-up-again', name: '2026.11.1-rc.1' } })
    expect(decided.state).toMatchObject({
      hold: null,
      queue: [{ order: { id: deploymentId(9), kind: 'rollback', commit: good.commit, setUp: true } }],
    })
  })

  test('a roll back goes to what ran there', () => {
    const { outcome, step: decided } = rollBack(gone, { ...order, to: null, reason: '', failure: null })
    expect(answered(outcome)).toMatchObject({ code: 'rolling-back', to: '2026.11.1-rc.1' })
    expect(decided.state.hold).toBeNull()
  })

  test.each([
    ['was never good', { ...gone, accepted: [] }],
    ['was never torn down', withLifecycle({ ...gone, accepted: [good] }, { tornDown: null })],
  ])('nothing comes back that %s', (_, state) => {
    expect(answered(rebuild(state, order).outcome)).toMatchObject({ code: 'no-build' })
    expect(
      answered(rollBack(state, { ...order, to: null, reason: '', failure: null }).outcome),
    ).toMatchObject({
      code: 'nothing-to-roll-back-to',
    })
  })
})
