import { expect, test } from 'vitest'
import { isPassing, newestAttempts, newestDeployments, newestRepeats } from '../../domain/card-standing.js'
import type { DeploymentKind } from '../../domain/states.js'
import { aDeployment, aRelease, environmentName } from '../support/release-views.js'

const on = (number: number, environment: string, kind: DeploymentKind) =>
  aDeployment({ number, environment: environmentName(environment), kind })

const shop = (...orders: readonly (readonly [environment: string, kind: DeploymentKind])[]) =>
  aRelease({ deployments: orders.map(([environment, kind], index) => on(index + 1, environment, kind)) })

test.each([
  { orders: [], steps: [], repeats: [], attempts: [] },
  { orders: [['staging', 'promote']], steps: [1], repeats: [], attempts: [1] },
  {
    orders: [
      ['staging', 'promote'],
      ['staging', 'redeploy'],
      ['staging', 'rebuild'],
    ],
    steps: [1],
    repeats: [3],
    attempts: [1, 3],
  },
  {
    orders: [
      ['staging', 'promote'],
      ['staging', 'redeploy'],
      ['staging', 'rollback'],
    ],
    steps: [3],
    repeats: [],
    attempts: [3],
  },
  {
    orders: [
      ['integration', 'promote'],
      ['staging', 'promote'],
      ['integration', 'rebuild'],
      ['staging', 'promote'],
    ],
    steps: [1, 4],
    repeats: [3],
    attempts: [1, 3, 4],
  },
] as const)('of $orders the steps are $steps and the repeats $repeats', ({ orders, ...expected }) => {
  const view = shop(...orders)
  const numbers = (found: readonly { readonly number: number }[]) => found.map(({ number }) => number)
  expect({
    steps: numbers(newestDeployments(view)),
    repeats: numbers(newestRepeats(view)),
    attempts: numbers(newestAttempts(view)),
  }).toEqual(expected)
})

test.each([
  ['nothing keeps it', { needs: 0 }, true],
  ['an approval is missing', { needs: 1 }, false],
  ['it is in line', { needs: 0, state: 'queued' }, false],
] as const)('passes at once or waits: %s', (_, over, passes) => {
  const one = aDeployment({ state: 'prepared', approvals: [], ...over })
  const view = aRelease({ deployments: [one] })

  expect(isPassing(view, one)).toBe(passes)
})

test('what keeps it besides approvals makes it wait', () => {
  const one = aDeployment({ state: 'prepared', approvals: [], needs: 0 })
  const gates = [
    { kind: 'soak', since: '2026-11-21T11:00:00.000Z', until: '2026-11-21T12:00:00.000Z' },
  ] as const
  const prepared = [{ deploymentId: one.id, gates, approval: null, again: null }]
  const view = aRelease({ deployments: [one], detail: { ...aRelease().detail, prepared } })

  expect(isPassing(view, one)).toBe(false)
})
