import { describe, expect, test } from 'vitest'
import { plain } from '../../../bot/views/markup.js'
import { checksWords } from '../../../bot/views/words/gate-words.js'
import {
  isGreen,
  judgeChecks,
  type SeenCheck,
  sameChecks,
  unknownChecks,
  withSince,
} from '../../../domain/forge/checks.js'

const away = { kind: 'no-answer', message: 'no route' } as const

const seen = (
  id: number,
  name: string,
  result: SeenCheck['result'],
  given: Partial<SeenCheck> = {},
): SeenCheck => ({ id, name, by: 'app 1', result, word: result, ...given })
const noon = '2026-11-25T12:00:00.000Z'
const later = '2026-11-25T13:00:00.000Z'

describe('what the checks of a commit come to', () => {
  test.each([
    ['the newest run counts, red', [seen(1, 'test', 'success'), seen(2, 'test', 'failure')], 'failure'],
    ['the newest run counts, green', [seen(2, 'test', 'success'), seen(1, 'test', 'failure')], 'success'],
    ['a run under way is not green', [seen(1, 'test', 'success'), seen(2, 'test', 'pending')], 'pending'],
    [
      'two that report under one name must both be green',
      [seen(1, 'test', 'failure'), seen(2, 'test', 'success', { by: 'app 2' })],
      'failure',
    ],
    [
      'a status and a run of one name too',
      [seen(9, 'test', 'success'), seen(1, 'test', 'pending', { by: 'status' })],
      'pending',
    ],
    ['what nobody reported is missing', [seen(1, 'test (20)', 'success')], 'missing'],
    ['nothing at all', [], 'missing'],
  ] as const)('%s', (_what, checks, state) => {
    const reading = judgeChecks(['test'], checks, noon)
    expect(reading.checks.map((check) => check.state)).toEqual([state])
    expect(isGreen(reading)).toBe(state === 'success')
  })

  test('all must be green', () => {
    const checks = [seen(1, 'test', 'success'), seen(2, 'lint', 'failure', { word: 'timed_out' })]
    const reading = judgeChecks(['test', 'lint', 'scan'], checks, noon)
    expect(isGreen(reading)).toBe(false)
    expect(checksWords(reading, plain)).toBe('lint is timed_out, scan is missing')
  })

  test('an unreachable GitHub leaves nothing green', () => {
    const reading = unknownChecks(['test'], away, noon)
    expect(isGreen(reading)).toBe(false)
    expect(checksWords(reading, plain)).toBe('test is unknown, GitHub could not be asked: no route')
  })
})

test('what has not changed keeps since when it is so', () => {
  const before = judgeChecks(['test', 'lint'], [seen(1, 'lint', 'pending')], noon)
  const after = judgeChecks(['test', 'lint'], [seen(1, 'lint', 'failure')], later)
  expect(withSince(after, before).checks.map(({ name, since }) => [name, since])).toEqual([
    ['test', noon],
    ['lint', later],
  ])
  expect(withSince(after, null)).toEqual(after)
})

test('two readings are the same when they say the same, whenever they were made', () => {
  const one = judgeChecks(['test'], [], noon)
  expect(sameChecks(one, judgeChecks(['test'], [], later))).toBe(true)
  expect(sameChecks(one, judgeChecks(['test'], [seen(1, 'test', 'pending')], later))).toBe(false)
  expect(
    sameChecks(
      unknownChecks(['test'], away, noon),
      unknownChecks(['test'], { ...away, message: 'reset' }, later),
    ),
  ).toBe(true)
})
