/** How large a release may become, and what is refused then. */
import { describe, expect, test } from 'vitest'
import { releaseRules } from '../../../domain/release/orders.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { aRelease, by, commitOf, deploymentId } from '../../support/lane.js'

const release = aRelease()
const linked = (state: ReleaseState, letter: string): ReleaseState => ({
  ...state,
  references: [...state.references, letter.repeat(1_000)],
})
const nearlyFull = Array.from({ length: 68 }, (_, index) => String.fromCodePoint(0x4e_00 + index)).reduce(
  (state, letter) => linked(state, letter.slice(0, 1)),
  release,
)
const full: ReleaseState = { ...release, references: ['x'.repeat(80_000)] }
const edit = (links: readonly string[]) => ({
  ...{ title: null, description: null, plannedAt: null, scope: null, after: null },
  ...{ links, by: by() },
})
const pick = {
  ...{ step: 'start', picks: [commitOf(2)], override: null, firstDeployment: deploymentId(3) },
  by: by(),
} as unknown as Parameters<(typeof releaseRules)['pick']>[1]

describe('a release that is full', () => {
  test('takes no more words, and says how much there is', () => {
    const { step, outcome } = releaseRules.edit(full, edit(['https://x.io/2']))
    expect(outcome).toMatchObject({ kind: 'refused', refusal: { code: 'no-room', most: 144 * 1_024 } })
    expect(step.state).toBe(full)
    expect(releaseRules.edit(release, edit(['https://x.io/2'])).outcome.kind).toBe('done')
  })

  test('takes no pick while what git may answer would not fit', () => {
    const half: ReleaseState = { ...release, references: ['x'.repeat(60_000)] }
    expect(releaseRules.edit(half, edit(['https://x.io/2'])).outcome.kind).toBe('done')
    expect(releaseRules.pick(half, pick).outcome).toMatchObject({ refusal: { code: 'no-room' } })
    expect(releaseRules.pick(release, pick).outcome.kind).toBe('done')
  })

  test('can still be ended, and says what is wrong before that there is no room', () => {
    expect(releaseRules.abandon(full, by()).outcome.kind).toBe('done')
    const ended = { ...full, lifecycle: 'abandoned' } as const
    expect(releaseRules.edit(ended, edit(['x'])).outcome).toMatchObject({
      refusal: { code: 'release-ended' },
    })
  })

  test('counts every byte, however few characters they are', () => {
    expect(releaseRules.edit(nearlyFull, edit(['y'])).outcome).toMatchObject({
      refusal: { code: 'no-room' },
    })
  })
})
