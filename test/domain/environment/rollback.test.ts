import { describe, expect, test } from 'vitest'
import { environmentDetail } from '../../../domain/environment/details-shown.js'
import { rollBack, rollbackTargets } from '../../../domain/environment/rollback.js'
import type { DeploymentRequest, EnvironmentState } from '../../../domain/environment/state.js'
import { ALICE, aLane, anOrder, commitOf, deploymentId, digestOf, minute } from '../../support/lane.js'

const build = (number: number, bytes: number, change: Partial<DeploymentRequest> = {}) =>
  anOrder(number, { commit: commitOf(bytes), artifactDigest: digestOf(bytes), ...change })
const back = (number: number, bytes: number) => build(number, bytes, { kind: 'rollback' })

/** All of them accepted there, one after the other; the last one runs. */
function ran(...orders: readonly DeploymentRequest[]): EnvironmentState {
  const last = orders.at(-1)
  const current = last ? ({ order: last, acceptance: 'accepted', since: minute(1) } as const) : null
  return { ...aLane(), accepted: orders, current }
}
const failing = (state: EnvironmentState, order: DeploymentRequest): EnvironmentState => ({
  ...state,
  failed: {
    entry: { order, attempt: { number: 1, from: null, runs: {}, host: null, reattach: false } },
    ...{ stage: 'patch', runs: {}, touched: true, at: minute(2) },
    why: { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } },
  },
})
const rebuilt = (number: number) => build(number, 1, { artifactDigest: digestOf(9) })

describe('where a rollback goes', () => {
  test.each<[string, EnvironmentState, number | null]>([
    ['nowhere, when nothing ever ran', ran(), null],
    ['nowhere, when only this ran', ran(build(1, 1)), null],
    ['to what was accepted before', ran(build(1, 1), build(2, 2)), 1],
    ['past the same bytes put there again', ran(build(1, 1), build(2, 2), build(3, 2)), 1],
    ['to another build of the same commit', ran(build(1, 1), rebuilt(2)), 1],
    ['further back, after a rollback', ran(build(1, 1), build(2, 2), build(3, 3), back(4, 2)), 1],
    ['nowhere, when rolled back to the first', ran(build(1, 1), build(2, 2), back(3, 1)), null],
    ['to what runs, after a failure', failing(ran(build(1, 1), build(2, 2)), build(3, 3)), 2],
    ['to the same build, when its redeployment failed', failing(ran(build(1, 1)), build(2, 1)), 1],
  ])('%s', (_, state, number) => {
    const wanted = number === null ? null : deploymentId(number)
    expect(environmentDetail(state).rollbackTo).toBe(wanted)
    const order = {
      deploymentId: deploymentId(50),
      to: null,
      reason: 'broken',
      failure: null,
      by: ALICE,
      at: minute(3),
    }
    const { outcome, step } = rollBack(state, order)
    expect(outcome.kind).toBe(wanted === null ? 'refused' : 'done')
    const target = state.accepted.find(({ id }) => id === wanted)
    expect(step.state.queue[0]?.order.artifactDigest).toEqual(target?.artifactDigest)
  })
})

test('what was rolled back from is no target any more, another build of its commit is', () => {
  const targets = rollbackTargets(ran(rebuilt(1), build(2, 1), build(3, 3), back(4, 1)))
  expect(targets.map(({ id }) => id)).toEqual([deploymentId(1), deploymentId(4)])
})
