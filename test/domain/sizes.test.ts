import { expect, test } from 'vitest'
import { done } from '../../domain/refusal.js'
import { bytesOf, newest, sizeOf } from '../../domain/sizes.js'
import { fitsOutputs } from '../../domain/stage.js'
import { type Answer, withAnswer } from '../../domain/stored-state.js'
import { environmentName } from '../support/release-views.js'

test.each(['', 'plain', 'über', '価格', '🚢', '\u{10ffff}'])('%j has as many bytes as in UTF-8', (text) => {
  expect(bytesOf(text)).toBe(Buffer.byteLength(text))
})

test.each([{ a: ['"', '\u0001', 'ü'] }, null, 'x', 7])('%j has the size of its JSON', (value) => {
  expect(sizeOf(value)).toBe(Buffer.byteLength(JSON.stringify(value)))
})

test.each<[string, readonly string[], readonly string[]]>([
  ['few and small are all kept', ['a', 'b'], ['a', 'b']],
  ['of many the newest', ['a', 'b', 'c', 'd'], ['b', 'c', 'd']],
  ['of large ones those that fit', ['a'.repeat(9), 'b', 'c'], ['b', 'c']],
  ['what is behind one that does not fit is not looked at', ['a', 'b'.repeat(9), 'c'], ['c']],
  ['the newest in any case', ['a', 'b'.repeat(99)], ['b'.repeat(99)]],
  ['nothing of nothing', [], []],
])('%s', (_, all, kept) => {
  expect(newest(all, { most: 3, bytes: 12 })).toEqual(kept)
})

test('answers that hold long reasons are forgotten earlier, but never the last', () => {
  const outcome = (name: string) => done({ code: 'resumed', environment: environmentName(name) })
  const long = Array.from({ length: 50 }, (_, key) => `k${key}`).reduce<readonly Answer[]>(
    (recent, key) => withAnswer(recent, key, outcome('x'.repeat(2_000))),
    [],
  )
  expect(long.length).toBe(7)
  expect(sizeOf(long)).toBeLessThan(17 * 1_024)
  expect(withAnswer(long, 'last', outcome('x'.repeat(60_000))).map(([key]) => key)).toEqual(['last'])
})

test.each([
  ['32 KB of plain text', 'x', 3_900, 8],
  ['less of what is escaped where it is stored', '\u0001', 660, 8],
  ['less of what takes more bytes', '価', 1_300, 8],
])('outputs may have %s', (_, character, length, most) => {
  const kept = new Map<string, string>()
  for (let index = 0; index < 20; index++) {
    const value = character.repeat(length)
    if (fitsOutputs(kept, `key_${index}`, value)) kept.set(`key_${index}`, value)
  }
  expect(kept.size).toBe(most)
  expect(sizeOf(Object.fromEntries(kept))).toBeLessThanOrEqual(32 * 1_024)
})
