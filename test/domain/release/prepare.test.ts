/** What a promotion and an approval write, say and change. */
import { expect, test } from 'vitest'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { applyApproval, applyPromotion } from '../../../domain/release/prepare.js'
import type { PromoteOrder } from '../../../domain/release/promotion.js'
import {
  ALICE,
  aRelease,
  BOB,
  by,
  CAROL,
  commitOf,
  deploymentId,
  digestOf,
  minute,
} from '../../support/lane.js'
import { aPrepared, withDeployments } from '../../support/release-moves.js'

const gate = [
  { from: ['managers', 'qa'], count: 2, fourEyes: true, notSoleAuthor: false },
  { from: ['qa'], count: 1, fourEyes: true, notSoleAuthor: false },
]
const subject = { name: '2026.11.1-rc.1', commit: commitOf(1), requester: ALICE }
const order: PromoteOrder = {
  ...{ deploymentId: deploymentId(1), candidate: 1, environment: 'production', override: 'outage' },
  ...{ olderConfirmed: false, by: by(ALICE, minute(4)) },
}

test('a promotion is recorded with what it needs, and each rule that it set aside is said', () => {
  const rule = { kind: 'no-ticket' } as const
  const override = { reason: 'outage', passes: ['no-ticket' as const] }
  const deployment = aPrepared('production', { gate, again: 'mended', override })
  const step = applyPromotion(aRelease(), { kind: 'prepare', deployment, overrode: [rule] }, order)
  expect(step.state).toMatchObject({
    deployments: [deployment],
    overrides: [{ rule, by: ALICE, reason: 'outage', at: minute(4) }],
  })
  expect(step.newDeployments).toMatchObject([
    {
      ...{ id: deploymentId(1), environment: 'production', kind: 'promote', releaseId: aRelease().id },
      ...{
        candidate: 1,
        commit: commitOf(1),
        artifactDigest: digestOf(1),
        requestedBy: ALICE,
        at: minute(1),
      },
      ...{ needs: 3, approvers: ['managers', 'qa'], override: 'outage' },
    },
  ])
  expect(step.events).toMatchObject([
    {
      ...{ kind: 'deployment.prepared', actor: ALICE, at: minute(4), deploymentId: deploymentId(1) },
      facts: { ...subject, digest: digestOf(1), needs: 3, again: 'mended' },
    },
    { kind: 'gate.overridden', facts: { name: '2026.11.1-rc.1', rule, reason: 'outage' }, actor: ALICE },
  ])
})

test('a promotion without an override says so', () => {
  const decision = { kind: 'prepare', deployment: aPrepared('production'), overrode: [] } as const
  const step = applyPromotion(aRelease(), decision, { ...order, override: null })
  expect(step.newDeployments).toMatchObject([{ needs: 0, approvers: [], override: null }])
  expect(step.events).toHaveLength(1)
})

const given = (user: typeof ALICE, at = minute(3)) => ({ user, at, comment: 'go', counts: [0] })
const approval = (
  before: readonly ReturnType<typeof given>[],
  after: readonly ReturnType<typeof given>[],
) => {
  const state = withDeployments(aRelease(), aPrepared('production', { gate, approvals: before }))
  const deployment = aPrepared('production', { gate, approvals: after })
  const decide = { deploymentId: deploymentId(1), comment: 'fine', by: by(BOB, minute(9)) }
  return applyApproval(state, { kind: 'apply', deployment, releases: false }, decide)
}

test('an approval says how many there are, of how many', () => {
  const step = approval([given(CAROL)], [given(CAROL), given(BOB, minute(9))])
  expect(step.state.deployments[0]?.approvals).toHaveLength(2)
  expect(step.approvals).toEqual([
    { deploymentId: deploymentId(1), user: BOB, at: minute(9), comment: 'fine', counts: true, order: null },
  ])
  expect(step.events).toMatchObject([
    { kind: 'deployment.approved', facts: { ...subject, have: 2, need: 3, comment: 'fine' }, actor: BOB },
  ])
})

test('one that counts no longer is recorded as such and said first, also of one who approves again', () => {
  const step = approval([given(CAROL), given(BOB)], [given(BOB, minute(9))])
  expect(step.approvals.map(({ user, at, counts }) => [user, at, counts])).toEqual([
    [CAROL, minute(3), false],
    [BOB, minute(3), false],
    [BOB, minute(9), true],
  ])
  expect(step.approvals[0]).toMatchObject({ comment: 'go', order: null })
  expect(step.events).toMatchObject([
    {
      kind: 'deployment.approval_lapsed',
      facts: { ...subject, person: CAROL },
      actor: SLIPWAY,
      at: minute(9),
    },
    { kind: 'deployment.approval_lapsed', facts: { person: BOB } },
    { kind: 'deployment.approved', facts: { have: 1 } },
  ])
})

test('of a candidate that is not the release’s nothing is prepared or said', () => {
  const deployment = aPrepared('production', { candidate: 7 })
  expect(
    applyPromotion(aRelease(), { kind: 'prepare', deployment, overrode: [] }, order).newDeployments,
  ).toEqual([])
  const decide = { deploymentId: deploymentId(1), comment: null, by: by(BOB) }
  expect(applyApproval(aRelease(), { kind: 'apply', deployment, releases: false }, decide).events).toEqual([])
})
