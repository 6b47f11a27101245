import { describe, expect, test } from 'vitest'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { applyReport } from '../../../domain/release/deployment-reports.js'
import { unheard } from '../../../domain/release/written.js'
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

describe('what a release did not hear', () => {
  test('it is told, and then knows it', () => {
    const state = known('queued')
    const [report, ...more] = unheard(state, [
      written('accepted', { decidedBy: SLIPWAY, decidedAt: minute(5) }),
    ])
    if (report === undefined) throw new Error('nothing is told')

    expect(more).toEqual([])
    expect(report).toMatchObject({ releaseId: releaseId(1), to: 'accepted', touched: true, at: minute(5) })
    const heard = applyReport(state, report).state
    expect(heard.deployments.map((one) => one.state)).toEqual(['accepted'])
    expect(unheard(heard, [written('accepted')])).toEqual([])
  })

  test('a rollback that it never prepared is told too', () => {
    const rollback = written('running', { id: deploymentId(2), kind: 'rollback' })
    expect(unheard(known('running'), [written('running'), rollback])).toMatchObject([
      { deploymentId: deploymentId(2), to: 'running' },
    ])
  })

  test.each([
    ['what it knows', known('running'), written('running')],
    ['what it has decided itself', known('accepted', true), written('awaiting_acceptance')],
    ['what is only prepared', known('queued'), written('prepared')],
  ])('%s is not told', (_, state, view) => {
    expect(unheard(state, [view])).toEqual([])
  })

  test('what was before a decision does not undo it, however late it is told', () => {
    const [late] = unheard(known('running'), [written('awaiting_acceptance')])
    if (late === undefined) throw new Error('nothing is told')
    const { state } = applyReport(known('accepted', true), late)
    expect(state.deployments.map((one) => one.state)).toEqual(['accepted'])
  })
})
