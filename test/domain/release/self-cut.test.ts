/** A release that Slipway cuts automatically, and one that a person asked for. */
import { expect, test } from 'vitest'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import { selfCut } from '../../../domain/release/self-cut.js'
import { bySlipway } from '../../../domain/release/state.js'
import { anApp } from '../../support/app-definition.js'
import { BOB, commitOf, deploymentId, minute, releaseId, sure } from '../../support/lane.js'

const app = anApp()
const cut = {
  ...{ app, releaseId: releaseId(1), deploymentId: deploymentId(2), commit: commitOf(3) },
  ...{ title: 'Train of 2026-12-01', type: 'feature', at: minute(4) },
}
const order = {
  ...{ id: releaseId(1), app, channel: app.channel, title: 'Train of 2026-12-01', description: '' },
  ...{ type: 'feature', ref: commitOf(3), version: null, override: null, by: bySlipway(minute(4)) },
  ...{ firstDeployment: deploymentId(2), draft: null },
}
const upTo = sure(parseEnvironmentName('staging'))

test.each([
  ['of nobody, as far as its type says', {}],
  ['of a person', { requestedBy: BOB }],
  ['as far as the file says', { upTo }],
])('at the word %s', (_, more) => {
  expect(selfCut({ ...cut, ...more })).toEqual({ ...order, ...more })
})
