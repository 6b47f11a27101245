import { describe, expect, test } from 'vitest'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { applyEnvironmentReport, applyReport } from '../../../domain/release/deployment-reports.js'
import { resumed } from '../../../domain/release/resume.js'
import { isWritten, missingReports } from '../../../domain/release/written.js'
import type { DeploymentView } from '../../../domain/views.js'
import { ALICE, aRelease, deploymentId, minute, QUINN, releaseId } from '../../support/lane.js'
import { aPrepared, withDeployments } from '../../support/release-moves.js'
import { aDeployment, environmentName } from '../../support/release-views.js'

const decision = { by: QUINN, at: minute(9) }
const known = (state: 'queued' | 'running' | 'accepted', decided = false) =>
  withDeployments(aRelease(), aPrepared('staging', { state, decision: decided ? decision : null }))

const written = (state: DeploymentView['state'], change: Partial<DeploymentView> = {}): DeploymentView =>
  aDeployment({
    ...{ id: deploymentId(1), environment: environmentName('staging'), state, startedAt: minute(3) },
    ...{ candidateNumber: 1, requestedBy: ALICE, decidedBy: null, decidedAt: null, ...change },
  })

describe('what was not reported to a release', () => {
  test('it is reported, and then known', () => {
    const state = known('queued')
    const [report, ...more] = missingReports(state, [
      written('accepted', { decidedBy: SLIPWAY, decidedAt: minute(5) }),
    ])
    if (report === undefined) throw new Error('nothing is reported')

    expect(more).toEqual([])
    expect(report).toMatchObject({ releaseId: releaseId(1), to: 'accepted', touched: true, at: minute(5) })
    const informed = applyReport(state, report).state
    expect(informed.deployments.map((one) => one.state)).toEqual(['accepted'])
    expect(missingReports(informed, [written('accepted')])).toEqual([])
  })

  test('a rollback that it never prepared is reported too', () => {
    const rollback = written('running', { id: deploymentId(2), kind: 'rollback' })
    expect(missingReports(known('running'), [written('running'), rollback])).toMatchObject([
      { deploymentId: deploymentId(2), to: 'running' },
    ])
  })

  test.each([
    ['what it knows', known('running'), written('running')],
    ['what it has decided itself', known('accepted', true), written('awaiting_acceptance')],
    ['what is only prepared', known('queued'), written('prepared')],
  ])('%s is not reported', (_, state, view) => {
    expect(missingReports(state, [view])).toEqual([])
  })

  test('what was before a decision does not undo it, however late it is reported', () => {
    const [late] = missingReports(known('running'), [written('awaiting_acceptance')])
    if (late === undefined) throw new Error('nothing is reported')
    const { state } = applyReport(known('accepted', true), late)
    expect(state.deployments.map((one) => one.state)).toEqual(['accepted'])
  })
})

describe('reports of an environment', () => {
  const report = (to: DeploymentView['state'], at: string) => {
    const decided = { decidedBy: SLIPWAY, decidedAt: at, startedAt: null }
    const deployments = missingReports(known('queued'), [written(to, decided)])
    return { release: known('queued').id, at, deployments }
  }
  const statesAfter = (...reports: readonly ReturnType<typeof report>[]) => {
    const state = reports.reduce((now, one) => applyEnvironmentReport(now, one).state, known('queued'))
    return state.deployments.map((one) => one.state)
  }

  test('that arrive again after newer ones move nothing back', () => {
    const running = report('running', minute(4))
    const failed = report('failed', minute(5))
    expect(statesAfter(running, failed, running)).toEqual(['failed'])
    expect(statesAfter(running, failed, failed)).toEqual(['failed'])
    expect(statesAfter(running, failed, report('running', minute(6)))).toEqual(['running'])
  })

  test('of how far a deployment is need no record of the release, those of its end do', () => {
    const isWrittenAfter = (one: ReturnType<typeof report>): boolean =>
      isWritten(known('queued'), applyEnvironmentReport(known('queued'), one).state)
    expect(isWrittenAfter(report('running', minute(4)))).toBe(true)
    expect(isWrittenAfter(report('accepted', minute(4)))).toBe(false)
  })
})

test('a release that goes on from its record gives its environment what that never took', () => {
  const after = (view: DeploymentView) =>
    resumed(known('queued'), [view], minute(9)).state.deployments.map(({ state }) => state)
  expect(after(written('prepared'))).toEqual(['prepared'])
  expect(after(written('queued'))).toEqual(['queued'])
  expect(after(written('running'))).toEqual(['running'])
})
