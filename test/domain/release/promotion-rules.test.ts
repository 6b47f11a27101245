/** Where a candidate may go: what is below, and what an override sets aside. */
import { describe, expect, test } from 'vitest'
import { decidePromotion } from '../../../domain/release/promotion.js'
import { type ReleaseState, withCandidate } from '../../../domain/release/state.js'
import { aClosure } from '../../support/events.js'
import { ALICE, aRelease, by, deploymentId, minute } from '../../support/lane.js'
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

  const ordered = (candidate: number, environment: string) => ({
    ...{ app: 'shop', releaseId: release.id, candidate, environment },
  })
  const setback = { kind: 'x' } as never
  const newer = { name: '2026.11.2-rc.1', hotfix: false }
  const asked = { candidate: '2026.11.1-rc.1', environment: 'production', again: ordered(1, 'production') }
  test.each<[string, ReleaseState, object, object | null]>([
    [
      'an older candidate, named with the newer',
      withSecond(release),
      asking('integration'),
      {
        ...{ code: 'newer-candidate', candidate: '2026.11.1-rc.1', newer: '2026.11.1-rc.2' },
        again: ordered(1, 'integration'),
      },
    ],
    [
      'what went wrong there',
      below,
      asking('production', { standing: { setback, newer } }),
      { code: 'went-wrong-before', setback, ...asked },
    ],
    [
      'what went wrong there, without words for a reason',
      below,
      asking('production', { standing: { setback, newer: null }, reason: '  ', olderConfirmed: true }),
      { code: 'went-wrong-before', setback, ...asked },
    ],
    [
      'what went wrong there, with a reason',
      below,
      asking('production', { standing: { setback, newer }, reason: 'mended' }),
      null,
    ],
    [
      'what went wrong there, by an override',
      below,
      asking('production', { standing: { setback, newer }, override: 'now' }),
      null,
    ],
    [
      'over something newer',
      below,
      asking('production', { standing: { setback: null, newer } }),
      { code: 'newer-runs', newer, ...asked },
    ],
    [
      'over something newer, knowingly',
      below,
      asking('production', { standing: { setback: null, newer }, olderConfirmed: true }),
      null,
    ],
    [
      'over something newer, with a reason',
      below,
      asking('production', { standing: { setback: null, newer }, reason: 'mended' }),
      null,
    ],
    [
      'where nothing went wrong',
      below,
      asking('production', { standing: { setback: null, newer: null } }),
      null,
    ],
    [
      'to an environment that nothing is like',
      release,
      asking('x'.repeat(30)),
      { code: 'unknown-environment', text: 'x'.repeat(30), nearest: [] },
    ],
    [
      'of a candidate that there is not',
      release,
      asking('integration', { candidate: 4 }),
      { code: 'unknown-release', text: '2026.11.1-rc.4', nearest: [] },
    ],
    [
      'of a candidate of a release without a version',
      { ...release, version: null },
      asking('integration', { candidate: 4 }),
      { code: 'unknown-release', text: 'rc.4', nearest: [] },
    ],
    [
      'what runs there, without setup',
      below,
      asking('staging'),
      { code: 'already-there', candidate: '2026.11.1-rc.1', environment: 'staging', state: 'accepted' },
    ],
    ['what runs there, with setup', below, asking('staging', { setUp: true }), null],
    [
      'what is on its way there, with setup',
      withDeployments(release, accepted('integration', 1), aPrepared('staging', { state: 'queued' })),
      asking('staging', { setUp: true }),
      { code: 'already-there', candidate: '2026.11.1-rc.1', environment: 'staging', state: 'queued' },
    ],
  ])('is asked for: %s', (_, ...[state, order, refusal]) => {
    const decision = decidePromotion(state, order as ReturnType<typeof asking>)
    expect(decision.kind === 'refuse' ? decision.refusal : null).toEqual(refusal)
  })

  test.each<[object, object]>([
    [{}, { again: null, override: null }],
    [{ reason: ' mended ' }, { again: 'mended' }],
    [{ reason: '  ' }, { again: null }],
    [{ setUp: true }, { setUp: true }],
    [{ override: 'now' }, { override: { reason: 'now', passes: ['no-ticket', 'soak'] } }],
  ])('%j prepares a deployment with %j', (change, wanted) => {
    const decision = decidePromotion(below, asking('production', change))
    expect(decision).toMatchObject({ kind: 'prepare', deployment: wanted })
    expect('deployment' in decision && 'setUp' in decision.deployment).toBe('setUp' in change)
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
})
