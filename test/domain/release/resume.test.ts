/** A release that goes on from its record: what was on its way is asked for and told again. */
import { expect, test } from 'vitest'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { promote } from '../../../domain/release/handle.js'
import { resumed } from '../../../domain/release/resume.js'
import { type ReleaseDeployment, type ReleaseState, withDeployment } from '../../../domain/release/state.js'
import { ALICE, aRelease, BOB, by, deploymentId, minute } from '../../support/lane.js'

const release = promote(aRelease(), {
  ...{ deploymentId: deploymentId(1), candidate: 1, environment: 'integration' },
  ...{ override: null, olderConfirmed: false, by: by() },
}).step.state
const stands = (change: Partial<ReleaseDeployment>): ReleaseState =>
  withDeployment(release, deploymentId(1), { decision: { by: BOB, at: minute(3) }, ...change })
const tells = (acceptance: 'accepted' | 'rejected') => ({
  ...{ kind: 'tell-environment', deploymentId: deploymentId(1), environment: 'integration', acceptance },
})

test.each<[string, ReleaseState, readonly object[]]>([
  ['nothing, where nothing is under way', aRelease(), []],
  ['its build', aRelease({ built: false }), [{ kind: 'build', candidate: 1 }]],
  ['that it was accepted', stands({ state: 'accepted' }), [tells('accepted')]],
  ['that it was rejected', stands({ state: 'rejected' }), [tells('rejected')]],
  ['nothing that nobody decided', stands({ state: 'accepted', decision: null }), []],
  ['nothing of what was replaced since', stands({ state: 'accepted', replaced: true }), []],
  ['nothing that waits for a decision', stands({ state: 'awaiting_acceptance' }), []],
])('asks for or tells %s', (_, state, effects) => {
  expect(resumed(state, [], minute(9)).effects).toEqual(effects)
})

test.each<[ReleaseState['busy'], readonly string[]]>([
  [null, []],
  [{ kind: 'cut' }, ['cut']],
  [{ kind: 'pick', by: ALICE, at: minute(1), progress: null }, ['pick']],
])('what it did is given up and said: %j', (busy, interrupted) => {
  const { state, events } = resumed({ ...release, busy }, [], minute(9))
  expect(state).toEqual({ ...release, busy: null })
  expect(events).toMatchObject([
    { kind: 'release.restored', facts: { interrupted }, at: minute(9), actor: SLIPWAY },
  ])
})
