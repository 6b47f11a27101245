import { expect, test } from 'vitest'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import { linkOrigins, type Ran } from '../../../domain/release/link-origins.js'
import type { DeploymentState } from '../../../domain/states.js'

const name = (text: string): EnvironmentName => text as EnvironmentName
const bound = [
  { name: name('integration'), level: 0 },
  { name: name('staging'), level: 1 },
  { name: name('uat'), level: 1 },
  { name: name('production'), level: 2 },
]
const ran = (environment: string, state: DeploymentState, candidate = 1): Ran => ({
  environment: name(environment),
  candidate,
  state,
  started: state !== 'prepared' && state !== 'queued',
})
const good = ran('integration', 'accepted')

test.each([
  ['integration', [], []],
  ['integration', [good], []],
  ['a-preview', [good], []],
  ['staging', [good], ['integration']],
  // A neighbour of the same level is no origin.
  ['uat', [good, ran('staging', 'accepted')], ['integration']],
  ['production', [good, ran('staging', 'accepted'), ran('uat', 'accepted')], ['staging', 'uat']],
  ['production', [good, ran('staging', 'accepted'), ran('uat', 'running')], ['staging']],
  // What another candidate earned does not count.
  ['production', [ran('staging', 'accepted', 2), ran('uat', 'accepted')], ['uat']],
  // An override skipped the level below.
  ['production', [good, ran('staging', 'rejected')], ['integration']],
  ['production', [ran('integration', 'failed'), ran('staging', 'prepared')], ['integration']],
  ['production', [], ['integration']],
] as const)('into %s after %j: from %j', (to, deployments, origins) => {
  expect(linkOrigins({ bound, to: name(to), candidate: 1 }, deployments)).toEqual(origins)
})
