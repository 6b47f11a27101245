import { expect, test } from 'vitest'
import { tooLong } from '../../domain/order-limits.js'

const text = (length: number): string => 'x'.repeat(length)

test.each([
  ['a description', { description: text(8_000) }],
  ['a reason', { reason: text(2_000) }],
  ['500 commits', { commits: Array.from({ length: 500 }, () => text(40)) }],
  ['numbers, flags and nothing', { kind: 'cut', at: 7, mine: true, draft: null }],
])('%s fits', (_, order) => {
  expect(tooLong(order)).toBeNull()
})

test.each([
  [
    { title: 'x', description: text(100_000) },
    { what: 'description', length: 100_000, most: 8_000 },
  ],
  [{ reason: text(2_001) }, { what: 'reason', length: 2_001, most: 2_000 }],
  [{ release: { kind: 'named', text: text(3_000) } }, { what: 'text', length: 3_000, most: 2_000 }],
])('what is too long is named, with the limit', (order, found) => {
  expect(tooLong(order)).toEqual({ code: 'text-too-long', ...found })
})

test('a list has a size, whatever is in it', () => {
  const links = Array.from({ length: 5_000 }, () => text(40))
  expect(tooLong({ links })).toMatchObject({ code: 'text-too-long', what: 'links' })
})

test.each([
  [500, null],
  [501, { code: 'too-many-picks', count: 501, most: 500 }],
  [5_000, { code: 'too-many-picks', count: 5_000, most: 500 }],
])('%i picks in one order', (count, refusal) => {
  expect(tooLong({ kind: 'cherry-pick', picks: Array.from({ length: count }, () => text(40)) })).toEqual(
    refusal,
  )
})
