/** The checklist, and automatic promotion. */
import { describe, expect, test } from 'vitest'
import { nextAutomaticPromotion } from '../../../domain/release/auto-promote.js'
import { applyTick, decideTick, openItems, shownTicks, unticked } from '../../../domain/release/checklist.js'
import { refuseCutDraft, refuseUnplanned } from '../../../domain/release/draft.js'
import { type ReleaseState } from '../../../domain/release/state.js'
import { anApp } from '../../support/app-definition.js'
import { aRelease, BOB, by, minute, QUINN, sure } from '../../support/lane.js'
import { accepted, aPrepared, app, withDeployments, withSecond } from '../../support/release-moves.js'

const release = aRelease({ app })
const fix = aRelease({ app, type: 'fix' })

describe('the checklist', () => {
  const qa = { ...by(QUINN, minute(6)), roles: ['qa'] }
  const ticking = (change: object = {}) => ({ item: 'QA', done: true, candidate: null, by: qa, ...change })
  const waiting = withDeployments(withSecond(release), aPrepared('production', { requestedBy: QUINN }))
  const own = { ...app, checklist: app.checklist.map((one) => ({ ...one, fourEyes: false })) }

  test.each<[string, ReleaseState, object, object]>([
    ['is ticked for the newest candidate', withSecond(release), ticking(), { kind: 'tick', candidate: 2 }],
    [
      'is ticked for the one that waits for it',
      waiting,
      ticking({ by: { ...qa, user: BOB } }),
      { kind: 'tick', candidate: 1 },
    ],
    [
      'is ticked for the one that was named',
      waiting,
      ticking({ candidate: 2 }),
      { kind: 'tick', candidate: 2 },
    ],
    [
      'is not ticked by who asked for the deployment',
      waiting,
      ticking(),
      { refusal: { code: 'own-sign-off', item: 'QA' } },
    ],
    ['is ticked by them where that is allowed', { ...waiting, app: own }, ticking(), { kind: 'tick' }],
    ['is unticked by them', waiting, ticking({ done: false }), { kind: 'tick' }],
    [
      'is ticked by its role',
      release,
      ticking({ by: by(QUINN) }),
      { refusal: { code: 'item-role', role: 'qa' } },
    ],
    ['has the item', release, ticking({ item: 'QS' }), { refusal: { code: 'unknown-item', items: ['QA'] } }],
    ['has no item for a type without', fix, ticking(), { refusal: { code: 'unknown-item' } }],
    [
      'is closed with the release',
      { ...release, lifecycle: 'released' },
      ticking(),
      { refusal: { code: 'release-ended' } },
    ],
  ])('%s', (_, ...[state, order, wanted]) => {
    expect(decideTick(state, order as ReturnType<typeof ticking>)).toMatchObject(wanted)
  })

  const item = sure(app.checklist[0])
  const tick = { kind: 'tick', item, candidate: 1 } as const
  const once = applyTick(release, ticking(), tick)
  test('keeps who ticked it when, once', () => {
    expect(once.state.ticks).toEqual([{ item: 'QA', by: QUINN, at: minute(6), candidate: 1 }])
    expect(once.events).toMatchObject([{ kind: 'checklist.ticked', environment: 'production', actor: QUINN }])
    expect(applyTick(once.state, ticking(), tick).state).toBe(once.state)
    const both = applyTick(once.state, ticking({ by: { ...qa, user: BOB } }), tick)
    expect(both.state.ticks.map(({ by: user }) => user)).toEqual([QUINN, BOB])
    const none = applyTick(both.state, ticking({ done: false }), tick)
    expect(none.state.ticks).toEqual([])
    expect(none.events).toMatchObject([{ kind: 'checklist.unticked' }])
    expect(applyTick(none.state, ticking({ done: false }), tick).state).toBe(none.state)
  })

  test('is shown with the tick that counts, and is of one environment', () => {
    expect(shownTicks(once.state)).toMatchObject([{ item: 'QA', tick: { by: QUINN } }])
    expect(shownTicks(withSecond(once.state))).toMatchObject([{ item: 'QA', tick: null }])
    expect(openItems(release, aPrepared('staging'))).toEqual([])
    expect(openItems(release, aPrepared('production'))).toEqual([{ item: 'QA', role: 'qa' }])
  })
})

describe('a continuous environment above the first', () => {
  const continuous = anApp({
    environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, mode: continuous, patch: { run: p } }
      - { name: production, patch: { run: p } }`,
  })
  const up = withDeployments(aRelease({ app: continuous }), accepted('integration', 1))

  test.each<[string, ReleaseState, string | null]>([
    ['takes what was accepted below', up, 'staging'],
    ['takes nothing that was not', aRelease({ app: continuous }), null],
    [
      'takes each once',
      withDeployments(up, ...up.deployments, aPrepared('staging', { state: 'failed' })),
      null,
    ],
    ['takes the newest only', withSecond(up), null],
    ['takes nothing of one that is not built', withSecond(up, { state: 'building' }), null],
    ['takes nothing of a released one', { ...up, lifecycle: 'released' }, null],
    [
      'is never one where people deploy',
      withDeployments(up, ...up.deployments, accepted('staging', 2)),
      null,
    ],
  ])('%s', (_, state, wanted) => {
    const next = nextAutomaticPromotion(state)
    expect(next && `${next.candidate} ${next.environment.name}`).toBe(wanted && `1 ${wanted}`)
  })
})

describe('what stands before the cut', () => {
  const planning = anApp({
    environments: `
      - { name: integration, mode: continuous, patch: { run: p } }`,
    more: `    checklist:
      - { item: Brief, role: qa, before: cut }
      - { item: Budget, role: qa, before: cut, fourEyes: false }
    types: { fix: { checklist: false } }`,
  })
  const draft: ReleaseState = { ...aRelease({ app: planning }), lifecycle: 'draft', version: null }
  const ticked = (item: string, state = draft): ReleaseState => {
    const order = { item, done: true, candidate: null, by: { ...by(QUINN, minute(6)), roles: ['qa'] } }
    const decision = decideTick(state, order)
    if (decision.kind === 'refuse') throw new Error(decision.refusal.code)
    return applyTick(state, order, decision).state
  }
  const both = ticked('Budget', ticked('Brief'))

  test('is ticked on the draft, by somebody else than whoever cuts', () => {
    expect(unticked(draft, BOB)).toEqual(['Brief', 'Budget'])
    expect(unticked(ticked('Brief'), BOB)).toEqual(['Budget'])
    expect(unticked(both, BOB)).toEqual([])
    expect(unticked(both, QUINN)).toEqual(['Brief'])
  })

  test('keeps a draft from being cut unless it is overridden', () => {
    const cut = { override: null, by: by(BOB) }
    expect(refuseCutDraft(draft, cut)).toMatchObject({ code: 'checklist-open', items: ['Brief', 'Budget'] })
    expect(refuseCutDraft(both, cut)).toBeNull()
    expect(refuseCutDraft(draft, { ...cut, override: 'now' })).toBeNull()
  })

  test('keeps what nobody planned from being cut, but for a type without a checklist', () => {
    expect(refuseUnplanned({ app: planning, type: 'feature' }, null)).toMatchObject({ drafted: false })
    expect(refuseUnplanned({ app: planning, type: 'feature' }, 'now')).toBeNull()
    expect(refuseUnplanned({ app: planning, type: 'fix' }, null)).toBeNull()
    expect(refuseUnplanned({ app, type: 'feature' }, null)).toBeNull()
  })

  test('is ticked no more after the cut, and nothing else is before', () => {
    const tick = (state: ReleaseState, item: string) =>
      decideTick(state, { item, done: true, candidate: null, by: { ...by(QUINN), roles: ['qa'] } })
    expect(tick({ ...draft, lifecycle: 'open' }, 'Brief')).toMatchObject({ refusal: { code: 'item-later' } })
    expect(tick({ ...aRelease({ app }), lifecycle: 'draft' }, 'QA')).toMatchObject({
      refusal: { code: 'item-later' },
    })
    expect(shownTicks({ ...both, lifecycle: 'open' }).map(({ tick: found }) => found?.by)).toEqual([
      QUINN,
      QUINN,
    ])
  })
})
