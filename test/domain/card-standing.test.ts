import { expect, test } from 'vitest'
import { newestAttempts, newestDeployments, newestRepeats } from '../../domain/card-standing.js'
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
