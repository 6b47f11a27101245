/** Approve, accept and reject. */
import { describe, expect, test } from 'vitest'
import type { Authorship } from '../../../domain/authorship.js'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import {
  approvalFacts,
  type Decide,
  type Decision,
  decideAcceptance,
  decideApproval,
  decideRejection,
  endsTheWay,
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
  decision.kind === 'apply' ? decision.deployment : { kind: decision.kind, ...decision.refusal }
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

  const mixed = [rule, { ...rule, from: ['managers', 'qa'], count: 1, notSoleAuthor: true }]
  test.each<[string, ReleaseState, Decide, object]>([
    [
      'for each rule that is open to them',
      authored(mixed),
      shown({ kind: 'other', commit: commitOf(1), user: CAROL }),
      { counts: [0, 1] },
    ],
    ['for the other rules, as the sole author', authored(mixed), shown({ kind: 'sole' }), { counts: [0] }],
    ['for the other rules, where nobody looked', authored(mixed), shown(), { counts: [0] }],
    [
      'for whatever rule their role is named by',
      authored(mixed),
      order(QUINN, {
        by: { ...by(QUINN), roles: ['qa'], authorship: { kind: 'other', commit: commitOf(1), user: CAROL } },
      }),
      { counts: [1] },
    ],
  ])('counts %s', (_, ...[state, what, wanted]) => {
    expect(decideApproval(state, what)).toMatchObject({ deployment: { approvals: [wanted] } })
  })

  const two = (...commits: readonly number[]): ReleaseState =>
    withCandidate(one({ gate: authorsCount }), 1, {
      authors: commits.map((number) => ({ commit: commitOf(number), wrote: ['eve@x.io'], merged: null })),
    })
  test('is by somebody else than the author of any commit that ships', () => {
    const by1 = shown({ kind: 'other', commit: commitOf(1), user: CAROL })
    expect(decideApproval(two(1, 2), by1)).toMatchObject({ kind: 'apply' })
    expect(decideApproval(two(2, 1), by1)).toMatchObject({ kind: 'apply' })
    expect(decideApproval(two(2, 3), by1)).toEqual({
      kind: 'refuse',
      refusal: { code: 'author-unknown', commit: commitOf(2), address: null, people: [] },
    })
  })

  test('is judged by who wrote its own candidate', () => {
    const candidates = two(2).candidates
    const next = candidates.map((candidate) => ({
      ...candidate,
      number: 2,
      commit: commitOf(1),
      authors: [],
    }))
    const state = { ...two(2), candidates: [...next, ...candidates] }
    expect(approvalFacts(state, aPrepared('production', { gate: authorsCount }))).toEqual({
      ...{ requestedBy: ALICE, rules: authorsCount, approvals: [] },
      authors: [{ commit: commitOf(2), wrote: ['eve@x.io'], merged: null }],
    })
    expect(approvalFacts(state, aPrepared('production', { gate: mixed }))?.authors).toHaveLength(1)
    expect(approvalFacts(state, aPrepared('production', { gate }))?.authors).toBeNull()
    expect(approvalFacts(state, aPrepared('production', { gate: [] }))).toBeNull()
  })

  test.each([
    [
      'nobody without a role',
      [],
      { code: 'not-permitted', verb: 'approve', roles: ['managers'], people: [] },
    ],
    ['not whoever asked', ['managers'], { code: 'four-eyes', people: [] }],
  ])('is of %s', (_, roles, refusal) => {
    const decision = decideApproval(one(), order(ALICE, { by: { ...by(ALICE, minute(9)), roles } }))
    expect(decision).toEqual({ kind: 'refuse', refusal })
  })

  test('is not needed once its rules are full, whoever else is missing', () => {
    const full = [
      { ...rule, count: 1 },
      { ...rule, from: ['qa'] },
    ]
    const state = one({ gate: full, approvals: [approved(CAROL), { ...approved(QUINN), counts: [1] }] })
    expect(told(decideApproval(state, order(BOB)))).toMatchObject({
      code: 'approval-not-needed',
      roles: ['qa'],
    })
  })

  test.each([
    ['one of the roles of its rule', ['qa'], true],
    ['no role of its rule any more', ['dev'], false],
    ['only the role of another rule', ['sre'], false],
  ])('of one who holds %s still counts: %s', (_, roles, counts) => {
    const rules = [
      { ...rule, from: ['managers', 'qa'] },
      { ...rule, from: ['sre'] },
    ]
    const state = one({ gate: rules, approvals: [approved(CAROL)] })
    const earlier = [
      { user: QUINN, roles: [] },
      { user: CAROL, roles },
    ]
    const decision = decideApproval(state, order(BOB, { by: { ...by(BOB, minute(9)), earlier } }))
    const users = decision.kind === 'apply' ? decision.deployment.approvals.map(({ user }) => user) : []
    expect(users).toEqual(counts ? [CAROL, BOB] : [BOB])
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

test('an environment that is configured no longer is not the end of the way', () => {
  const gone = { ...aPrepared('production'), environment: 'gone' as EnvironmentName }
  expect(endsTheWay(aRelease(), gone)).toBe(false)
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
