/** Where a candidate is, and where it may be promoted. */
import { describe, expect, test } from 'vitest'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import { isThere, missingBelow, promotable } from '../../../domain/release/promotion.js'
import { type ReleaseDeployment, type ReleaseState, withCandidate } from '../../../domain/release/state.js'
import { aRelease, sure } from '../../support/lane.js'
import { accepted, aPrepared, app, withDeployments, withSecond } from '../../support/release-moves.js'

const release = aRelease({ app })
const target = (name: string) => sure(app.environments.find((one) => one.name === name))
const below = withDeployments(release, accepted('integration', 1), accepted('staging', 2), accepted('uat', 3))

describe('a candidate', () => {
  test.each<[ReleaseDeployment['state'], boolean]>([
    ['prepared', true],
    ['queued', true],
    ['running', true],
    ['awaiting_acceptance', true],
    ['failed', true],
    ['accepted', true],
    ['rejected', false],
    ['superseded', false],
    ['aborted', false],
  ])('that is %s somewhere is there: %s', (state, there) => {
    const place = { candidate: 1, environment: 'staging' as EnvironmentName }
    expect(isThere(aPrepared('staging', { state }), place)).toBe(there)
    expect(isThere(aPrepared('staging', { state, replaced: true }), place)).toBe(false)
    expect(isThere(aPrepared('uat', { state }), place)).toBe(false)
    expect(isThere(aPrepared('staging', { state, candidate: 2 }), place)).toBe(false)
  })

  test.each<[string, ReleaseState, readonly string[]]>([
    ['the first environment', release, ['1 integration']],
    ['the next', below, ['1 production']],
    ['nowhere before it is built', withCandidate(release, 1, { state: 'building' }), []],
    ['each good candidate', withSecond(release), ['1 integration', '2 integration']],
    [
      'where it was rolled back from, once more',
      withDeployments(release, accepted('integration', 1, { replaced: true })),
      ['1 integration again', '1 staging', '1 uat'],
    ],
    ['also once it is released', { ...below, lifecycle: 'released' }, ['1 production']],
    ['nowhere once it is abandoned', { ...below, lifecycle: 'abandoned' }, []],
  ])('is offered for promotion: %s', (_, state, wanted) => {
    expect(
      promotable(state).map(
        ({ candidate, environment, again }) => `${candidate} ${environment}${again ? ' again' : ''}`,
      ),
    ).toEqual(wanted)
  })

  test('nothing is below the first environment', () => {
    expect(missingBelow(release, 1, target('integration'))).toEqual([])
  })
})
