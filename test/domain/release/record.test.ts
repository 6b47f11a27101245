/** What a release records for display is what its rules decide. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { at } from '../../../domain/at.js'
import type { Authorship } from '../../../domain/authorship.js'
import { cardActions } from '../../../domain/card-actions.js'
import type { DeploymentReport } from '../../../domain/environment/state.js'
import { parseEnvironmentName, SLIPWAY } from '../../../domain/identifiers.js'
import { refuseApprover } from '../../../domain/release/decide.js'
import { applyReport } from '../../../domain/release/deployment-reports.js'
import { accept, promote, reject } from '../../../domain/release/handle.js'
import { releaseRecord } from '../../../domain/release/record.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { withWritten } from '../../../domain/release/written.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aRelease, BOB, by, commitOf, deploymentId, minute, QUINN, sure } from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'
import * as views from '../../support/release-views.js'

const places = ['integration', 'staging', 'production'] as const
const order = (environment: string, number: number) => ({
  ...{ deploymentId: deploymentId(number), candidate: 1, environment, by: by() },
  ...{ override: null, olderConfirmed: true },
})
function report(state: ReleaseState, number: number, change: Partial<DeploymentReport>): ReleaseState {
  const known = state.deployments.find(({ id }) => id === deploymentId(number))
  if (!known) return state
  const { id, environment, candidate, requestedBy } = known
  return applyReport(state, {
    ...{ releaseId: state.id, deploymentId: id, environment, candidate, requestedBy },
    ...{
      to: null,
      at: minute(5),
      by: SLIPWAY,
      note: null,
      touched: true,
      replaced: false,
      rolledBack: false,
    },
    ...change,
  }).state
}
function accepted(state: ReleaseState, environment: string, number: number): ReleaseState {
  const prepared = promote(state, order(environment, number)).step.state
  const deployed = report(prepared, number, { to: 'awaiting_acceptance' })
  const decision = { deploymentId: deploymentId(number), comment: null, by: by(QUINN, minute(10)) }
  return accept(deployed, decision).step.state
}
const offered = (state: ReleaseState) =>
  releaseRecord(state).detail.promotable.map(
    ({ environment, again }) => `${environment}${again ? ' again' : ''}`,
  )

const onStaging = accepted(accepted(aRelease(), 'integration', 1), 'staging', 2)

describe('where a candidate may go', () => {
  test('what was accepted in staging and rolled back from there is offered again, as the workflow allows', () => {
    const back = report(onStaging, 2, { replaced: true, rolledBack: true })

    expect(promote(back, order('staging', 3)).outcome).toMatchObject({ kind: 'done' })
    expect(offered(onStaging)).toEqual(['production'])
    expect(offered(back)).toEqual(['staging again', 'production'])
    const view = views.aRelease({ detail: releaseRecord(back).detail })
    const promotions = cardActions(view).filter(({ verb }) => verb === 'promote')
    expect(promotions.map(({ environment, weight }) => [environment, weight])).toEqual([
      ['staging', 'rare'],
      ['production', 'main'],
    ])
  })

  const move = fc.record({
    what: fc.constantFrom(
      'promote',
      'accept',
      'reject',
      'running',
      'awaiting_acceptance',
      'failed',
      'replaced',
    ),
    environment: fc.constantFrom(...places),
    number: fc.integer({ min: 1, max: 6 }),
  })

  test('is recorded exactly where a promotion would be prepared, after any order of events', () => {
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let state = aRelease()
        for (const { what, environment, number } of moves) {
          const known = state.deployments.some(({ id }) => id === deploymentId(number))
          const decision = { deploymentId: deploymentId(number), comment: 'because', by: by(BOB, minute(9)) }
          if (what === 'promote' && !known) state = promote(state, order(environment, number)).step.state
          if (what === 'accept') state = accept(state, decision).step.state
          if (what === 'reject') state = reject(state, decision).step.state
          if (what === 'replaced') state = report(state, number, { replaced: true })
          if (what === 'running' || what === 'failed' || what === 'awaiting_acceptance')
            state = report(state, number, { to: what })
        }
        const allowed = places.filter((place) => promote(state, order(place, 99)).outcome.kind === 'done')
        expect(releaseRecord(state).detail.promotable.map((one) => one.environment)).toEqual(allowed)
      }),
      { numRuns: propertyRuns(60) },
    )
  })
})

describe('what keeps a prepared deployment from starting', () => {
  const app = anApp({
    environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: production, soak: 1h, approve: { from: [managers], count: 1, fourEyes: true }, patch: { run: p } }`,
  })
  const prepared = promote(accepted(aRelease({ app }), 'integration', 1), order('production', 2)).step.state
  const view = views.aRelease({ detail: releaseRecord(prepared).detail }, app)
  const kindsAt = (now: string) =>
    at(view, now).detail.prepared.flatMap(({ gates }) => gates.map(({ kind }) => kind))

  test('is recorded once and read at any time: the soak opens automatically', () => {
    expect(kindsAt(minute(11))).toEqual(['approvals', 'soak'])
    expect(kindsAt(minute(70))).toEqual(['approvals'])
  })

  test('comes with whose approval would count', () => {
    const approval = sure(view.detail.prepared[0]?.approval)
    expect(refuseApprover(approval, { user: ALICE, roles: ['managers'] })).toMatchObject({
      code: 'four-eyes',
    })
    expect(refuseApprover(approval, { user: BOB, roles: ['managers'] })).toBeNull()
    const once = { ...approval, approvals: [{ user: BOB, at: minute(12), counts: [0] }] }
    expect(refuseApprover(once, { user: BOB, roles: [] })).toMatchObject({ code: 'already-approved' })
  })

  const ships = [{ commit: commitOf(3), wrote: ['bob@example.com'], merged: null }]
  test.each<[Authorship | undefined, string | undefined]>([
    [{ kind: 'other', commit: commitOf(3), user: ALICE }, undefined],
    [{ kind: 'other', commit: commitOf(4), user: ALICE }, 'author-unknown'],
    [{ kind: 'sole' }, 'sole-author'],
    [{ kind: 'unknown', commit: commitOf(3), address: 'x@example.com' }, 'author-unknown'],
    [undefined, 'author-unknown'],
  ])('a rule about authors takes nothing but a commit that ships: %o', (authorship, code) => {
    const rules = [{ from: ['managers'], count: 1, fourEyes: true, notSoleAuthor: true }]
    const facts = { requestedBy: ALICE, approvals: [], rules, authors: ships }
    const bob = { user: BOB, roles: ['managers'], ...(authorship === undefined ? {} : { authorship }) }
    expect(refuseApprover(facts, bob)?.code).toBe(code)
    expect(refuseApprover({ ...facts, authors: null }, bob)).toBeNull()
  })
})

describe('what was not reported to a release yet', () => {
  const environment = sure(parseEnvironmentName('integration'))
  const started = report(promote(aRelease(), order('integration', 1)).step.state, 1, { to: 'running' })
  const written = (state: 'awaiting_acceptance' | 'accepted' | 'running') => [
    views.aDeployment({ id: deploymentId(1), environment, state, decidedBy: ALICE, decidedAt: minute(7) }),
  ]
  const decision = { deploymentId: deploymentId(1), comment: null, by: by(QUINN, minute(9)) }

  test.each([
    ['accept', 'awaiting_acceptance', (state: ReleaseState) => accept(state, decision)],
    ['promote above', 'accepted', (state: ReleaseState) => promote(state, order('staging', 2))],
  ] as const)('%s is refused by what it knows, and not by what is written', (_, state, rule) => {
    expect(rule(started).outcome.kind).toBe('refused')
    expect(rule(withWritten(started, written(state))).outcome.kind).toBe('done')
    expect(rule(withWritten(started, written('running'))).outcome.kind).toBe('refused')
  })

  test('its own decision stands against what is written late', () => {
    const decided = accepted(aRelease(), 'integration', 1)
    expect(withWritten(decided, written('awaiting_acceptance'))).toEqual(decided)
  })
})
