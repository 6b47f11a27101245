/** A candidate's own blockers, and what is wrong with those who could open a gate. */
import { expect, test } from 'vitest'
import {
  type Blocker,
  type BlockerContext,
  nobody,
  ofCandidate,
  ofTags,
  ofTrunk,
  ofWait,
  withQuorum,
} from '../../../domain/blockers/blocker.js'
import type { ReleaseDetail } from '../../../domain/change.js'
import type { Gate, RuleQuorum } from '../../../domain/reasons.js'
import type { CandidateView, ReleaseView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { AT, aCandidate, aRelease, BOB, commitOf } from '../../support/release-views.js'

const roles = ['releasers']
const context = (
  { detail = {}, ...view }: Partial<Omit<ReleaseView, 'detail'>> & { detail?: Partial<ReleaseDetail> } = {},
  change: Partial<BlockerContext> = {},
): BlockerContext => ({
  view: aRelease({ ...view, detail }),
  ...{ app: anApp(), candidate: aCandidate(), windows: () => new Map(), now: AT },
  ...change,
})
const of = (candidate: Partial<CandidateView>, change: Partial<BlockerContext> = {}) =>
  ofCandidate(context({}, { candidate: aCandidate(candidate), ...change }))

const wait = { runsOn: 'gpu', since: '2026-11-21T14:10:00.000Z', served: false } as never
const about = { ...nobody, environment: null, since: AT }
test.each<[string, readonly Blocker[], readonly object[]]>([
  ['nothing, once it is built', of({}), []],
  ['its build', of({ state: 'building' }), [{ ...about, kind: 'build', noRoom: null }]],
  [
    'its build, without room on a disk',
    of({ state: 'building' }, { noRoom: 'full' }),
    [{ ...about, kind: 'build', noRoom: 'full' }],
  ],
  ['a worker', of({ state: 'building', waits: wait }), [ofWait(wait, null)]],
  [
    'the disk, for which no worker takes it',
    of({ state: 'building', waits: wait }, { noRoom: 'full' }),
    [{ ...about, kind: 'build', noRoom: 'full' }],
  ],
  ['its failed build', of({ state: 'build_failed' }), [{ ...about, kind: 'build-failed', roles }]],
  ['its rejection', of({ state: 'rejected' }), [{ ...about, kind: 'rejected' }]],
])('a candidate is blocked by %s', (_, blockers, wanted) => {
  expect(blockers).toEqual(wanted)
})

test('before anything else by a conflict of its picks', () => {
  const conflict = {
    ...{ at: commitOf('7'), branch: 'release/v1', head: commitOf('1'), picked: [], picks: [], authors: {} },
    ...{ sides: [{ file: 'a.ts' }, { file: 'b.ts' }], by: BOB, since: AT },
  } as never
  expect(
    ofCandidate(context({ detail: { conflict } }, { candidate: aCandidate({ state: 'rejected' }) })),
  ).toEqual([
    {
      ...{ ...nobody, environment: null, roles, kind: 'conflict' },
      ...{ commit: commitOf('7'), branch: 'release/v1', files: ['a.ts', 'b.ts'] },
    },
  ])
})

test('the wait for a worker says since when, and where', () => {
  expect(ofWait(wait, 'staging' as never)).toEqual({
    ...nobody,
    ...{ environment: 'staging', kind: 'worker', since: '2026-11-21T14:10:00.000Z', wait },
  })
})

test('a tag that was tried and is not in the remote is reported, with who may try again', () => {
  const tag = { name: 'v1', candidate: 1, ofVersion: true, since: AT }
  const tags = [
    { ...tag, state: 'refused', because: 'GH013' },
    { ...tag, state: 'pending', because: null },
  ] as const
  const told = { ...nobody, environment: null, since: AT, kind: 'tag', roles, tag: tags[0] }
  expect(ofTags(context({ detail: { tags } }))).toEqual([told])
})

test('each pick that trunk lacks is reported', () => {
  const commits = [{ sha: commitOf('1') }, { sha: commitOf('2') }] as never
  const offTrunk = { trunk: 'main', total: 2, commits } as never
  const told = ofTrunk(context({ detail: { offTrunk } }))
  expect(told).toEqual(
    ['1', '2'].map((seed) => ({
      ...{ ...nobody, environment: null, kind: 'off-trunk', roles, trunk: 'main' },
      commit: { sha: commitOf(seed) },
    })),
  )
  expect(ofTrunk(context())).toEqual([])
})

const gate: Gate = { kind: 'approvals', have: 0, need: 2, roles: ['managers', 'qa'] }
const quorum = (...asked: readonly string[]): RuleQuorum => ({
  ...{ roles: asked, need: 2, able: 1, unknownGroups: [], emptyGroups: [] },
})
test.each<[string, Gate, readonly RuleQuorum[] | undefined, Gate]>([
  ['is shown', gate, [quorum('qa'), quorum('managers', 'qa')], { ...gate, quorum: quorum('managers', 'qa') }],
  ['of other roles is not', gate, [quorum('qa')], gate],
  ['that nobody looked at is not', gate, undefined, gate],
  [
    'is of no other gate',
    { kind: 'ticket', pattern: 'x' },
    [quorum('managers', 'qa')],
    { kind: 'ticket', pattern: 'x' },
  ],
])('what is wrong with whoever can approve %s', (_, ...[judged, quorums, wanted]) => {
  expect(withQuorum(judged, quorums)).toEqual(wanted)
})
