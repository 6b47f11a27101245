/** Approve, accept, reject, and what each changes. */
import { describe, expect, test } from 'vitest'
import type { Authorship } from '../../../domain/authorship.js'
import { applyVerdict } from '../../../domain/release/apply-decision.js'
import {
  type Decide,
  type Decision,
  decideAcceptance,
  decideApproval,
  decideRejection,
} from '../../../domain/release/decide.js'
import { type ReleaseDeployment, type ReleaseState, withCandidate } from '../../../domain/release/state.js'
import { ALICE, aRelease, BOB, by, CAROL, commitOf, deploymentId, minute, QUINN } from '../../support/lane.js'
import { aPrepared, withDeployments } from '../../support/release-moves.js'

const rule = { from: ['managers'], count: 2, fourEyes: true, notSoleAuthor: false }
const gate = [rule]
const authorsCount = [{ ...rule, notSoleAuthor: true }]
const order = (user: typeof ALICE, change: Partial<Decide> = {}): Decide => ({
  ...{ deploymentId: deploymentId(1), comment: null, by: by(user, minute(9)) },
  ...change,
})
const one = (change: Partial<ReleaseDeployment> = {}): ReleaseState =>
  withDeployments(aRelease(), aPrepared('production', { gate, ...change }))
const told = (decision: Decision): object =>
  decision.kind === 'refuse' ? decision.refusal : decision.deployment
const approved = (user: typeof ALICE) => ({ user, at: minute(3), comment: null, counts: [0] })
/** Written by Eve, and judged by what a look at the authors shows of Bob. */
const authored = (rules: typeof gate): ReleaseState =>
  withCandidate(one({ gate: rules }), 1, {
    authors: [{ commit: commitOf(1), wrote: ['eve@x.io'], merged: null }],
  })
const shown = (authorship?: Authorship): Decide =>
  order(BOB, { by: { ...by(BOB, minute(9)), ...(authorship ? { authorship } : {}) } })

describe('an approval', () => {
  test.each<[string, ReleaseState, Decide, object]>([
    ['counts', one(), order(BOB), { approvals: [{ user: BOB, at: minute(9), comment: null, counts: [0] }] }],
    [
      'counts after another',
      one({ approvals: [approved(CAROL)] }),
      order(BOB, { comment: 'go' }),
      { approvals: [approved(CAROL), { user: BOB, at: minute(9), comment: 'go', counts: [0] }] },
    ],
    [
      'counts once for each person',
      one({ approvals: [approved(BOB)] }),
      order(BOB),
      { code: 'already-approved', by: BOB, at: minute(3) },
    ],
    ['is not by who asked', one(), order(ALICE), { code: 'four-eyes' }],
    [
      'is by who asked where that is allowed',
      one({ gate: [{ ...rule, fourEyes: false }] }),
      order(ALICE),
      { approvals: [{ user: ALICE }] },
    ],
    [
      'is not by the sole author',
      authored(authorsCount),
      shown({ kind: 'sole' }),
      { code: 'sole-author', people: [] },
    ],
    [
      'is by the sole author where that is allowed',
      authored(gate),
      shown({ kind: 'sole' }),
      { approvals: [{ user: BOB }] },
    ],
    [
      'is by somebody else than the author',
      authored(authorsCount),
      shown({ kind: 'other', commit: commitOf(1), user: CAROL }),
      { approvals: [{ user: BOB }] },
    ],
    [
      'is not by somebody else than the author of what does not ship',
      authored(authorsCount),
      shown({ kind: 'other', commit: commitOf(2), user: CAROL }),
      { code: 'author-unknown', commit: commitOf(1), address: null },
    ],
    [
      'is not where nobody knows whose address it is',
      authored(authorsCount),
      shown({ kind: 'unknown', commit: commitOf(1), address: 'eve@x.io' }),
      { code: 'author-unknown', commit: commitOf(1), address: 'eve@x.io' },
    ],
    [
      'is not where nobody looked',
      authored(authorsCount),
      shown(),
      { code: 'author-unknown', commit: commitOf(1), address: null },
    ],
    [
      'is not where nothing is known of the candidate',
      one({ gate: authorsCount }),
      shown(),
      { code: 'author-unknown', commit: null },
    ],
    [
      'is for a deployment of this release',
      one(),
      order(BOB, { deploymentId: deploymentId(7) }),
      { code: 'unknown-deployment', text: deploymentId(7) },
    ],
    [
      'comes too late once it is queued',
      one({ state: 'queued', approvals: [approved(CAROL)] }),
      order(BOB),
      { code: 'already-decided', decision: 'approved', by: CAROL, at: minute(3) },
    ],
    [
      'comes too late once it was accepted',
      one({ state: 'accepted', decision: { by: QUINN, at: minute(5) } }),
      order(BOB),
      { code: 'already-decided', decision: 'accepted', by: QUINN },
    ],
    [
      'comes too late once it was rejected',
      one({ state: 'rejected', decision: { by: QUINN, at: minute(5) } }),
      order(BOB),
      { code: 'already-decided', decision: 'rejected', by: QUINN },
    ],
    [
      'comes too late once something newer came',
      one({ state: 'superseded', note: { kind: 'superseded', by: 'rc.2' } }),
      order(BOB),
      { code: 'superseded', by: 'rc.2' },
    ],
    [
      'is asked of nobody without a gate',
      one({ gate: [] }),
      order(BOB),
      { code: 'nothing-to-decide', state: 'prepared' },
    ],
  ])('%s', (_, ...[state, what, wanted]) => {
    expect(told(decideApproval(state, what))).toMatchObject(wanted)
  })

  test('releases nothing', () => {
    expect(decideApproval(one(), order(BOB))).toMatchObject({ kind: 'apply', releases: false })
  })
})

describe('an acceptance', () => {
  test.each<[string, ReleaseState, object]>([
    [
      'is of what awaits one',
      one({ state: 'awaiting_acceptance' }),
      { state: 'accepted', decision: { by: QUINN, at: minute(9) }, note: { kind: 'comment', text: 'fine' } },
    ],
    ['is not of what only waits to start', one(), { code: 'nothing-to-decide', state: 'prepared' }],
    ['is not of what runs', one({ state: 'running' }), { code: 'nothing-to-decide', state: 'running' }],
    [
      'is not of what was accepted',
      one({ state: 'accepted', decision: { by: BOB, at: minute(5) } }),
      { code: 'already-decided', decision: 'accepted', by: BOB },
    ],
    ['is not of what is not there', aRelease(), { code: 'unknown-deployment' }],
  ])('%s', (_, state, wanted) => {
    expect(told(decideAcceptance(state, order(QUINN, { comment: 'fine' })))).toMatchObject(wanted)
  })

  test.each([
    ['production', true],
    ['staging', false],
  ])('in %s releases: %s', (environment, releases) => {
    const state = withDeployments(aRelease(), aPrepared(environment, { state: 'awaiting_acceptance' }))
    expect(decideAcceptance(state, order(QUINN))).toMatchObject({ releases, deployment: { note: null } })
  })
})

describe('a rejection', () => {
  const because = { comment: 'broken' }
  test.each<[string, ReleaseState, Partial<Decide>, object]>([
    [
      'closes an approval',
      one(),
      because,
      { state: 'rejected', decision: { by: QUINN }, note: { kind: 'comment', text: 'broken' } },
    ],
    ['closes an acceptance', one({ state: 'awaiting_acceptance' }), because, { state: 'rejected' }],
    ['says why', one(), {}, { code: 'reason-missing', verb: 'reject' }],
    ['says it in words', one(), { comment: '  ' }, { code: 'reason-missing' }],
    [
      'comes too late for what runs',
      one({ state: 'running', approvals: [approved(BOB)] }),
      because,
      { code: 'already-decided', decision: 'approved', by: BOB },
    ],
    ['is of a deployment of this release', aRelease(), because, { code: 'unknown-deployment' }],
  ])('%s', (_, ...[state, change, wanted]) => {
    const decision = decideRejection(state, order(QUINN, change))
    expect(told(decision)).toMatchObject(wanted)
    expect('releases' in decision && decision.releases).toBe(false)
  })
})

describe('what a verdict changes', () => {
  const applied = (state: ReleaseState, decision: Decision) =>
    applyVerdict(state, decision as Extract<Decision, { kind: 'apply' }>, order(QUINN, { comment: 'so' }))
  const kinds = (step: ReturnType<typeof applyVerdict>) => step.events.map(({ kind }) => kind)

  test('an acceptance at the end of the way releases, and tags the version', () => {
    const state = one({ state: 'awaiting_acceptance' })
    const step = applied(state, decideAcceptance(state, order(QUINN, { comment: 'so' })))
    expect(kinds(step)).toEqual(['deployment.accepted', 'release.released'])
    expect(step.state).toMatchObject({ lifecycle: 'released', releasedAt: minute(9) })
    expect(step.effects).toEqual([
      {
        kind: 'tell-environment',
        deploymentId: deploymentId(1),
        environment: 'production',
        acceptance: 'accepted',
      },
    ])
    expect(step.state.tags.at(-1)).toMatchObject({ candidate: 1, ofVersion: true, since: minute(9) })
    expect(step.moves).toMatchObject([{ id: deploymentId(1), to: 'accepted', by: QUINN, at: minute(9) }])
  })

  test('an acceptance after a rollback lifts its mark, and tags nothing again', () => {
    const state: ReleaseState = {
      ...one({ state: 'awaiting_acceptance' }),
      lifecycle: 'released',
      rolledBack: true,
    }
    const step = applied(state, decideAcceptance(state, order(QUINN)))
    expect(step.state.rolledBack).toBe(false)
    expect(kinds(step)).toEqual(['deployment.accepted'])
    expect(step.effects.map(({ kind }) => kind)).toEqual(['tell-environment'])
    expect(step.state.tags).toEqual(state.tags)
  })

  test('a rejection of what runs rejects the candidate, and withdraws it elsewhere', () => {
    const other = aPrepared('production', { id: deploymentId(2) })
    const runs = aPrepared('staging', { state: 'awaiting_acceptance' })
    const older = aPrepared('production', { id: deploymentId(3), candidate: 9 })
    const state = withDeployments(aRelease(), runs, other, older)
    const step = applied(state, decideRejection(state, order(QUINN, { comment: 'so' })))

    expect(step.state.candidates[0]?.state).toBe('rejected')
    expect(step.candidates).toMatchObject([{ number: 1, state: 'rejected' }])
    expect(step.moves.map(({ id, to }) => [id, to])).toEqual([
      [deploymentId(1), 'rejected'],
      [deploymentId(2), 'aborted'],
    ])
    expect(step.state.deployments.map(({ state: now }) => now)).toEqual(['rejected', 'aborted', 'prepared'])
    expect(step.effects).toMatchObject([{ kind: 'tell-environment', acceptance: 'rejected' }])
    expect(step.events).toMatchObject([
      { kind: 'deployment.rejected', facts: { gate: 'acceptance', comment: 'so' } },
      { kind: 'deployment.aborted', facts: { cause: { kind: 'rejected', environment: 'staging' } } },
    ])
  })

  test('a rejection before it started leaves the candidate as it is, and tells nobody there', () => {
    const step = applied(one(), decideRejection(one(), order(QUINN, { comment: 'so' })))
    expect(step.state.candidates[0]?.state).toBe('ready')
    expect([step.effects, step.candidates]).toEqual([[], []])
    expect(step.events).toMatchObject([{ kind: 'deployment.rejected', facts: { gate: 'approval' } }])
  })
})
