/** What an environment reports to the releases that it concerns. */
import { expect, test } from 'vitest'
import { type DeploymentReport, reportsToReleases } from '../../../domain/environment/state.js'

import { ALICE, deploymentId, minute, releaseId } from '../../support/lane.js'
import { environmentName } from '../../support/release-views.js'

const report = (release: number, deployment: number, to: DeploymentReport['to']): DeploymentReport => ({
  ...{ releaseId: releaseId(release), deploymentId: deploymentId(deployment), candidate: 1, to },
  ...{ environment: environmentName('staging'), at: minute(1), by: ALICE, requestedBy: ALICE, note: null },
  ...{ touched: false, replaced: false, rolledBack: false },
})
const [first, superseded, second] = [
  report(1, 1, 'running'),
  report(2, 2, 'superseded'),
  report(1, 1, 'failed'),
]

test.each([
  ['nothing, when no release is concerned', [], []],
  ['all to the one that is', [first, second], [[1, [first, second]]]],
  [
    'to each its own, oldest first',
    [first, superseded, second],
    [
      [1, [first, second]],
      [2, [superseded]],
    ],
  ],
] as const)('it reports %s', (_, deployments, expected) => {
  expect(reportsToReleases(deployments, minute(2))).toEqual(
    expected.map(([release, its]) => ({ release: releaseId(release), at: minute(2), deployments: its })),
  )
})
