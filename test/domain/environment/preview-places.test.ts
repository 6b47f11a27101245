import { expect, test } from 'vitest'
import {
  claimPlace,
  freePlace,
  noPreviews,
  type PreviewPlaces,
  placesAfter,
  previewsOfBranch,
} from '../../../domain/environment/preview-places.js'
import type { EnvironmentName } from '../../../domain/identifiers.js'

const name = (text: string) => text as EnvironmentName
/** `pr-1 pr-2 | pr-3`: who lives, and who waits. */
const shown = ({ living, waiting }: PreviewPlaces) =>
  [living, waiting].map((all) => all.map((one) => one.name).join(' ')).join(' | ')
const claim = (places: PreviewPlaces, text: string, most = 2, branch: string | null = `b-${text}`) =>
  claimPlace(places, { name: name(text), branch, most })
const three = ['pr-1', 'pr-2', 'pr-3'].reduce((places, one) => claim(places, one), noPreviews)
const four = claim(three, 'pr-4')

test.each<[string, PreviewPlaces, string]>([
  ['a free place is given at once', claim(noPreviews, 'pr-1'), 'pr-1 | '],
  ['the next waits where all are taken', three, 'pr-1 pr-2 | pr-3'],
  ['asking again changes nothing for one that lives', claim(three, 'pr-1'), 'pr-1 pr-2 | pr-3'],
  ['asking again keeps the place in line', claim(four, 'pr-3'), 'pr-1 pr-2 | pr-3 pr-4'],
  ['a freed place goes to the first in line', freePlace(four, name('pr-1')), 'pr-2 pr-3 | pr-4'],
  ['who waits may go too', freePlace(four, name('pr-3')), 'pr-1 pr-2 | pr-4'],
  ['a stranger frees nothing', freePlace(three, name('pr-9')), 'pr-1 pr-2 | pr-3'],
  ['more places let more live', claim(four, 'pr-1', 3), 'pr-1 pr-2 pr-3 | pr-4'],
  ['fewer take nobody away', claim(three, 'pr-4', 1), 'pr-1 pr-2 | pr-3 pr-4'],
  [
    'and let nobody in until enough have gone',
    freePlace(claim(three, 'pr-4', 1), name('pr-1')),
    'pr-2 | pr-3 pr-4',
  ],
])('%s', (_, places, wanted) => {
  expect(shown(places)).toBe(wanted)
})

test.each<[string, PreviewPlaces, PreviewPlaces, readonly unknown[]]>([
  ['who is let in hears it', noPreviews, claim(noPreviews, 'pr-1'), [['pr-1', true, 0, 1]]],
  [
    'who waits hears where it stands',
    three,
    four,
    [
      ['pr-3', false, 0, 2],
      ['pr-4', false, 1, 2],
    ],
  ],
  [
    'who moves up hears both',
    four,
    freePlace(four, name('pr-1')),
    [
      ['pr-3', true, 0, 2],
      ['pr-4', false, 0, 2],
    ],
  ],
  ['who lived before hears nothing', three, freePlace(three, name('pr-3')), []],
])('%s', (_, before, after, wanted) => {
  const told = placesAfter(before, after)
  expect(told.map(({ name: who, report }) => [who, report.granted, report.ahead, report.living])).toEqual(
    wanted,
  )
  expect(told.every(({ report }) => report.most === 2)).toBe(true)
})

test('whoever asks is answered, also again: it may have missed the first answer', () => {
  const told = placesAfter(four, claim(four, 'pr-1', 2), name('pr-1'))
  expect(told.map(({ name: who, report }) => [who, report.granted])).toContainEqual(['pr-1', true])
})

test('the previews of a branch, as it is followed now', () => {
  const moved = claim(claim(four, 'pr-1', 2, 'main'), 'pr-4', 2, 'main')
  expect(previewsOfBranch(moved, 'main')).toEqual(['pr-1', 'pr-4'])
  expect(previewsOfBranch(moved, 'b-pr-1')).toEqual([])
  expect(previewsOfBranch(moved, 'b-pr-3')).toEqual(['pr-3'])
})
