import { expect, test } from 'vitest'
import { type AfterFault, afterFault, backoffMs, type FaultFacts } from '../../../domain/forge/fault.js'

const NOW = Date.parse('2026-11-25T12:00:00Z')
const facts = (given: Partial<FaultFacts>): FaultFacts => ({
  status: null,
  message: 'No',
  retryAfterS: null,
  remaining: null,
  resetsAtMs: null,
  ...given,
})
const again = (afterMs: number, everything = false): AfterFault => ({ kind: 'again', afterMs, everything })
const never = (reason: string): AfterFault => ({ kind: 'give-up', reason })

test.each([
  ['nobody answers', {}, 1, again(2_000)],
  ['nobody answers for the fourth time', {}, 4, again(16_000)],
  ['a fault of GitHub', { status: 502 }, 2, again(4_000)],
  ['a sign-in that does not work now', { status: 401 }, 1, again(2_000)],
  ['a limit that names its end', { status: 429, retryAfterS: 7 }, 1, again(7_000, true)],
  ['a limit that names no end', { status: 429 }, 9, again(60_000, true)],
  ['a limit that says 403', { status: 403, retryAfterS: 30 }, 1, again(30_000, true)],
  [
    'the hour’s requests are used up',
    { status: 403, remaining: 0, resetsAtMs: NOW + 120_000 },
    1,
    again(120_000, true),
  ],
  ['a reset that is past', { status: 403, remaining: 0, resetsAtMs: NOW - 5 }, 1, again(1_000, true)],
  [
    'a secondary limit by its words',
    { status: 403, message: 'You have exceeded a secondary rate limit' },
    1,
    again(60_000, true),
  ],
  ['a missing permission', { status: 403, remaining: 4_999 }, 1, never('403 No')],
  ['no such repository', { status: 404 }, 50, never('404 No')],
  ['what it cannot take', { status: 422, message: 'Validation Failed' }, 1, never('422 Validation Failed')],
] as const)('%s', (_what, given, attempts, wanted) => {
  expect(afterFault(facts(given), attempts, NOW)).toEqual(wanted)
})

test('the waiting doubles up to ten minutes', () => {
  expect([0, 1, 2, 3, 9, 10, 11, 1_000].map(backoffMs)).toEqual([
    2_000, 2_000, 4_000, 8_000, 512_000, 600_000, 600_000, 600_000,
  ])
})
