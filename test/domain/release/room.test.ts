/** How large a release may become, and what is refused then. */
import { describe, expect, test } from 'vitest'
import { done, refuse } from '../../../domain/refusal.js'
import { releaseRules } from '../../../domain/release/orders.js'
import { releaseRecord } from '../../../domain/release/record.js'
import { ROOM_FOR_PICKS, withRoom } from '../../../domain/release/room.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { releaseStep } from '../../../domain/release/step.js'
import { sizeOf } from '../../../domain/sizes.js'
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

describe('a rule with room', () => {
  const most = 144 * 1_024
  const kept = (state: ReleaseState) => sizeOf(state) + sizeOf(releaseRecord(state))
  /** A release of so many bytes more than that one; each letter counts in its state and in its record. */
  const grown = (letters: number): ReleaseState => ({ ...release, scope: 'x'.repeat(letters) })
  const room = Math.floor((most - kept(release)) / 2)
  const to = (state: ReleaseState, reserve?: number) =>
    withRoom(() => ({ step: releaseStep(state), outcome: done({ code: 'thawed' }) }), reserve)

  test.each<[string, ReleaseState, ReleaseState, number | undefined, boolean]>([
    ['fills a release to the last byte', release, grown(room), undefined, true],
    ['takes nothing beyond', release, grown(room + 1), undefined, false],
    ['keeps room for what its end will add', release, grown(room), ROOM_FOR_PICKS, false],
    ['takes what leaves that room', release, grown(room - ROOM_FOR_PICKS / 2), ROOM_FOR_PICKS, true],
    ['lets one that is too large become smaller', grown(room + 9), grown(room + 8), undefined, true],
    ['lets it stay as large', grown(room + 9), grown(room + 9), undefined, true],
  ])('%s', (_, ...[before, after, reserve, taken]) => {
    const { step, outcome } = to(after, reserve)(before, {})
    expect(step.state).toBe(taken ? after : before)
    expect(outcome).toMatchObject(
      taken ? { kind: 'done' } : { refusal: { code: 'no-room', bytes: kept(after) + (reserve ?? 0), most } },
    )
  })

  test('refuses for its own reasons first', () => {
    const no = refuse({ code: 'title-missing' })
    const rule = withRoom(() => ({ step: releaseStep(grown(most)), outcome: no }))
    expect(rule(release, {}).outcome).toBe(no)
  })
})
