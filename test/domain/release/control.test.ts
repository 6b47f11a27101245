import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import { noMerges } from '../../../domain/ports.js'
import type { Outcome } from '../../../domain/refusal.js'
import { lacksTicket } from '../../../domain/release/change-ticket.js'
import { applyBuilt } from '../../../domain/release/deployment-reports.js'
import type { PickOrder } from '../../../domain/release/effect-orders.js'
import { openGates } from '../../../domain/release/gates.js'
import { edit, pick, promote, tick } from '../../../domain/release/handle.js'
import { endPick } from '../../../domain/release/pick-end.js'
import { noteProgress, type PickResult } from '../../../domain/release/picking.js'
import { releaseRecord } from '../../../domain/release/record.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { releaseStep } from '../../../domain/release/step.js'
import { anApp } from '../../support/app-definition.js'
import { saidOf } from '../../support/events.js'
import {
  ALICE,
  aRelease,
  BOB,
  by,
  CAROL,
  commitOf,
  deploymentId,
  digestOf,
  minute,
  QUINN,
  sure,
} from '../../support/lane.js'

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: patch.sh } }
      - { name: production, change: { pattern: "CHG-[0-9]+" }, patch: { run: patch.sh } }`,
  more: '    checklist: [{ item: QA, role: qa, before: production }]',
})
const SIGN_OFF = 'QA'
const qa = (user: typeof ALICE) => ({ ...by(user, minute(10)), roles: ['qa'] })
const refusalOf = (outcome: Outcome): string | null =>
  outcome.kind === 'refused' ? outcome.refusal.code : null
const ticking = (user: typeof ALICE, candidate: number | null = null, done = true) => ({
  item: SIGN_OFF,
  done,
  candidate,
  by: qa(user),
})
const linking = (link: string) => ({
  ...{ title: null, description: null, plannedAt: null, scope: null, after: null },
  links: [link],
  by: by(),
})
const picking = (step: PickOrder['step'] = 'start'): PickOrder => ({
  picks: step === 'start' ? ['abcdef1'] : [],
  step,
  confirmed: null,
  override: null,
  deploymentId: deploymentId(90),
  by: by(BOB),
})
const clean: PickResult = {
  kind: 'picked',
  head: commitOf(70),
  picked: [commitOf(71)],
  alreadyContained: [],
  authors: [{ commit: commitOf(9), wrote: ['bob@example.com'], merged: null }],
  branch: 'release/v1.0.0',
  gained: {
    since: '1.0.0-rc.1',
    from: null,
    sinceTag: false,
    counted: true,
    total: 1,
    authors: 1,
    newest: [],
  },
  contents: {
    since: '0.9.0',
    from: null,
    sinceTag: false,
    counted: true,
    total: 3,
    authors: 1,
    newest: [],
    takesOut: { total: 0, commits: [] },
  },
  merges: noMerges,
  confirmed: [],
  overrode: [],
}
const conflict: PickResult = {
  kind: 'conflict',
  at: commitOf(72),
  sides: [{ file: 'a.txt', ours: 'Ann', theirs: 'Bob' }],
  head: commitOf(73),
  picked: [commitOf(71)],
  picks: [commitOf(71), commitOf(72), commitOf(74)],
  branch: 'release/v1.0.0',
  merges: noMerges,
  confirmed: [],
  overrode: [],
}

/** The next candidate, picked and built. */
function withNext(state: ReleaseState): ReleaseState {
  const picked = endPick(pick(state, picking()).step.state, picking(), clean, minute(11)).step.state
  const number = picked.candidates.length
  return applyBuilt(picked, number, { kind: 'ready', digest: digestOf(number), reference: null }, minute(12))
    .state
}

function prepared(state: ReleaseState, candidate: number, user = ALICE): ReleaseState {
  const order = { candidate, environment: 'production', override: 'a rehearsal', olderConfirmed: true }
  return promote(state, { ...order, deploymentId: deploymentId(80 + candidate), by: by(user) }).step.state
}
const kindsOf = (state: ReleaseState, candidate = 1): readonly string[] =>
  openGates(
    state,
    sure(state.deployments.find(({ id }) => id === deploymentId(80 + candidate))),
    minute(20),
  ).map(({ kind }) => kind)

describe('a box of the checklist', () => {
  const waiting = prepared(aRelease({ app }), 1)

  test.each([
    ['another role', { ...ticking(CAROL), by: by(CAROL) }, 'item-role'],
    ['whoever asked for the deployment', ticking(ALICE), 'own-sign-off'],
    ['an unknown item', { ...ticking(QUINN), item: 'Q' }, 'unknown-item'],
  ])('is not ticked by %s', (_, order, code) => {
    const answer = tick(waiting, order)

    expect(refusalOf(answer.outcome)).toBe(code)
    expect(answer.step.state).toEqual(waiting)
  })

  test('ticked before the deployment is asked for by the same person, still blocks it', () => {
    const early = tick(aRelease({ app }), ticking(ALICE)).step.state
    const asked = prepared(early, 1)

    expect(kindsOf(asked)).toContain('checklist')
    expect(kindsOf(tick(asked, ticking(QUINN)).step.state)).not.toContain('checklist')
  })

  test('is ticked for one candidate: the next is checked again', () => {
    const next = withNext(tick(waiting, ticking(QUINN)).step.state)

    expect(kindsOf(prepared(next, 2), 2)).toContain('checklist')
    expect(kindsOf(next)).not.toContain('checklist')
  })

  test('unticked blocks again', () => {
    const ticked = tick(waiting, ticking(QUINN)).step.state
    const again = tick(ticked, ticking(QUINN, null, false)).step.state

    expect(kindsOf(again)).toContain('checklist')
  })

  test('whatever is ticked, picked and promoted in whatever order, opens by another qualified person alone', () => {
    const users = [ALICE, BOB, CAROL, QUINN]
    const move = fc.record({
      kind: fc.constantFrom('tick', 'untick', 'promote', 'pick'),
      user: fc.constantFrom(...users),
      candidate: fc.integer({ min: 1, max: 3 }),
      qualified: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(move, { maxLength: 40 }), (moves) => {
        let state = aRelease({ app })
        for (const { kind, user, candidate, qualified } of moves) {
          if (kind === 'promote') state = prepared(state, candidate, user)
          else if (kind === 'pick') state = state.candidates.length < 3 ? withNext(state) : state
          else {
            const order = ticking(user, candidate, kind === 'tick')
            state = tick(state, qualified ? order : { ...order, by: by(user) }).step.state
          }
        }
        for (const one of state.deployments.filter(({ environment }) => environment === 'production')) {
          const open = openGates(state, one, minute(20)).some(({ kind }) => kind === 'checklist')
          const signed = state.ticks.some(
            (each) => each.candidate === one.candidate && each.by !== one.requestedBy,
          )
          expect(open).toBe(!signed)
        }
      }),
    )
  })
})

describe('a change ticket', () => {
  const production = sure(app.environments.find(({ name }) => name === parseEnvironmentName('production')))

  test.each([
    ['CHG-4711', false],
    ['https://tickets.example/CHG-4711', true],
    ['CHG-', true],
    ['CHG-4711 or so', true],
  ])('%s is missing: %s', (link, missing) => {
    const { state } = edit(aRelease({ app }), linking(link)).step

    expect(lacksTicket(state, production)).toBe(missing)
  })

  test('that was overridden is recorded as such', () => {
    expect(prepared(aRelease({ app }), 1).overrides.map(({ rule }) => rule)).toContainEqual({
      kind: 'no-ticket',
    })
  })
})

describe('a pick', () => {
  const release = aRelease({ app })

  test('that is clean makes the next candidate and leaves the first as it was', () => {
    const next = withNext(release)

    expect(next.candidates[0]).toEqual(release.candidates[0])
    expect(next.candidates[1]).toMatchObject({ number: 2, commit: commitOf(70), state: 'ready' })
  })

  test('in conflict makes none, goes on from what is on the branch, and comes before any other', () => {
    const begun = pick(release, picking()).step.state
    const stuck = endPick(begun, picking(), conflict, minute(11)).step.state
    const going = pick(stuck, picking('continue')).step.effects
    const skipping = pick(stuck, picking('skip')).step.effects

    expect(stuck.candidates).toHaveLength(1)
    expect(refusalOf(pick(stuck, picking()).outcome)).toBe('pick-in-conflict')
    expect(going).toMatchObject([
      { plan: { onto: commitOf(73), before: [commitOf(71)], rest: [commitOf(74)], resolved: commitOf(72) } },
    ])
    expect(skipping).toMatchObject([{ plan: { rest: [commitOf(74)], resolved: null } }])
  })

  test.each(['released', 'abandoned'] as const)('that ends on a %s release makes none there', (lifecycle) => {
    const begun: ReleaseState = { ...pick(release, picking()).step.state, lifecycle }
    const ends = [clean, conflict].map((result) => endPick(begun, picking(), result, minute(11)))

    expect(ends.map(({ outcome }) => refusalOf(outcome))).toEqual(['release-ended', 'release-ended'])
    expect(ends.map(({ step }) => step)).toEqual([0, 1].map(() => releaseStep({ ...begun, busy: null })))
  })

  const found = {
    ...{ head: commitOf(75), carried: true, total: 1 },
    commits: [{ sha: commitOf(75), subject: 'Something else', author: 'Cy' }],
  }
  const stuckState = endPick(pick(release, picking()).step.state, picking(), conflict, minute(11)).step.state
  const looked = endPick(
    pick(stuckState, picking('continue')).step.state,
    picking('continue'),
    { kind: 'unconfirmed', found },
    minute(12),
  )

  test('with more on the branch than its resolution makes no candidate, and remembers what was seen', () => {
    expect(refusalOf(looked.outcome)).toBe('pick-unconfirmed')
    expect(looked.step.state).toMatchObject({ candidates: [{}], conflict: { unconfirmed: found } })
    expect(looked.step.state.busy).toBeNull()
  })

  test('that was confirmed names in the history who let in what', () => {
    const confirmed = [{ ...found, at: commitOf(72), by: BOB, when: minute(13), note: 'sales' }]
    const end = endPick(
      pick(looked.step.state, picking('continue')).step.state,
      picking('continue'),
      { ...clean, confirmed },
      minute(14),
    )

    expect(end.step.events.map(({ kind, actor }) => [kind, actor])).toEqual([
      ['candidate.picked', BOB],
      ['pick.confirmed', BOB],
    ])
    expect(saidOf(end.step.events[1])).toMatch(/also has .*Something else.*resolution of/)
    expect(end.step.state).toMatchObject({ conflict: null, branch: 'release/v1.0.0' })
    expect(end.step.state.candidates[1]?.gained).toMatchObject({ confirmed })
  })

  test('of many commits shows how far it is, never backwards', () => {
    const begun = pick(release, picking()).step.state
    const first = noteProgress(begun, { done: 40, of: 400 }).state
    const late = noteProgress(first, { done: 20, of: 400 }).state

    expect(releaseRecord(late).detail.picking).toEqual({ by: BOB, done: 40, of: 400 })
    expect(releaseRecord(begun).detail.picking).toBeNull()
    expect(noteProgress(release, { done: 1, of: 2 }).state).toBe(release)
  })

  test.each([
    ['while another is under way', pick(release, picking()).step.state, picking(), 'pick-under-way'],
    ['without a conflict to go on from', release, picking('continue'), 'no-conflict'],
    ['once the release is out', { ...release, lifecycle: 'released' as const }, picking(), 'release-ended'],
  ])('is refused %s', (_, state, order, code) => {
    expect(refusalOf(pick(state, order).outcome)).toBe(code)
  })

  test('of what is contained changes nothing but is answered', () => {
    const contained: PickResult = { kind: 'already-contained', commits: [commitOf(71)] }
    const end = endPick(pick(release, picking()).step.state, picking(), contained, minute(11))

    expect(refusalOf(end.outcome)).toBe('already-contained')
    expect(end.step.state.candidates).toHaveLength(1)
  })
})
