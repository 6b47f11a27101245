import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { approvalsNeeded } from '../../../domain/approval-rules.js'
import type { DeploymentReport } from '../../../domain/environment/state.js'
import { parseEnvironmentName, SLIPWAY } from '../../../domain/identifiers.js'
import { environmentsBelow, findEnvironment } from '../../../domain/pipeline.js'
import type { Outcome } from '../../../domain/refusal.js'
import { applyReport } from '../../../domain/release/deployment-reports.js'
import { deploymentOrder } from '../../../domain/release/deployment-request.js'
import { isFinished } from '../../../domain/release/end-release.js'
import { openGates } from '../../../domain/release/gates.js'
import { accept, approve, promote, reject, remove } from '../../../domain/release/handle.js'
import { phaseOf } from '../../../domain/release/record.js'
import { type ReleaseState, withDeployment } from '../../../domain/release/state.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aRelease, BOB, by, CAROL, deploymentId, minute, QUINN, sure } from '../../support/lane.js'
import { propertyRuns } from '../../support/property-runs.js'

const order = (environment: string, number: number, change: Record<string, unknown> = {}) => ({
  deploymentId: deploymentId(number),
  candidate: 1,
  environment,
  ...{ override: null, olderConfirmed: false, by: by() },
  ...change,
})
const report = (number: number, to: DeploymentReport['to'], environment: string): DeploymentReport => ({
  releaseId: aRelease().id,
  deploymentId: deploymentId(number),
  environment: sure(parseEnvironmentName(environment)),
  candidate: 1,
  requestedBy: ALICE,
  to,
  at: minute(5),
  by: SLIPWAY,
  note: null,
  touched: to !== 'running' && to !== 'queued',
  ...{ replaced: false, rolledBack: false },
})

/** Promotes and lets it be deployed; accepted by its check where nobody else must. */
function deployed(state: ReleaseState, environment: string, number: number): ReleaseState {
  const prepared = promote(state, order(environment, number)).step.state
  return applyReport(prepared, report(number, 'awaiting_acceptance', environment)).state
}
function accepted(state: ReleaseState, environment: string, number: number): ReleaseState {
  const decision = { deploymentId: deploymentId(number), comment: null, by: by(QUINN, minute(6)) }
  return accept(deployed(state, environment, number), decision).step.state
}
const intoProduction = accepted(accepted(aRelease(), 'integration', 1), 'staging', 2)
const asked = promote(intoProduction, order('production', 3)).step.state
const decide = (user: typeof ALICE, number = 3, comment: string | null = null) => ({
  deploymentId: deploymentId(number),
  comment,
  by: by(user, minute(10)),
})
const gates = (state: ReleaseState, number = 3, at = minute(20)) =>
  openGates(state, sure(state.deployments.find((one) => one.id === deploymentId(number))), at)

const refusalOf = (outcome: Outcome): string | null =>
  outcome.kind === 'refused' ? outcome.refusal.code : null

describe('a promotion is refused', () => {
  test.each([
    ['of a candidate that is still built', aRelease({ built: false }), order('integration', 1), 'not-ready'],
    [
      'of a candidate that does not exist',
      aRelease(),
      order('integration', 1, { candidate: 2 }),
      'unknown-release',
    ],
    ['to an environment that does not exist', aRelease(), order('prod', 1), 'unknown-environment'],
    ['to the second environment before the first', aRelease(), order('staging', 1), 'not-accepted-below'],
    [
      'past an environment',
      accepted(aRelease(), 'integration', 1),
      order('production', 2),
      'not-accepted-below',
    ],
    [
      'while it only waits below',
      deployed(aRelease(), 'integration', 1),
      order('staging', 2),
      'not-accepted-below',
    ],
    ['to where it already is', intoProduction, order('staging', 9), 'already-there'],
    ['a second time while the first is prepared', asked, order('production', 9), 'already-there'],
    [
      'of a deleted release',
      { ...aRelease(), lifecycle: 'deleted' as const },
      order('integration', 1),
      'release-ended',
    ],
  ])('%s', (_, state, wanted, code) => {
    const { outcome, step } = promote(state, wanted)
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code } })
    expect(step.state).toEqual(state)
    expect([step.newDeployments, step.effects]).toEqual([[], []])
  })

  test('an override names the environments it passes, with its reason', () => {
    const { step } = promote(aRelease(), order('production', 1, { override: 'outage' }))
    const rule = { kind: 'not-accepted-below', environments: ['staging'] }
    expect(step.state.overrides).toEqual([{ rule, by: ALICE, reason: 'outage', at: minute(0) }])
    expect(step.events.map(({ kind }) => kind)).toEqual(['deployment.prepared', 'gate.overridden'])
  })
})

describe('approvals', () => {
  test('what is ordered is what was prepared', () => {
    const prepared = sure(asked.deployments.at(-1))
    expect(deploymentOrder(asked, prepared, minute(9))).toMatchObject({
      id: deploymentId(3),
      commit: asked.candidates[0]?.commit,
      artifactDigest: asked.candidates[0]?.artifactDigest,
      environment: 'production',
    })
  })

  test('of two distinct people other than the requester open the gate', () => {
    expect(approve(asked, decide(ALICE)).outcome).toMatchObject({ refusal: { code: 'four-eyes' } })
    const one = approve(asked, decide(BOB)).step.state
    expect(approve(one, decide(BOB)).outcome).toMatchObject({
      refusal: { code: 'already-approved', by: BOB },
    })
    expect(gates(one)).toEqual([{ kind: 'approvals', have: 1, need: 2, roles: ['managers'] }])
    expect(gates(approve(one, decide(CAROL)).step.state)).toEqual([])
  })

  test.each(['approve', 'reject'] as const)('%s after a rejection says who decided', (verb) => {
    const state = reject(asked, decide(BOB, 3, 'not today')).step.state
    const late = verb === 'approve' ? approve : reject
    expect(late(state, decide(CAROL, 3, 'no')).outcome).toMatchObject({
      refusal: { code: 'already-decided', decision: 'rejected', by: BOB },
    })
  })

  test('a rejection needs a reason', () => {
    expect(reject(asked, decide(BOB, 3, ' ')).outcome).toMatchObject({ refusal: { code: 'reason-missing' } })
  })
})

describe('acceptance', () => {
  const waiting = deployed(accepted(aRelease(), 'integration', 1), 'staging', 2)

  test('makes the next environment available and only that', () => {
    const { outcome, step } = accept(waiting, decide(QUINN, 2))
    expect(outcome).toMatchObject({ done: { code: 'accepted', next: ['production'] } })
    expect(step.effects).toEqual([
      {
        kind: 'tell-environment',
        deploymentId: deploymentId(2),
        environment: 'staging',
        acceptance: 'accepted',
      },
    ])
  })

  test('twice changes nothing and says who accepted', () => {
    const state = accept(waiting, decide(QUINN, 2)).step.state
    const again = accept(state, decide(BOB, 2))
    expect(again.outcome).toMatchObject({ refusal: { code: 'already-decided', by: QUINN } })
    expect(again.step.state).toEqual(state)
  })

  test('of what was superseded is refused', () => {
    const state = applyReport(waiting, {
      ...report(2, 'superseded', 'staging'),
      note: { kind: 'superseded', by: '2026.11.9-rc.1' },
    }).state
    expect(accept(state, decide(QUINN, 2)).outcome).toMatchObject({
      refusal: { code: 'superseded', by: '2026.11.9-rc.1' },
    })
  })

  test('a decision stands when the report that something newer runs comes later', () => {
    const state = accept(waiting, decide(QUINN, 2)).step.state
    expect(applyReport(state, report(2, 'superseded', 'staging')).state.deployments.at(-1)?.state).toBe(
      'accepted',
    )
  })

  test('in the last environment releases; once replaced there the release ends', () => {
    const released = accepted(intoProduction, 'production', 3)
    expect([released.lifecycle, phaseOf(released)]).toEqual(['released', 'deploying'])
    expect(isFinished(released)).toBe(false)
    const replaced = withDeployment(released, deploymentId(3), { replaced: true })
    expect(isFinished(replaced), 'its tags are still to be pushed').toBe(false)
    expect(isFinished({ ...replaced, tags: [] })).toBe(true)
  })

  test('a rejected candidate goes nowhere any more', () => {
    const state = reject(waiting, decide(QUINN, 2, 'broken')).step.state
    expect(promote(state, order('staging', 8)).outcome).toMatchObject({
      refusal: { code: 'candidate-rejected' },
    })
  })
})

describe('deletion', () => {
  const running = applyReport(
    promote(accepted(aRelease(), 'integration', 1), order('staging', 2)).step.state,
    report(2, 'running', 'staging'),
  ).state
  const failed = report(2, 'failed', 'staging')
  test.each([
    ['before anything is deployed', aRelease(), null],
    ['while it is only in the first environment', accepted(aRelease(), 'integration', 1), null],
    ['while a deployment is prepared', asked, 'linked'],
    ['while a deployment above the first environment runs', running, 'still-deploying'],
    ['when that failed after a stage began', applyReport(running, failed).state, 'linked'],
    ['when it touched nothing', applyReport(running, { ...failed, touched: false }).state, null],
    [
      'while its first deployment is prepared',
      promote(aRelease(), order('integration', 1)).step.state,
      'still-deploying',
    ],
  ])('%s', (_, state, code) => {
    const { outcome } = remove(state, by())
    expect(refusalOf(outcome)).toBe(code)
  })
})

describe('levels and soak times', () => {
  const environments = (requires: string) => `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: uat, alongside: integration, patch: { run: p } }
      - { name: production, requires: ${requires}, soak: 1h, patch: { run: p } }`
  const state = (requires: string) => aRelease({ app: anApp({ environments: environments(requires) }) })
  const acceptedAt = (release: ReleaseState, environment: string, number: number, at: string) =>
    withDeployment(deployed(release, environment, number), deploymentId(number), {
      state: 'accepted',
      decision: { by: QUINN, at },
    })

  test.each([
    ['all', ['uat']],
    ['any', null],
  ] as const)('requires %s of the environments below', (requires, missing) => {
    const { outcome } = promote(accepted(state(requires), 'integration', 1), order('production', 3))
    expect(outcome.kind === 'refused' ? outcome.refusal : null).toEqual(
      missing && { code: 'not-accepted-below', candidate: '2026.11.1-rc.1', missing },
    )
  })

  test.each([
    ['all: counts from the last that was needed', 'all', minute(30), minute(90)],
    ['any: counts from the first that sufficed', 'any', minute(10), minute(70)],
  ])('requires %s', (_, requires, since, until) => {
    const both = acceptedAt(acceptedAt(state(requires), 'integration', 1, minute(10)), 'uat', 2, minute(30))
    const prepared = promote(both, order('production', 3)).step.state
    expect(gates(prepared, 3, minute(40))).toEqual([{ kind: 'soak', since, until }])
    expect(gates(prepared, 3, minute(91))).toEqual([])
  })
})

type Move =
  | { readonly kind: 'promote'; readonly environment: string; readonly number: number }
  | { readonly kind: 'approve' | 'accept' | 'reject'; readonly user: typeof ALICE; readonly number: number }
  | { readonly kind: 'report'; readonly to: DeploymentReport['to']; readonly number: number }
const names = ['integration', 'staging', 'production'] as const
const number = fc.integer({ min: 1, max: 5 })
const move: fc.Arbitrary<Move> = fc.oneof(
  fc.record({ kind: fc.constant('promote' as const), environment: fc.constantFrom(...names), number }),
  fc.record({
    kind: fc.constantFrom('approve' as const, 'accept' as const, 'reject' as const),
    user: fc.constantFrom(ALICE, BOB, CAROL, QUINN),
    number,
  }),
  fc.record({
    kind: fc.constant('report' as const),
    to: fc.constantFrom('running', 'awaiting_acceptance', 'failed', 'superseded', 'aborted'),
    number,
  }),
)

/** As its workflow does it: what is ready is queued, and only what was queued is reported on. */
function happen(state: ReleaseState, one: Move, at: string): ReleaseState {
  const id = deploymentId(one.number)
  const known = state.deployments.find((deployment) => deployment.id === id)
  if (one.kind === 'promote')
    return known
      ? state
      : promote(state, order(one.environment, one.number, { by: by(ALICE, at) })).step.state
  if (one.kind === 'report') {
    const flows = known && ['queued', 'running', 'awaiting_acceptance'].includes(known.state)
    return flows ? applyReport(state, report(one.number, one.to, known.environment)).state : state
  }
  const decision = { deploymentId: id, comment: 'because', by: by(one.user, at) }
  const answer = { approve, accept, reject }[one.kind]
  return answer(state, decision).step.state
}

test('no order of events reaches production without acceptance below and both approvals', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      let state = aRelease()
      for (const [index, next] of moves.entries()) {
        state = happen(state, next, minute(index))
        for (const deployment of state.deployments) {
          if (deployment.state === 'prepared' && openGates(state, deployment, minute(index)).length === 0)
            state = withDeployment(state, deployment.id, { state: 'queued' })
        }
        for (const deployment of state.deployments.filter(
          (one) => one.state !== 'prepared' && one.state !== 'rejected',
        )) {
          const target = sure(findEnvironment(state.app, deployment.environment))
          for (const below of environmentsBelow(state.app, target)) {
            const passed = state.deployments.some(
              (one) => one.environment === below.name && one.state === 'accepted',
            )
            expect(passed).toBe(true)
          }
          const counted = new Set(
            deployment.approvals.map(({ user }) => user).filter((user) => user !== deployment.requestedBy),
          )
          expect(counted.size).toBeGreaterThanOrEqual(approvalsNeeded(target.approve))
        }
        const isTop = ({ environment }: { environment: string }): boolean => environment === 'production'
        const inProduction = state.deployments.some((one) => isTop(one) && one.state === 'accepted')
        expect(state.lifecycle === 'released' && !inProduction).toBe(false)
      }
    }),
    { numRuns: propertyRuns(60) },
  )
})
