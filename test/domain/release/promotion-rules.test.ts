/** Where a candidate may go: what is below, its type's policy, and what an override sets aside. */
import { describe, expect, test } from 'vitest'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import { acceptanceIn, gateFor, passesFreeze, policyOf } from '../../../domain/release/policy.js'
import { decidePromotion, isThere, missingBelow, promotable } from '../../../domain/release/promotion.js'
import { type ReleaseDeployment, type ReleaseState, withCandidate } from '../../../domain/release/state.js'
import { aClosure } from '../../support/events.js'
import { ALICE, aRelease, by, deploymentId, minute, sure } from '../../support/lane.js'
import {
  accepted,
  aPrepared,
  app,
  SOAK_MINUTES,
  withAnyBelow,
  withDeployments,
  withSecond,
} from '../../support/release-moves.js'

const release = aRelease({ app })
const fix = aRelease({ app, type: 'fix' })
const target = (name: string, of: ReleaseState = release) =>
  sure(of.app.environments.find((one) => one.name === name))
const below = withDeployments(release, accepted('integration', 1), accepted('staging', 2), accepted('uat', 3))
const asking = (environment: string, change: object = {}) => ({
  ...{ deploymentId: deploymentId(50), candidate: 1, environment, override: null, olderConfirmed: false },
  by: by(ALICE, minute(10)),
  ...change,
})
const any = withAnyBelow(below)

describe('a promotion', () => {
  test.each<[string, ReleaseState, object, object | null]>([
    ['goes to the first environment', release, asking('integration'), null],
    ['goes on where it was accepted below', below, asking('production'), null],
    [
      'waits for what is below',
      release,
      asking('staging'),
      { code: 'not-accepted-below', missing: ['integration'] },
    ],
    [
      'waits for all that is below',
      withDeployments(release, accepted('staging', 2)),
      asking('production'),
      { missing: ['uat'] },
    ],
    [
      'waits for any where any suffices',
      withDeployments(any, accepted('uat', 3)),
      asking('production'),
      null,
    ],
    ['waits for one of them', withDeployments(any), asking('production'), { missing: ['staging', 'uat'] }],
    [
      'does not count another candidate',
      withDeployments(withSecond(release), accepted('integration', 1, { candidate: 2 })),
      asking('staging', { olderConfirmed: true }),
      { code: 'not-accepted-below' },
    ],
    ['passes what is below by an override', release, asking('production', { override: 'now' }), null],
    [
      'goes nowhere unknown',
      release,
      asking('productoin'),
      { code: 'unknown-environment', nearest: ['production'] },
    ],
    [
      'is of a candidate there is',
      release,
      asking('integration', { candidate: 4 }),
      { code: 'unknown-release', text: '2026.11.1-rc.4' },
    ],
    [
      'is of one that was built',
      withCandidate(release, 1, { state: 'building' }),
      asking('integration'),
      { code: 'not-ready', state: 'building' },
    ],
    [
      'is not of a rejected one',
      withCandidate(release, 1, { state: 'rejected' }),
      asking('integration'),
      { code: 'candidate-rejected' },
    ],
    [
      'is not of an older one unasked',
      withSecond(release),
      asking('integration'),
      { code: 'newer-candidate', newer: '2026.11.1-rc.2' },
    ],
    [
      'is of an older one knowingly',
      withSecond(release),
      asking('integration', { olderConfirmed: true }),
      null,
    ],
    [
      'is of an older one while the newer is built',
      withSecond(release, { state: 'building' }),
      asking('integration'),
      null,
    ],
    ['is not to where it is', below, asking('staging'), { code: 'already-there', state: 'accepted' }],
    [
      'is not to where it is by an override',
      below,
      asking('staging', { override: 'now' }),
      { code: 'already-there' },
    ],
    ['is of a released one', { ...below, lifecycle: 'released' }, asking('production'), null],
    [
      'is not of a draft',
      { ...below, lifecycle: 'draft' },
      asking('production'),
      { code: 'release-ended', state: 'draft' },
    ],
    [
      'is not of an abandoned one',
      { ...below, lifecycle: 'abandoned' },
      asking('production'),
      { code: 'release-ended' },
    ],
  ])('%s', (_, ...[state, order, refusal]) => {
    const decision = decidePromotion(state, order as ReturnType<typeof asking>)
    expect({ refusal: decision.kind === 'refuse' ? decision.refusal : null }).toMatchObject({ refusal })
  })

  test('prepares what was asked for, by whom, with its gate', () => {
    expect(decidePromotion(below, asking('production'))).toEqual({
      kind: 'prepare',
      overrode: [],
      deployment: aPrepared('production', {
        ...{ id: deploymentId(50), preparedAt: minute(10) },
        gate: [{ from: ['managers'], count: 2, fourEyes: true, notSoleAuthor: false }],
      }),
    })
  })

  test.each<[string, ReleaseState, object, readonly string[]]>([
    [
      'nothing where nothing was in the way',
      withDeployments(fix, ...below.deployments),
      { references: ['CHG-1'] },
      [],
    ],
    ['what is missing below, and the ticket', release, {}, ['not-accepted-below', 'no-ticket']],
    ['a soak that is not over', below, {}, ['no-ticket', 'soak']],
    ['a soak no more once it is over', below, { at: minute(3 + SOAK_MINUTES) }, ['no-ticket']],
    [
      'what was closed',
      withDeployments(fix, ...below.deployments),
      { closed: [aClosure], references: ['CHG-1'] },
      ['closed'],
    ],
  ])(
    'by an override says what it set aside: %s',
    (_, state, {
      references = [],
      closed = [],
      at = minute(10),
    }: { references?: readonly string[]; closed?: readonly (typeof aClosure)[]; at?: string }, kinds) => {
      const decision = decidePromotion(
        { ...state, references },
        asking('production', { override: 'now', closed, by: by(ALICE, at) }),
      )
      expect(decision.kind === 'prepare' && decision.overrode.map(({ kind }) => kind)).toEqual(kinds)
    },
  )

  test.each<[ReleaseDeployment['state'], boolean]>([
    ['prepared', true],
    ['queued', true],
    ['running', true],
    ['awaiting_acceptance', true],
    ['failed', true],
    ['accepted', true],
    ['rejected', false],
    ['superseded', false],
    ['aborted', false],
  ])('a candidate that is %s somewhere is there: %s', (state, there) => {
    const place = { candidate: 1, environment: 'staging' as EnvironmentName }
    expect(isThere(aPrepared('staging', { state }), place)).toBe(there)
    expect(isThere(aPrepared('staging', { state, replaced: true }), place)).toBe(false)
    expect(isThere(aPrepared('uat', { state }), place)).toBe(false)
    expect(isThere(aPrepared('staging', { state, candidate: 2 }), place)).toBe(false)
  })

  test.each<[string, ReleaseState, readonly string[]]>([
    ['the first environment', release, ['1 integration']],
    ['the next', below, ['1 production']],
    ['nowhere before it is built', withCandidate(release, 1, { state: 'building' }), []],
    ['each good candidate', withSecond(release), ['1 integration', '2 integration']],
    [
      'where it was rolled back from, once more',
      withDeployments(release, accepted('integration', 1, { replaced: true })),
      ['1 integration again', '1 staging', '1 uat'],
    ],
    ['also once it is released', { ...below, lifecycle: 'released' }, ['1 production']],
    ['nowhere once it is abandoned', { ...below, lifecycle: 'abandoned' }, []],
  ])('is offered: %s', (_, state, wanted) => {
    expect(
      promotable(state).map(
        ({ candidate, environment, again }) => `${candidate} ${environment}${again ? ' again' : ''}`,
      ),
    ).toEqual(wanted)
  })

  test('nothing is below the first environment', () => {
    expect(missingBelow(release, 1, target('integration'))).toEqual([])
  })
})

describe('the policy of a type', () => {
  test('of one that is configured no longer keeps every gate', () => {
    const gone = { ...release, type: 'gone' }
    expect(policyOf(gone)).toEqual({
      name: 'gone',
      approvals: null,
      acceptance: true,
      soak: true,
      checklist: true,
      passesFreeze: false,
    })
    expect(passesFreeze(gone)).toBe(false)
  })

  test.each<[string, ReleaseState, string, number | null]>([
    ["the environment's own count", release, 'production', 2],
    ['no gate for none', fix, 'production', null],
    [
      'another count',
      { ...release, app: { ...app, types: [{ ...policyOf(release), approvals: 1 }] } },
      'production',
      1,
    ],
    [
      'none where the environment has none',
      { ...release, app: { ...app, types: [{ ...policyOf(release), approvals: 1 }] } },
      'staging',
      null,
    ],
  ])('asks for approvals: %s', (_, ...[state, name, count]) => {
    expect(gateFor(state, target(name))[0]?.count ?? null).toBe(count)
  })

  test.each<[string, ReleaseState, string, string | null, 'by-person' | 'by-check']>([
    ['the check in a continuous environment', release, 'integration', null, 'by-check'],
    ['a person where one is named', release, 'staging', null, 'by-person'],
    ['a person where people deploy', release, 'production', null, 'by-person'],
    ['the check where the type needs nobody', fix, 'production', null, 'by-check'],
    ['a person all the same after an override', fix, 'production', 'now', 'by-person'],
    ['the check after an override where nobody could judge', fix, 'integration', 'now', 'by-check'],
  ])('who accepts: %s', (_, ...[state, name, override, wanted]) => {
    const passed = override === null ? null : { reason: override, passes: ['closed' as const] }
    expect(acceptanceIn(state, target(name), passed)).toBe(wanted)
  })
})
