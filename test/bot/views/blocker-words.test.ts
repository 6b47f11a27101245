import { expect, test } from 'vitest'
import { plain } from '../../../bot/views/markup.js'
import { blockerWords, planGateWords } from '../../../bot/views/words/blocker-words.js'
import type { Blocker } from '../../../domain/blockers/blocker.js'
import type { PlanGate } from '../../../domain/blockers/plan.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Closure, Gate } from '../../../domain/reasons.js'
import { AT, BOB, commitOf, environmentName } from '../../support/release-views.js'
import { withSetback } from '../../support/setback.js'

const frame = { environment: environmentName('staging'), since: AT, until: null, roles: [], people: [] }
const lock: Closure = {
  kind: 'lock',
  owner: BOB,
  reason: 'load test',
  since: AT,
  until: null,
  rollback: null,
}
const rolledBack: Closure = {
  ...{ kind: 'hold', owner: SLIPWAY, reason: '', since: AT, until: null },
  rollback: {
    to: '2026.11.2-rc.1',
    failure: { kind: 'exit', stage: 'check', exit: { kind: 'exited', code: 1 } },
  },
}
const tag = { name: 'v2026.11.3', candidate: 1, ofVersion: true, since: AT } as const
const blockers: readonly (readonly [Blocker, string])[] = [
  [
    { ...frame, kind: 'lock', closure: lock, promoted: true },
    'staging is locked by U01BOB: load test. Nothing by itself: then somebody promotes it to staging.',
  ],
  [
    { ...frame, kind: 'hold', closure: rolledBack, promoted: false },
    'staging is paused for automation by Slipway: rolled back to 2026.11.2-rc.1 without being asked, since the check stage ended with exit code 1. Then it is deployed to staging in its turn.',
  ],
  [
    { ...frame, kind: 'lane', place: 2, inMs: 180_000 },
    'It is number 2 in line for staging, its turn comes in about 3 min. Then it is deployed to staging in its turn.',
  ],
  [
    { ...frame, kind: 'promotion', newer: '2026.11.3-rc.2', setback: null },
    'Nobody has promoted it to staging yet (2026.11.3-rc.2 is newer and good; promoting this one asks first). Nothing goes up by itself.',
  ],
  [
    { ...frame, kind: 'promotion', newer: null, setback: withSetback.setbacks[0] ?? null },
    'It failed in staging at patch (the patch stage ended with exit code 1), 2026-11-21 14:05 UTC · staging was rolled back to 2026.11.2-rc.1 by U01BOB, 2026-11-21 14:05 UTC: “users cannot pay”; nobody has promoted it there again. Nothing goes up by itself.',
  ],
  [
    { ...frame, kind: 'approval', gate: { kind: 'approvals', have: 1, need: 2, roles: ['qa'] } },
    'staging needs 2 approvals by qa (1 of 2 given). With its last gate it is deployed to staging by itself.',
  ],
  [
    { ...frame, kind: 'conflict', commit: commitOf('a'), branch: 'release/1', files: ['a.ts', 'b.ts'] },
    'The pick of aaaaaaa is in conflict on release/1: a.ts, b.ts. After cherry-pick continue or skip the next candidate is built.',
  ],
  [
    { ...frame, environment: null, kind: 'tag', tag: { ...tag, state: 'refused', because: 'GH013' } },
    'The tag v2026.11.3 was refused: GH013. Nothing: set that right, then try the tag again.',
  ],
  [
    { ...frame, environment: null, kind: 'tag', tag: { ...tag, state: 'taken', because: commitOf('b') } },
    'The tag v2026.11.3 already names bbbbbbb, which is not this release. Nothing: set that right, then try the tag again.',
  ],
  [
    { ...frame, environment: null, kind: 'tag', tag: { ...tag, state: 'pending', because: 'no route' } },
    'The tag v2026.11.3 is not pushed yet, the repository does not answer: no route. It is tried again by itself.',
  ],
  [
    {
      ...{ ...frame, environment: null, kind: 'off-trunk', trunk: 'main' },
      commit: { sha: commitOf('a'), subject: 'Fix totals', author: 'Bob', original: commitOf('b') },
    },
    'bbbbbbb “Fix totals” is not on main: what is cut there later lacks it. It is looked for again by itself. Merge it there; where it is there in another form, say so with on-trunk … --commit bbbbbbb --reason "…".',
  ],
  [
    { ...frame, kind: 'failure', stage: null },
    'Its deployment to staging failed at the start. Nothing: retry, skip or roll back.',
  ],
]

test.each(blockers.map(([blocker, words]) => [blocker.kind, blocker, words] as const))(
  'a blocker of kind %s says what it is and what happens next',
  (_, blocker, words) => {
    const { says, next } = blockerWords(blocker, plain)
    expect(`${says}. ${next}`).toBe(words)
  },
)

const checks: Gate = {
  kind: 'checks',
  reading: {
    at: AT,
    problem: null,
    checks: [
      { name: 'ci/test', state: 'failure', word: 'timed_out', since: AT },
      { name: 'ci/lint', state: 'success', word: 'success', since: AT },
    ],
  },
  staleAt: null,
}
const gates: readonly (readonly [PlanGate, readonly string[]])[] = [
  [{ kind: 'promoted' }, ['somebody promotes it']],
  [{ kind: 'approvals', have: 0, need: 2, roles: ['managers'] }, ['2 approvals by managers (0 of 2 given)']],
  [{ kind: 'checklist', items: [{ item: 'Docs', role: 'qa' }] }, ['“Docs” ticked by qa']],
  [{ kind: 'soaks', ms: 7_200_000 }, ['soaks 2 h once accepted below']],
  [checks, ['check ci/test green (it is timed_out)']],
  [{ kind: 'closed', closure: lock }, ['locked by U01BOB: load test']],
]

test.each(gates.map(([gate, words]) => [gate.kind, gate, words] as const))(
  'a plan waits for %s in words',
  (_, gate, words) => {
    expect(planGateWords(gate, plain)).toEqual(words)
  },
)
