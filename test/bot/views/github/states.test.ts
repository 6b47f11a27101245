import { expect, test } from 'vitest'
import { buildStatus, environmentStatus, shownDeployment } from '../../../../bot/views/github/states.js'
import type { DeploymentFacts } from '../../../../domain/forge/reports.js'
import type { DeploymentState } from '../../../../domain/states.js'

const facts = (state: DeploymentState, given: Partial<DeploymentFacts> = {}): DeploymentFacts => ({
  state,
  started: true,
  failedStage: null,
  current: true,
  name: '2026.11.3-rc.1',
  ...given,
})
const waiting = { started: false, current: false }

test.each([
  ['running', 'pending'],
  ['succeeded', 'success'],
  ['failed', 'failure'],
] as const)('a build that is %s is %s', (state, shown) => {
  expect(buildStatus(state).state).toBe(shown)
})

test.each([
  [facts('prepared', waiting), 'pending', null],
  [facts('queued', waiting), 'pending', 'queued'],
  [facts('running', { current: false }), 'pending', 'in_progress'],
  [facts('awaiting_acceptance'), 'pending', 'success'],
  [facts('accepted'), 'success', 'success'],
  [facts('accepted', { current: false }), 'success', 'inactive'],
  [facts('failed', { failedStage: 'check', current: false }), 'failure', 'failure'],
  [facts('rejected'), 'failure', 'failure'],
  [facts('rejected', { current: false }), 'failure', 'inactive'],
  [facts('rejected', waiting), 'failure', 'inactive'],
  [facts('superseded', { current: false }), 'success', 'inactive'],
  [facts('superseded', waiting), 'error', 'inactive'],
  [facts('superseded', { failedStage: 'patch', current: false }), 'error', 'inactive'],
  [facts('aborted', { current: false }), 'error', 'error'],
  [facts('aborted', waiting), 'error', 'inactive'],
])('%j', (given, status, deployment) => {
  expect(environmentStatus(given).state).toBe(status)
  expect(shownDeployment(given)?.state ?? null).toBe(deployment)
})

test('a sentence says what and is no longer than GitHub takes', () => {
  expect(environmentStatus(facts('failed', { failedStage: 'check' })).says).toBe(
    '2026.11.3-rc.1 failed at check',
  )
  expect(environmentStatus(facts('accepted', { name: 'x'.repeat(300) })).says).toHaveLength(140)
})
