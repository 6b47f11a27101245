/** What a release's type promotes automatically. */
import { describe, expect, test } from 'vitest'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { nextAutomaticPromotion } from '../../../domain/release/auto-promote.js'
import { openItems } from '../../../domain/release/checklist.js'
import { approvalFacts, refuseApprover } from '../../../domain/release/decide.js'
import { gateFor } from '../../../domain/release/policy.js'
import { bySlipway, type ReleaseState } from '../../../domain/release/state.js'
import { anApp } from '../../support/app-definition.js'
import { aRelease, BOB, minute, sure } from '../../support/lane.js'
import { accepted, aPrepared, withDeployments } from '../../support/release-moves.js'

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, patch: { run: p } }
      - { name: production, approve: { from: [managers], count: 1, fourEyes: true }, patch: { run: p } }`,
  more: `    checklist: [{ item: QA, role: qa, before: production }]
    types: { fix: { promote: automatic }, chore: { promote: manual } }`,
})
const fix = aRelease({ app, type: 'fix' })
const next = (state: ReleaseState) => nextAutomaticPromotion(state)?.environment.name ?? null

describe('a release whose type is promoted automatically', () => {
  test('takes each step once it is accepted below, and only what is of that type', () => {
    const up = withDeployments(fix, accepted('integration', 1))
    const higher = withDeployments(up, ...up.deployments, accepted('staging', 2))

    expect([next(fix), next(up), next(higher)]).toEqual([null, 'staging', 'production'])
    expect([next({ ...higher, type: 'feature' }), next({ ...higher, type: 'chore' })]).toEqual([null, null])
  })

  test('keeps its gates, and whoever cut it is not one of four eyes', () => {
    const gate = gateFor(fix, sure(app.environments[2]))
    const step = aPrepared('production', { requestedBy: SLIPWAY, gate })
    const facts = sure(approvalFacts(fix, step))
    const ticked = {
      ...fix,
      ticks: [{ item: 'QA', by: fix.requestedBy, at: minute(6), candidate: step.candidate }],
    }

    expect(facts).toMatchObject({ rules: [{ count: 1 }], requestedBy: fix.requestedBy })
    expect(refuseApprover(facts, { user: fix.requestedBy, roles: ['managers'] })).toMatchObject({
      code: 'four-eyes',
    })
    expect(openItems(ticked, step)).toEqual([{ item: 'QA', role: 'qa' }])
  })

  test.each([
    ['leaves by its timetable', SLIPWAY, null],
    ['a person had leave before its time', BOB, 'four-eyes'],
  ])('is not approved by whoever had a train leave: one that %s', (_, requestedBy, refusal) => {
    const release = aRelease({ app, by: bySlipway(minute(0)), requestedBy })
    const gate = gateFor(release, sure(app.environments[2]))
    const facts = sure(approvalFacts(release, aPrepared('production', { requestedBy: SLIPWAY, gate })))
    const refused = refuseApprover(facts, { user: BOB, roles: ['managers'] })

    expect(release.requestedBy).toBe(requestedBy)
    expect(refused?.code ?? null).toBe(refusal)
  })
})
