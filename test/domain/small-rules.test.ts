/** Small rules that much rests on: instants, quantiles, answers given before, what a remote stage may say. */
import { describe, expect, test } from 'vitest'
import { usualTimes } from '../../domain/blockers/usual-times.js'
import {
  environmentOf,
  isOpenFailure,
  newestDeployments,
  newestReady,
  promotions,
} from '../../domain/card-standing.js'
import { unreachable } from '../../domain/exhaustive.js'
import { after, earliest } from '../../domain/instant.js'
import { mapTexts } from '../../domain/map-texts.js'
import { quantile } from '../../domain/quantile.js'
import { done } from '../../domain/refusal.js'
import { exitOfRemote, parseRemoteAnswer } from '../../domain/remote-stage.js'
import { isRepositoryAddress } from '../../domain/repository-address.js'
import { saySandbox } from '../../domain/sandbox.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { type Answer, answerBefore, withAnswer } from '../../domain/stored-state.js'
import type { EnvironmentView } from '../../domain/views.js'
import { commitOf, minute } from '../support/lane.js'
import {
  aCandidate,
  aDeployment,
  aPipeline,
  aRelease,
  environmentName,
  noDetail,
} from '../support/release-views.js'

test('instants', () => {
  expect(after('2026-11-28T23:59:30.000Z', 45_000)).toBe('2026-11-29T00:00:15.000Z')
  expect(after('2026-11-28T00:00:00.000Z', -1)).toBe('2026-11-27T23:59:59.999Z')
  expect(earliest(['2026-11-28T10:00:00.000Z', null, '2026-11-28T09:00:00.000Z', undefined])).toBe(
    '2026-11-28T09:00:00.000Z',
  )
  expect([earliest([]), earliest([null, undefined])]).toEqual([null, null])
})

test.each([
  [[], 0.5, null],
  [[7], 0.9, 7],
  [[3, 1, 2], 0.5, 2],
  [[10, 9, 1, 2], 0.5, 9],
  [[1, 2, 3], 1, 3],
  [[1, 2, 3], 0, 1],
])('quantile of %j at %d', (values, at, wanted) => {
  expect(quantile(values, at)).toBe(wanted)
})

test('answers are remembered by their key, the newest last, fifty of them', () => {
  const given = (key: number): Answer => [
    `k${key}`,
    done({ code: 'resumed', environment: environmentName(`e${key}`) }),
  ]
  const all = Array.from({ length: 55 }, (_, key) => given(key)).reduce<readonly Answer[]>(
    (recent, [key, outcome]) => withAnswer(recent, key, outcome),
    [],
  )
  expect([all.length, answerBefore(all, 'k4'), answerBefore(all, 'k5')]).toEqual([50, null, given(5)[1]])
  const again = withAnswer(all, 'k5', given(9)[1])
  expect([again.length, again.at(-1)?.[0], answerBefore(again, 'k5')]).toEqual([50, 'k5', given(9)[1]])
})

describe('what a remote stage says', () => {
  test.each<[string, unknown, object | null]>([
    ['that it runs', { status: 'running' }, { status: 'running' }],
    ['only how it ended', { status: 'passed' }, { status: 'passed', outputs: {}, log: '' }],
    [
      'all',
      { status: 'failed', outputs: { url: 'x' }, log: 'l' },
      { status: 'failed', outputs: { url: 'x' }, log: 'l' },
    ],
    [
      'the end of a long log',
      { status: 'passed', log: `a${'b'.repeat(100_000)}` },
      { status: 'passed', outputs: {}, log: 'b'.repeat(100_000) },
    ],
    ['something else', { status: 'ok' }, null],
    ['no text as an output', { status: 'passed', outputs: { url: 1 } }, null],
    ['no name as an output', { status: 'passed', outputs: { 'a b': 'x' } }, null],
    ['a list as outputs', { status: 'passed', outputs: [] }, null],
    ['no text as a log', { status: 'passed', log: 1 }, null],
    [
      'as many outputs as may be',
      {
        status: 'passed',
        outputs: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`k${at}`, 'x'])),
      },
      expect.objectContaining({ status: 'passed' }) as object,
    ],
    [
      'too many outputs',
      {
        status: 'passed',
        outputs: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`k${at}`, 'x'])),
      },
      null,
    ],
    ['nothing', null, null],
    ['a list', [], null],
  ])('%s', (_, value, wanted) => {
    expect(parseRemoteAnswer(value)).toEqual(wanted)
  })

  test.each([
    ['passed', { kind: 'exited', code: 0 }],
    ['failed', { kind: 'exited', code: 1 }],
    ['retry', { kind: 'exited', code: 75 }],
    ['inconclusive', { kind: 'exited', code: 77 }],
    ['cancelled', { kind: 'cancelled' }],
  ] as const)('%s is the exit of a command', (status, exit) => {
    expect(exitOfRemote({ status, outputs: {}, log: '' })).toEqual(exit)
  })
})

test.each([
  ['https://github.com/acme/shop.git', true],
  ['git@github.com:acme/shop.git', true],
  ['ssh://git@example.org:2222/acme/shop', true],
  ['/srv/git/shop', true],
  ['../shop', true],
  ['file:///srv/git/shop', true],
  ['http://github.com/acme/shop.git', false],
  ['ext::sh -c id', false],
  ['--upload-pack=id', false],
  ['ssh://-oProxyCommand=id/x', false],
  ['https://x.io/a\nb', false],
  ['shop', false],
])('%j is an address of a repository: %s', (text, is) => {
  expect(isRepositoryAddress(text)).toBe(is)
})

test('what keeps commands apart, the weakest first', () => {
  const worker = (host: string, kind: 'bwrap' | 'off', says: string) =>
    ({ host, kind, says, network: 'kept', builds: true, lowDisk: null }) as const
  expect(saySandbox([])).toBeNull()
  expect(saySandbox([worker('h1', 'bwrap', 'Apart')])).toBe('Apart.')
  expect(
    saySandbox([
      worker('h1', 'bwrap', 'Apart'),
      worker('h2', 'off', 'Together'),
      worker('h3', 'bwrap', 'Apart'),
    ]),
  ).toBe('Together (on host h2). Apart (on hosts h1, h3).')
})

test('usual times are medians of what went through', () => {
  const took = (number: number, minutes: number, state: 'accepted' | 'failed' = 'accepted') =>
    aDeployment({
      number,
      state,
      startedAt: '2026-11-21T14:00:00.000Z',
      finishedAt: after('2026-11-21T14:00:00.000Z', minutes * 60_000),
    })
  const usual = usualTimes([
    aRelease({ deployments: [took(1, 1), took(2, 9), took(3, 2), took(4, 99, 'failed')] }),
  ])
  expect([...usual]).toEqual([['integration', 120_000]])
})

describe('where a release stands', () => {
  const failed = aDeployment({ number: 4, state: 'failed', environment: environmentName('staging') })
  const bound = ['integration', 'staging'].map((name) => ({ name: environmentName(name) })) as never
  const at = (number: number | null) =>
    aRelease({
      deployments: [aDeployment(), failed],
      detail: { ...noDetail, bound },
      environments: aPipeline({ staging: { current: number === null ? null : aDeployment({ number }) } }),
    })

  test.each([
    ['nothing runs there', null, true],
    ['something older runs there', 3, true],
    ['something newer runs there', 5, false],
  ])('a failure counts while %s', (_, number, counts) => {
    expect(isOpenFailure(at(number), failed)).toBe(counts)
    expect(isOpenFailure(at(number), aDeployment())).toBe(false)
  })

  test('the newest deployments, the newest good candidate', () => {
    expect(newestDeployments(at(null)).map(({ number }) => number)).toEqual([1, 4])
    expect(environmentOf(at(null), { environment: environmentName('gone') })).toBeNull()
    const view = aRelease({ candidates: [aCandidate(), aCandidate({ number: 2, state: 'building' })] })
    expect(newestReady(view)?.number).toBe(1)
  })

  const lock = { owner: 'U01BOB', reason: 'test', since: '2026-11-21T14:00:00.000Z', until: null } as never
  const freeze = { ...(lock as object), until: '2026-12-21T14:00:00.000Z' } as never
  test.each<[string, Partial<EnvironmentView>, boolean, boolean]>([
    ['an open one', {}, false, true],
    ['not a locked one', { lock }, false, false],
    ['not a frozen one', { freeze }, false, false],
    ['a frozen one that it passes', { freeze }, true, true],
    ['not one that is torn down', { state: 'tearing_down' }, false, false],
    ['not one that is left over', { state: 'teardown_failed' }, false, false],
  ])('it is offered %s', (_, staging, passesFreeze, offered) => {
    const promotable = [{ candidate: 1, environment: environmentName('staging'), again: false }]
    const view = aRelease({
      detail: { ...noDetail, promotable, passesFreeze },
      environments: aPipeline({ staging: staging ?? {} }),
    })
    expect(promotions(view)).toEqual(offered ? promotable : [])
    expect(promotions({ ...view, state: 'released' })).toEqual([])
  })
})

test('of a commit people are shown the beginning of its words', () => {
  const words = 'w'.repeat(100_000)
  const commit = { sha: commitOf(1), subject: words, author: words, email: 'a@b.c', at: minute(0) }
  const { sha, subject, author, ...rest } = shownCommit(commit)
  expect([sha, subject.length, author.length, rest]).toEqual([commitOf(1), 120, 60, {}])
})

test('every text of plain JSON is changed, however deep, and no key or number', () => {
  const upper = (text: string) => text.toUpperCase()
  expect(mapTexts({ a: 'x', b: [1, 'y', { c: 'z', d: null }], e: true }, upper)).toEqual({
    ...{ a: 'X', b: [1, 'Y', { c: 'Z', d: null }], e: true },
  })
  expect([mapTexts('x', upper), mapTexts(7, upper)]).toEqual(['X', 7])
})

test('what the types rule out is a fault that names the value', () => {
  expect(() => unreachable({ kind: 'odd' } as never)).toThrow('Unexpected value: {"kind":"odd"}')
})
