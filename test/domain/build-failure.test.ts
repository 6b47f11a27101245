import { describe, expect, test } from 'vitest'
import { readFailure } from '../../domain/build-failure.js'

/** As Node's own test runner prints it. */
const tap = `pages: 3 compiled
TAP version 13
# Subtest: prices
    # Subtest: are rounded
    ok 1 - are rounded
    # Subtest: have a currency
    not ok 2 - have a currency
      ---
      duration_ms: 1.5
      failureType: 'testCodeFailure'
      error: |-
        Expected values to be strictly equal:

        'USD' !== 'EUR'

      code: 'ERR_ASSERTION'
      ...
    1..2
not ok 1 - prices
  ---
  failureType: 'subtestsFailed'
  error: '1 subtest failed'
  ...
not ok 2 - something for later # TODO not yet
not ok 3 - the page
  ---
  error: 'no such page'
  ...
1..3
# pass 1
# fail 0
# duration_ms 149.45`

describe('a log in TAP', () => {
  test('names the tests that failed, not those that failed only by them', () => {
    expect(readFailure(tap).tests).toEqual([
      { name: 'have a currency', message: `Expected values to be strictly equal: 'USD' !== 'EUR'` },
      { name: 'the page', message: 'no such page' },
    ])
  })

  test('shows the lines around the first of them', () => {
    const { excerpt } = readFailure(tap)
    expect(excerpt).toContain('not ok 2 - have a currency')
    expect(excerpt).toContain('Expected values to be strictly equal')
    expect(excerpt).not.toContain('duration_ms 149.45')
  })

  test('the build’s own report counts before it', () => {
    const report = [{ name: 'a › b', message: 'c' }]
    expect(readFailure(tap, report).tests).toEqual(report)
    expect(readFailure(tap, []).tests).toHaveLength(2)
  })
})

const padding = Array.from({ length: 40 }, (_, index) => `line ${index}`)

test.each([
  ['a compiler', [...padding, 'src/a.ts(3,1): error TS2304: Cannot find name', ...padding], 'error TS2304'],
  [
    'a summary of nothing',
    [...padding, 'lint: 0 errors', 'boom: build failed', ...padding],
    'boom: build failed',
  ],
  ['a log without a word of it', ['first', ...padding, 'the last line'], 'the last line'],
  ['nothing at all', [], ''],
])('%s: the lines around the failure', (_, lines, part) => {
  const { tests, excerpt } = readFailure(lines.join('\n'))
  expect(tests).toEqual([])
  expect(excerpt).toContain(part)
  expect(excerpt.split('\n').length).toBeLessThanOrEqual(12)
  expect(excerpt).not.toContain('line 20\n')
})

test('whatever it says, it stays short', () => {
  const long = 'x'.repeat(5_000)
  const { tests, excerpt } = readFailure(`not ok 1 - ${long}\n  ---\n  error: '${long}'\n  ...\n${long}`)
  expect(tests[0]?.name).toHaveLength(200)
  expect(tests[0]?.message).toHaveLength(300)
  expect(excerpt.length).toBeLessThanOrEqual(2_000)
})
