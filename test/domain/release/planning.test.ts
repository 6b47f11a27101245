/** A release before and beside its way up: drafts, edits, picks. */
import { describe, expect, test } from 'vitest'
import { draftRelease, endCutDraft, refuseCutDraft } from '../../../domain/release/draft.js'
import { applyEdit, type EditOrder, refuseEdit } from '../../../domain/release/editing.js'
import type { PickOrder } from '../../../domain/release/effect-orders.js'
import { beginPick, decidePick } from '../../../domain/release/picking.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { ALICE, aRelease, BOB, by, commitOf, deploymentId, minute, sure } from '../../support/lane.js'
import { answered } from '../../support/lifecycle.js'

const release = aRelease()
const draft = draftRelease({
  ...{
    id: release.id,
    app: release.app,
    channel: release.channel,
    title: 'Summer sale',
    description: 'Sell more',
  },
  ...{ type: 'feature', by: by() },
  plan: { plannedAt: minute(900), scope: 'Prices', links: ['https://x.io/1'], after: [] },
}).state

describe('a draft', () => {
  test('has its plan, and neither version nor candidate', () => {
    expect(draft).toMatchObject({
      lifecycle: 'draft',
      version: null,
      candidates: [],
      plannedAt: minute(900),
      scope: 'Prices',
    })
    expect(draft.references).toEqual(['https://x.io/1'])
    expect(draft.phases).toMatchObject([{ phase: 'planning', leftAt: null }])
  })

  test.each<[string, ReleaseState, object | null]>([
    ['may be cut', draft, null],
    [
      'may not be cut twice at once',
      { ...draft, busy: { kind: 'cut' } },
      { code: 'nothing-to-decide', state: 'being_cut' },
    ],
    ['is none once it was cut', release, { code: 'not-a-draft', state: 'open' }],
  ])('%s', (_, state, refusal) => {
    expect(refuseCutDraft(state, { override: null, by: by(BOB) })).toEqual(refusal)
  })

  const order = {
    ...{
      app: release.app,
      ref: null,
      version: null,
      title: null,
      override: null,
      firstDeployment: deploymentId(4),
    },
    by: by(BOB, minute(30)),
  } as unknown as Parameters<typeof endCutDraft>[1]
  const cut = {
    ...{ version: sure(release.version), commit: commitOf(8), authors: [], overrode: [] },
    commits: {
      since: null,
      from: null,
      sinceTag: false,
      total: 0,
      authors: 0,
      newest: [],
      counted: true,
      takesOut: { total: 0, commits: [] },
    },
  }

  test('that is cut keeps its words and its plan', () => {
    const { step, outcome } = endCutDraft({ ...draft, busy: { kind: 'cut' } }, order, cut)
    expect(step.state).toMatchObject({
      ...{ lifecycle: 'open', busy: null, title: 'Summer sale', plannedAt: minute(900), scope: 'Prices' },
      candidates: [{ number: 1, commit: commitOf(8), state: 'building', firstDeployment: deploymentId(4) }],
    })
    expect(step.state.phases.map(({ phase }) => phase)).toEqual(['planning', 'building'])
    expect(answered(outcome)).toMatchObject({ code: 'cut', version: '2026.11.1' })
    expect(endCutDraft(draft, { ...order, title: 'Winter' }, cut).step.state.title).toBe('Winter')
  })

  test('whose cut was refused is a draft as before', () => {
    const refusal = { code: 'title-missing' } as const
    const { step, outcome } = endCutDraft({ ...draft, busy: { kind: 'cut' } }, order, { refusal })
    expect([step.state, answered(outcome)]).toEqual([draft, refusal])
  })
})

describe('an edit', () => {
  const edit = (change: Partial<EditOrder>): EditOrder => ({
    ...{
      title: null,
      description: null,
      plannedAt: null,
      scope: null,
      links: [],
      after: null,
      by: by(BOB, minute(5)),
    },
    ...change,
  })

  test.each<[string, ReleaseState, Partial<EditOrder>, object | null]>([
    ['changes the words of a draft', draft, { title: 'Winter', description: 'All' }, null],
    ['changes the plan of an open one', release, { plannedAt: minute(90), scope: 'More' }, null],
    ['changes no title of an open one', release, { title: 'Winter' }, { code: 'not-a-draft', state: 'open' }],
    [
      'changes no description of an open one',
      release,
      { description: 'All' },
      { code: 'not-a-draft', state: 'open' },
    ],
    [
      'changes no words while it is cut',
      { ...draft, busy: { kind: 'cut' } },
      { title: 'Winter' },
      { code: 'not-a-draft', state: 'being_cut' },
    ],
    ['changes the plan while it is cut', { ...draft, busy: { kind: 'cut' } }, { scope: 'More' }, null],
    ['leaves a title', draft, { title: '  ' }, { code: 'title-missing' }],
    [
      'changes nothing that is over',
      { ...release, lifecycle: 'released' },
      { scope: 'More' },
      { code: 'release-ended', state: 'released' },
    ],
  ])('%s', (_, ...[state, change, refusal]) => {
    expect(refuseEdit(state, edit(change))).toEqual(refusal)
  })

  test('says what it changed, from what', () => {
    const { state, events } = applyEdit(
      draft,
      edit({ title: ' Winter ', scope: 'Prices', links: ['https://x.io/1', 'https://x.io/2'] }),
    )
    expect(state).toMatchObject({ title: 'Winter', references: ['https://x.io/1', 'https://x.io/2'] })
    expect(events).toMatchObject([
      {
        ...{ kind: 'release.edited', actor: BOB },
        facts: {
          changes: [
            { field: 'title', before: 'Summer sale', after: 'Winter' },
            { field: 'links', before: 'https://x.io/1', after: 'https://x.io/1 https://x.io/2' },
          ],
        },
      },
    ])
    expect(applyEdit(draft, edit({ scope: 'Prices' }))).toMatchObject({ state: draft, events: [] })
  })
})

describe('a pick', () => {
  const order = (step: PickOrder['step'] = 'start'): PickOrder => ({
    ...{
      picks: ['abcdef1'],
      step,
      override: null,
      confirmed: null,
      deploymentId: deploymentId(90),
      by: by(BOB, minute(8)),
    },
  })
  const conflict = {
    ...{
      branch: 'release/v2026.11.1',
      at: commitOf(22),
      sides: [],
      head: commitOf(20),
      picked: [commitOf(21)],
    },
    ...{ picks: [commitOf(21), commitOf(22), commitOf(23)], authors: {}, by: BOB, since: minute(6) },
  } as unknown as NonNullable<ReleaseState['conflict']>
  const inConflict: ReleaseState = { ...release, conflict }

  test.each<[string, ReleaseState, PickOrder['step'], object]>([
    [
      'begins on the newest candidate',
      release,
      'start',
      {
        plan: {
          onto: commitOf(1),
          asked: ['abcdef1'],
          rest: [],
          resolved: null,
          branch: 'release/v2026.11.1',
        },
      },
    ],
    [
      'goes on with what a person resolved',
      inConflict,
      'continue',
      {
        plan: {
          onto: commitOf(20),
          asked: [],
          before: [commitOf(21)],
          rest: [commitOf(23)],
          resolved: commitOf(22),
        },
      },
    ],
    ['goes on without it', inConflict, 'skip', { plan: { rest: [commitOf(23)], resolved: null } }],
    [
      'does not begin in a conflict',
      inConflict,
      'start',
      { refusal: { code: 'pick-in-conflict', commit: commitOf(22) } },
    ],
    [
      'has no conflict to go on from',
      release,
      'continue',
      { refusal: { code: 'no-conflict', step: 'continue' } },
    ],
    [
      'is one at a time',
      { ...release, busy: { kind: 'pick', by: ALICE, at: minute(7), progress: null } },
      'start',
      { refusal: { code: 'pick-under-way', by: ALICE } },
    ],
    [
      'is of an open release',
      { ...release, lifecycle: 'released' },
      'start',
      { refusal: { code: 'release-ended' } },
    ],
    ['is of no draft', draft, 'start', { refusal: { code: 'release-ended', state: 'draft' } }],
  ])('%s', (_, ...[state, step, wanted]) => {
    expect(decidePick(state, order(step))).toMatchObject(wanted)
  })

  test('marks the release while git works', () => {
    const decision = decidePick(release, order())
    const step = beginPick(release, order(), decision.kind === 'pick' ? decision.plan : (null as never))
    expect(step.state.busy).toEqual({ kind: 'pick', by: BOB, at: minute(8), progress: null })
    expect(step.effects).toMatchObject([{ kind: 'pick', plan: { onto: commitOf(1) } }])
  })
})
