import { expect, test } from 'vitest'
import { plain } from '../../../bot/views/markup.js'
import { failedWord, failureWords } from '../../../bot/views/words/failure-words.js'
import type { Failure } from '../../../domain/reasons.js'
import { digestOf } from '../../support/lane.js'

const exited = (code: number): Failure => ({ kind: 'exit', stage: 'patch', exit: { kind: 'exited', code } })
const late: Failure = { kind: 'exit', stage: 'patch', exit: { kind: 'timed-out', afterMs: 300_000 } }
const kept = (timedOutMs: number | null): Failure => ({
  ...{ kind: 'kept-failing', stage: 'check', runs: 3, timedOutMs },
})
const damaged = (state: 'missing' | 'tampered'): Failure => ({
  ...{ kind: 'artifact', state, digest: digestOf(1) },
})

test.each([
  [exited(1), 'failed', 'the patch stage ended with exit code 1'],
  [late, 'timed out', 'the patch stage took longer than 5 min'],
  [kept(8_000), 'timed out', 'the check stage took longer than 8 s (3 runs)'],
  [kept(null), 'failed', 'the check stage kept failing for the moment (3 runs)'],
  [
    damaged('missing'),
    'failed',
    `the artifact ${digestOf(1)} is not in the store any more. Nothing was touched; deploy another candidate`,
  ],
  [
    damaged('tampered'),
    'failed',
    `the artifact was changed: its bytes are not ${digestOf(1)}. Nothing was touched; deploy another candidate`,
  ],
  [
    { kind: 'inconclusive', stage: 'check' } satisfies Failure,
    'ended inconclusive',
    'the check stage was inconclusive (exit code 77): a person decides whether it is good',
  ],
] as const)('%j %s: %s', (failure, word, words) => {
  expect(failedWord(failure)).toBe(word)
  expect(failureWords(failure, plain)).toBe(words)
})
