/** The first state of a release, by whom and of what, and what people are told of it. */
import { describe, expect, test } from 'vitest'
import { parseEnvironmentName, SLIPWAY } from '../../../domain/identifiers.js'
import { askedBy, type Cut, cutAnswer, cutRelease, emptyRelease } from '../../../domain/release/cut.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { joinSteps, nameOfCandidate, releaseStep, subjectOf } from '../../../domain/release/step.js'
import { anApp } from '../../support/app-definition.js'
import { commitSummary } from '../../support/commit-counts.js'
import {
  ALICE,
  aRelease,
  BOB,
  by,
  commitOf,
  deploymentId,
  minute,
  releaseId,
  sure,
} from '../../support/lane.js'
import { aPrepared } from '../../support/release-moves.js'

const app = anApp()
const cut: Cut = {
  ...{
    id: releaseId(1),
    app,
    channel: app.channel,
    title: 'Summer sale',
    description: 'Sell',
    type: 'feature',
  },
  ...{ version: sure(aRelease().version), commit: commitOf(8), commits: commitSummary(3), authors: [] },
  ...{ overrode: [], override: null, firstDeployment: deploymentId(2), by: by(BOB, minute(5)) },
}
const upTo = sure(parseEnvironmentName('staging'))

describe('a cut', () => {
  test('is built as its first candidate, and says what it is bound for', () => {
    const { state, events, effects } = cutRelease(cut)
    expect(state).toMatchObject({
      ...{ lifecycle: 'open', version: cut.version, requestedBy: BOB, commits: cut.commits, overrides: [] },
      candidates: [
        {
          ...{ number: 1, commit: commitOf(8), state: 'building', artifactDigest: null, picked: [] },
          ...{ gained: null, madeAt: minute(5), firstDeployment: deploymentId(2) },
        },
      ],
      phases: [{ phase: 'building', enteredAt: minute(5), leftAt: null }],
      tags: [{ candidate: 1, ofVersion: false, since: minute(5) }],
    })
    expect('upTo' in state).toBe(false)
    expect(effects).toEqual([{ kind: 'build', candidate: 1 }])
    expect(events).toMatchObject([
      {
        ...{ kind: 'candidate.cut', actor: BOB, at: minute(5), releaseId: releaseId(1) },
        facts: {
          ...{ name: '2026.11.1-rc.1', commit: commitOf(8), title: 'Summer sale', type: 'feature' },
          ...{ config: app.configHash, bound: 'production' },
        },
      },
    ])
  })

  test('of Slipway is by whoever asked for it', () => {
    const { state, events } = cutRelease({ ...cut, by: by(SLIPWAY), requestedBy: ALICE, upTo })
    expect(state).toMatchObject({ requestedBy: ALICE, upTo: 'staging' })
    expect(events).toMatchObject([{ kind: 'candidate.cut', actor: ALICE }])
    expect([askedBy({ by: by(SLIPWAY) }), askedBy({ by: by(SLIPWAY), requestedBy: ALICE })]).toEqual([
      SLIPWAY,
      ALICE,
    ])
  })

  test.each([
    ['outage', 'outage'],
    [null, ''],
  ])('says each rule that an override set aside, with its reason: %s', (override, reason) => {
    const rule = { kind: 'no-ticket' } as const
    const { state, events } = cutRelease({ ...cut, overrode: [rule], override })
    expect(state.overrides).toEqual([{ rule, by: BOB, reason, at: minute(5) }])
    expect(events.slice(1)).toMatchObject([
      { kind: 'gate.overridden', facts: { name: null, rule, reason }, actor: BOB, at: minute(5) },
    ])
  })

  test('of a draft keeps its plan, and nothing else of it', () => {
    const draft: ReleaseState = {
      ...emptyRelease({ ...cut, version: null }),
      ...{
        lifecycle: 'draft',
        title: 'Old',
        plannedAt: minute(90),
        scope: 'Prices',
        references: ['https://x.io'],
      },
      ...{ seq: 4, run: 2, phases: [{ phase: 'planning', enteredAt: minute(1), leftAt: null }] },
    }
    expect(cutRelease(cut, draft).state).toMatchObject({
      ...{ lifecycle: 'open', title: 'Summer sale', plannedAt: minute(90), scope: 'Prices', seq: 4, run: 2 },
      phases: [{ phase: 'planning', leftAt: minute(5) }, { phase: 'building' }],
    })
  })
})

test.each([
  ['hotfix', true],
  ['feature', false],
])('a %s is a hotfix: %s; nothing of it is anywhere yet', (type, hotfix) => {
  expect(emptyRelease({ ...cut, type })).toMatchObject({
    ...{ type, hotfix, lifecycle: 'open', candidates: [], deployments: [], linked: [], tags: [], busy: null },
  })
})

test.each<[string, ReleaseState, object]>([
  [
    'its version, candidate and where it begins',
    aRelease(),
    { version: '2026.11.1', candidate: '2026.11.1-rc.1', commit: commitOf(1), environment: 'integration' },
  ],
  [
    'nothing that it does not have',
    { ...emptyRelease({ ...cut, version: null }), app: { ...app, environments: [] } },
    { version: '', candidate: 'rc.1', commit: '', environment: null },
  ],
])('the person who cut is told %s', (_, state, facts) => {
  expect(cutAnswer(state)).toEqual({ kind: 'done', done: { code: 'cut', ...facts } })
})

test('a candidate is named by its release, and a deployment by its candidate', () => {
  const release = aRelease()
  expect([nameOfCandidate(release, 3), nameOfCandidate({ ...release, version: null }, 3)]).toEqual([
    '2026.11.1-rc.3',
    'rc.3',
  ])
  expect(subjectOf(release, aPrepared('staging'))).toEqual({
    ...{ name: '2026.11.1-rc.1', commit: commitOf(1), requester: ALICE },
  })
  expect(subjectOf(release, aPrepared('staging', { candidate: 2 }))).toBeNull()
})

test('of two steps in a row the second says how it stands, and both what was done', () => {
  const [first, second] = [aRelease(), { ...aRelease(), title: 'Winter' }]
  const one = cutRelease(cut)
  const two = { ...releaseStep(second), effects: [{ kind: 'build', candidate: 2 }] as const }
  expect(joinSteps({ ...one, state: first }, two)).toEqual({
    ...one,
    state: second,
    effects: [...one.effects, ...two.effects],
  })
})
