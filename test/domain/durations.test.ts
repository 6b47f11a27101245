import { expect, test } from 'vitest'
import { parseDuration, sayDuration } from '../../domain/durations.js'

test.each([
  ['90s', 90_000],
  ['1h30m', 5_400_000],
  ['3d', 259_200_000],
  ['520w', 314_496_000_000],
  ['0s', null],
  ['522w', null],
  ['420000w', null],
  ['999999w'.repeat(15), null],
  ['2 hours', null],
  ['', null],
])('%s is %s ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test.each([
  [0, '0 s'],
  [125_000, '2 min 5 s'],
  [273_600_000, '3 d 4 h'],
  [86_400_000, '1 d'],
])('%s ms are said as %s', (ms, said) => {
  expect(sayDuration(ms)).toBe(said)
})
