import { describe, expect, test } from 'vitest'
import {
  claimPlace,
  freePlace,
  noPreviews,
  type PreviewPlaces,
  placesAfter,
  previewsOfBranch,
  upgradePreviews,
} from '../../../domain/environment/preview-places.js'
import type { EnvironmentName } from '../../../domain/identifiers.js'

const name = (text: string) => text as EnvironmentName
/** `pr-1 pr-2 | pr-3`: who lives, and who waits. */
const shown = ({ living, waiting }: PreviewPlaces) =>
  [living, waiting].map((all) => all.map((one) => one.name).join(' ')).join(' | ')
const claim = (places: PreviewPlaces, text: string, most = 2, branch: string | null = `b-${text}`) =>
  claimPlace(places, { name: name(text), branch, most })
const free = (places: PreviewPlaces, text: string) => freePlace(places, name(text))
/** So many have claimed one of two places. */
const claimed = (count: number): PreviewPlaces =>
  Array.from({ length: count }, (_, index) => `pr-${index + 1}`).reduce(
    (places, one) => claim(places, one),
    noPreviews,
  )
/** No more may wait. */
const full = (): PreviewPlaces => claimed(302)

test('before the first there are none', () => {
  expect(noPreviews).toEqual({ stateVersion: 1, run: 1, seq: 0, most: 0, living: [], waiting: [] })
  expect(upgradePreviews(claimed(3))).toEqual(claimed(3))
  expect(() => upgradePreviews({ ...noPreviews, stateVersion: 99 as 1 })).toThrow('Unexpected value: 99')
})

test.each<[string, () => PreviewPlaces, string]>([
  ['a free place is given at once', () => claim(noPreviews, 'pr-1'), 'pr-1 | '],
  ['the next waits where all are taken', () => claimed(3), 'pr-1 pr-2 | pr-3'],
  ['asking again changes nothing for one that lives', () => claim(claimed(3), 'pr-1'), 'pr-1 pr-2 | pr-3'],
  ['asking again keeps the place in line', () => claim(claimed(4), 'pr-3'), 'pr-1 pr-2 | pr-3 pr-4'],
  ['a freed place goes to the first in line', () => free(claimed(4), 'pr-1'), 'pr-2 pr-3 | pr-4'],
  ['who waits may go too', () => free(claimed(4), 'pr-3'), 'pr-1 pr-2 | pr-4'],
  ['a stranger frees nothing', () => free(claimed(3), 'pr-9'), 'pr-1 pr-2 | pr-3'],
  ['more places let more live', () => claim(claimed(4), 'pr-1', 3), 'pr-1 pr-2 pr-3 | pr-4'],
  ['fewer take nobody away', () => claim(claimed(3), 'pr-4', 1), 'pr-1 pr-2 | pr-3 pr-4'],
  [
    'and let nobody in until enough have gone',
    () => free(claim(claimed(3), 'pr-4', 1), 'pr-1'),
    'pr-2 | pr-3 pr-4',
  ],
])('%s', (_, places, wanted) => {
  expect(shown(places())).toBe(wanted)
})

test('three hundred may wait; those that do may still ask again', () => {
  const places = full()
  expect([places.living.length, places.waiting.length, places.most]).toEqual([2, 300, 2])
  expect(claim(places, 'pr-303')).toEqual(places)
  expect(shown(claim(free(places, 'pr-7'), 'pr-303'))).toMatch(/ pr-302 pr-303$/)
  expect(previewsOfBranch(claim(places, 'pr-302', 2, 'main'), 'main')).toEqual(['pr-302'])
})

describe('what is told', () => {
  const report = (text: string, granted: boolean, ahead: number, living = 2) => ({
    ...{ name: text, report: { granted, ahead, living, most: 2 } },
  })
  const same = (places: PreviewPlaces) => [places, places] as const
  test.each<[string, () => readonly [PreviewPlaces, PreviewPlaces], string | null, readonly object[]]>([
    [
      'a preview that is let in is told so',
      () => [noPreviews, claimed(1)],
      null,
      [report('pr-1', true, 0, 1)],
    ],
    [
      'a preview that waits is told its place in line',
      () => [claimed(3), claimed(4)],
      null,
      [report('pr-3', false, 0), report('pr-4', false, 1)],
    ],
    [
      'all that move up are told',
      () => [claimed(4), free(claimed(4), 'pr-1')],
      null,
      [report('pr-3', true, 0), report('pr-4', false, 0)],
    ],
    ['a preview that lived before is told nothing', () => [claimed(3), free(claimed(3), 'pr-3')], null, []],
    [
      'a preview that lives and asks again is told so once more',
      () => same(claimed(2)),
      'pr-1',
      [report('pr-1', true, 0)],
    ],
    [
      'a preview that waits and asks again is told so once',
      () => same(claimed(3)),
      'pr-3',
      [report('pr-3', false, 0)],
    ],
    [
      'who asks for nothing that there is stands behind all',
      () => same(claimed(3)),
      'pr-9',
      [report('pr-9', false, 1), report('pr-3', false, 0)],
    ],
  ])('%s', (_, places, asked, told) => {
    const [before, after] = places()
    expect(placesAfter(before, after, asked === null ? null : name(asked))).toEqual(told)
  })

  test('a preview that finds the line full is told how many are before it', () => {
    const [first] = placesAfter(full(), claim(full(), 'pr-303'), name('pr-303'))
    expect(first).toEqual(report('pr-303', false, 300))
  })
})

test('the previews of a branch, as it is followed now', () => {
  const moved = claim(claim(claimed(4), 'pr-1', 2, 'main'), 'pr-4', 2, 'main')
  expect(previewsOfBranch(moved, 'main')).toEqual(['pr-1', 'pr-4'])
  expect(previewsOfBranch(moved, 'b-pr-1')).toEqual([])
  expect(previewsOfBranch(moved, 'b-pr-3')).toEqual(['pr-3'])
})
