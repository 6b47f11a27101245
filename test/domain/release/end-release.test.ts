/** When a release may be deleted or given up, and when nothing can happen to it any more. */
import { describe, expect, test } from 'vitest'
import {
  isFinished,
  mustGoOn,
  refuseAbandoning,
  refuseDeletion,
} from '../../../domain/release/end-release.js'
import type { ReleaseDeployment, ReleaseState } from '../../../domain/release/state.js'
import type { ReleaseLifecycle } from '../../../domain/states.js'
import { aRelease, deploymentId, sure } from '../../support/lane.js'
import { aPrepared, withDeployments } from '../../support/release-moves.js'

const one = (change: Partial<ReleaseDeployment> = {}): ReleaseState =>
  withDeployments(aRelease(), aPrepared('production', change))

describe('the end of a release', () => {
  const as = (lifecycle: ReleaseLifecycle, change: Partial<ReleaseState> = {}): ReleaseState => ({
    ...aRelease(),
    lifecycle,
    ...change,
  })
  const linked = ['staging'] as unknown as ReleaseState['linked']
  const lasting = (change: Partial<ReleaseDeployment>) => ({
    ...one({ state: 'accepted', ...change }),
    lifecycle: 'released' as const,
    tags: [],
  })

  test.each<[string, ReleaseState, string | null, string | null]>([
    ['an open one', aRelease(), null, null],
    ['a draft', as('draft'), null, null],
    ['one that went beyond the first environment', as('open', { linked }), 'linked', null],
    ['one that is prepared somewhere', one(), 'still-deploying', 'still-deploying'],
    ['one that waits somewhere', one({ state: 'queued' }), 'still-deploying', 'still-deploying'],
    ['one that is deployed somewhere', one({ state: 'running' }), 'still-deploying', 'still-deploying'],
    ['one that runs somewhere', one({ state: 'accepted' }), null, null],
    ['a released one', as('released'), null, 'release-ended'],
    ['a deleted one', as('deleted'), 'release-ended', 'release-ended'],
    ['an abandoned one', as('abandoned'), null, 'release-ended'],
  ])('%s', (_, ...[state, deletion, abandoning]) => {
    expect([refuseDeletion(state)?.code ?? null, refuseAbandoning(state)?.code ?? null]).toEqual([
      deletion,
      abandoning,
    ])
  })

  test.each<[string, ReleaseState, boolean]>([
    ['while it is open', aRelease(), false],
    ['once it is deleted', as('deleted'), true],
    ['once it is abandoned', as('abandoned'), true],
    ['while it is what users have', lasting({}), false],
    ['once something newer took its place', lasting({ replaced: true }), true],
    [
      'not after a rollback, from where it may come back',
      { ...lasting({ replaced: true }), rolledBack: true },
      false,
    ],
    [
      'not while it goes somewhere',
      withDeployments(
        lasting({ replaced: true }),
        sure(lasting({ replaced: true }).deployments[0]),
        aPrepared('staging', { id: deploymentId(2) }),
      ),
      false,
    ],
    ['not while a tag is not pushed', { ...lasting({ replaced: true }), tags: aRelease().tags }, false],
    ['not when users never had it', as('released', { tags: [] }), false],
  ])('nothing can happen any more %s', (_, state, finished) => {
    expect(isFinished(state)).toBe(finished)
  })

  const over = lasting({ replaced: true })
  test.each<[string, ReleaseLifecycle, ReleaseState | null, boolean]>([
    ['an open one', 'open', aRelease(), true],
    ['a draft', 'draft', as('draft'), true],
    ['a released one that may yet be rolled back', 'released', lasting({}), true],
    ['a released one that came to its end', 'released', over, false],
    ['one whose end was recorded and is not shown yet', 'open', as('abandoned'), false],
    ['a deleted one, whose record does not say so', 'deleted', aRelease(), false],
    ['one that was given up', 'abandoned', aRelease(), false],
    ['one that recorded nothing', 'open', null, false],
  ])('without its workflow %s goes on or has ended', (_, shown, recorded, goesOn) => {
    expect(mustGoOn(shown, recorded)).toBe(goesOn)
  })
})
