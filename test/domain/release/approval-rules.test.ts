/** Lists of approval rules: one person counts for one of them, and only while they may. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approvalsNeeded, assignRules } from '../../../domain/approval-rules.js'
import type { UserId } from '../../../domain/identifiers.js'
import { decideApproval } from '../../../domain/release/decide.js'
import { openGates } from '../../../domain/release/gates.js'
import { approve } from '../../../domain/release/handle.js'
import { gateFor, policyOf } from '../../../domain/release/policy.js'
import { findReleaseDeployment, type ReleaseState } from '../../../domain/release/state.js'
import { ALICE, aRelease, BOB, by, CAROL, deploymentId, minute, QUINN, sure } from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'
import { aPrepared, app, withDeployments } from '../../support/release-moves.js'

const rule = (from: string, count = 1, fourEyes = false) => ({
  from: [from],
  count,
  fourEyes,
  notSoleAuthor: false,
})
const gate = [rule('qa'), rule('sre', 2, true)]
const asked = (requestedBy = ALICE): ReleaseState =>
  withDeployments(
    { ...aRelease({ app }), references: ['CHG-1'] },
    aPrepared('production', { gate, requestedBy }),
  )
const given = (user: UserId, ...roles: readonly string[]) => ({
  deploymentId: deploymentId(1),
  comment: null,
  by: { ...by(user, minute(5)), roles },
})
const after = (state: ReleaseState, ...orders: readonly ReturnType<typeof given>[]): ReleaseState =>
  orders.reduce((now, order) => approve(now, order).step.state, state)
const refusal = (state: ReleaseState, order: ReturnType<typeof given>) => {
  const decision = decideApproval(state, order)
  return decision.kind === 'refuse' ? decision.refusal : null
}
const missing = (state: ReleaseState) =>
  openGates(state, sure(findReleaseDeployment(state, deploymentId(1))), minute(9)).filter(
    ({ kind }) => kind === 'approvals',
  )

describe('a list of approval rules', () => {
  test('waits for each rule by itself', () => {
    const state = after(asked(), given(BOB, 'sre'))

    expect(missing(asked())).toMatchObject([
      { have: 0, need: 1, roles: ['qa'] },
      { have: 0, need: 2, roles: ['sre'] },
    ])
    expect(missing(state)).toMatchObject([
      { have: 0, need: 1, roles: ['qa'] },
      { have: 1, need: 2, roles: ['sre'] },
    ])
    expect(missing(after(state, given(CAROL, 'sre'), given(QUINN, 'qa')))).toEqual([])
  })

  test('moves whoever holds both roles to where they are needed', () => {
    const both = after(asked(), given(BOB, 'qa', 'sre'))
    const state = after(both, given(QUINN, 'qa'))

    expect(missing(both)).toMatchObject([{ have: 0, need: 2, roles: ['sre'] }])
    expect(missing(state)).toMatchObject([{ have: 1, need: 2, roles: ['sre'] }])
  })

  test.each<[string, ReleaseState, ReturnType<typeof given>, object]>([
    ['nobody without a role', asked(), given(BOB, 'dev'), { code: 'not-permitted', roles: ['qa', 'sre'] }],
    ['not whoever asked, where four eyes are', asked(), given(ALICE, 'sre'), { code: 'four-eyes' }],
    [
      'no more than it needs',
      after(asked(), given(BOB, 'qa')),
      given(QUINN, 'qa'),
      { code: 'approval-not-needed', roles: ['sre'] },
    ],
    ['nobody twice', after(asked(), given(BOB, 'qa')), given(BOB, 'sre'), { code: 'already-approved' }],
  ])('takes %s', (_, state, order, code) => {
    expect(refusal(state, order)).toMatchObject(code)
  })

  test('lets whoever asked approve by a rule that does not ask for four eyes', () => {
    expect(missing(after(asked(), given(ALICE, 'qa', 'sre')))).toMatchObject([{ have: 0, roles: ['sre'] }])
  })

  test('a type caps the count of each rule, and none takes the gate away', () => {
    const target = { ...sure(app.environments.at(-1)), approve: gate }
    const capped = (approvals: number) => {
      const types = [{ ...policyOf(aRelease({ app })), approvals }]
      return gateFor(aRelease({ app: { ...app, types } }), target).map(({ count }) => count)
    }

    expect([capped(0), capped(1), capped(5)]).toEqual([[], [1, 1], [1, 2]])
  })
})

describe('with the deciding order', () => {
  const state = after(asked(), given(BOB, 'sre'), given(CAROL, 'sre'))
  const deciding = (...earlier: readonly { user: UserId; roles: readonly string[] }[]) => {
    const order = given(QUINN, 'qa')
    return approve(state, { ...order, by: { ...order.by, earlier } })
  }

  test('whoever holds the role no longer counts no longer, which is told and recorded', () => {
    const { step } = deciding({ user: BOB, roles: ['sre'] }, { user: CAROL, roles: [] })

    expect(missing(step.state)).toMatchObject([{ have: 1, need: 2, roles: ['sre'] }])
    expect(step.approvals.map(({ user, counts }) => [user, counts])).toEqual([
      [CAROL, false],
      [QUINN, true],
    ])
    expect(step.events.map(({ kind }) => kind)).toEqual(['deployment.approval_lapsed', 'deployment.approved'])
    expect(missing(after(step.state, given(CAROL, 'sre')))).toEqual([])
  })

  test('those who still hold it count', () => {
    const { step } = deciding({ user: BOB, roles: ['sre', 'qa'] }, { user: CAROL, roles: ['sre'] })

    expect(missing(step.state)).toEqual([])
    expect(step.approvals).toHaveLength(1)
  })
})

describe('people are assigned to rules', () => {
  const world = fc.record({
    rules: fc.array(fc.record({ count: fc.integer({ min: 1, max: 3 }) }), { minLength: 1, maxLength: 4 }),
    people: fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 3 }), { maxLength: 4 }), { maxLength: 6 }),
  })

  test('each to one they may count for, none too many, and no other way counts more', () => {
    fc.assert(
      fc.property(world, ({ rules, people }) => {
        const places = assignRules(rules, people)
        const isTheirs = places.map((place, person) => place === null || people[person]?.includes(place))
        expect(isTheirs).not.toContain(false)
        for (const [index, { count }] of rules.entries())
          expect(places.filter((place) => place === index).length).toBeLessThanOrEqual(count)
        const filled = places.filter((place) => place !== null).length
        expect(filled).toBe(
          mostFilled(
            rules.map(({ count }) => count),
            people,
          ),
        )
        expect(filled).toBeLessThanOrEqual(approvalsNeeded(rules))
      }),
      { numRuns: propertyRuns(200) },
    )
  })

  /** By trying everything. */
  function mostFilled(room: readonly number[], people: readonly (readonly number[])[]): number {
    const [first, ...others] = people
    if (first === undefined) return 0
    const taken = first
      .filter((rule_) => (room[rule_] ?? 0) > 0)
      .map(
        (place) =>
          1 +
          mostFilled(
            room.map((free, index) => (index === place ? free - 1 : free)),
            others,
          ),
      )
    return Math.max(mostFilled(room, others), ...taken)
  }
})
