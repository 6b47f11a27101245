/** Continuous mode: which pushes are built, deployed or released without anybody asking. */
import { describe, expect, test } from 'vitest'
import { pushOrder, pushSubject, titleOf } from '../../../domain/delivery/orders.js'
import {
  after,
  announce,
  asksToSkip,
  cutsBySelf,
  environmentsFollowing,
  failedAt,
  followedBranches,
  isFollowed,
  judge,
  MOST_OVERTAKEN,
  nextTurn,
} from '../../../domain/delivery/rules.js'
import {
  type Announcement,
  type DeliveryState,
  type Found,
  newDelivery,
  type Verdict,
} from '../../../domain/delivery/state.js'
import { eventOfApp } from '../../../domain/events.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { commitOf, deploymentId, digestOf, minute, sure } from '../../support/lane.js'

const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: next, mode: continuous, branch: next, alongside: integration, patch: { run: p } }
      - { name: staging, mode: continuous, accept: { from: [qa] }, patch: { run: p } }
      - { name: production, patch: { run: p } }`,
})
const automatic = anApp({ more: '    cut: automatic' })
const bare = { ...app, environments: [] }
const push = (number: number, via: Announcement['via'] = 'webhook'): Announcement => ({
  ...{ key: `delivery-${number}`, commit: commitOf(number), at: minute(number), via },
})
const found = (number: number, change: Partial<Found> = {}): Found => ({
  ...{
    kind: 'found',
    commit: commitOf(number),
    subject: 'Sell more',
    author: 'Ada',
    skip: false,
    authors: [],
    total: 1,
    touches: true,
    more: false,
  },
  ...change,
})
const announced = (count: number, state: DeliveryState = newDelivery(app, 'main')) =>
  Array.from({ length: count }, (_, index) => push(index + 1)).reduce(
    (all, one) => announce(all, all.app, one),
    state,
  )

describe('a branch', () => {
  test.each([
    [app, 'main', ['integration'], true],
    [app, 'next', ['next'], true],
    [app, 'other', [], false],
    [automatic, 'main', ['integration'], true],
    [bare, 'main', [], true],
    [bare, 'next', [], false],
  ] as const)(
    'is followed by the continuous environments of the first level (%#)',
    (of, branch, names, followed) => {
      expect(environmentsFollowing(of, branch).map(({ name }) => name)).toEqual(names)
      expect(isFollowed(of, branch)).toBe(followed)
    },
  )

  test('becomes releases automatically only where that is configured, and only trunk', () => {
    expect([cutsBySelf(app, 'main'), cutsBySelf(automatic, 'main'), cutsBySelf(automatic, 'next')]).toEqual([
      false,
      true,
      false,
    ])
  })

  test('all that are followed, each once', () => {
    expect([app, automatic, bare].map(followedBranches)).toEqual([['main', 'next'], ['main'], ['main']])
  })
})

describe('announcements', () => {
  test('two hundred wait at most, and the newest are among them', () => {
    const many = announced(250)
    expect([many.waiting.length, many.waiting.at(-1)?.key]).toEqual([200, 'delivery-250'])
  })

  test('one that comes twice counts once, with the newest configuration', () => {
    const newer = { ...app, configHash: 'newer' }
    const state = announce(announced(2), newer, push(1))
    expect(state.waiting.map(({ key }) => key)).toEqual(['delivery-1', 'delivery-2'])
    expect(state.app).toBe(newer)
  })

  test.each<[string, DeliveryState, number, number | null]>([
    ['the head for all that wait', announced(3), 3, null],
    ['the head for as many as may be overtaken', announced(MOST_OVERTAKEN), MOST_OVERTAKEN, null],
    ['one in between where too many wait', announced(MOST_OVERTAKEN + 1), MOST_OVERTAKEN, MOST_OVERTAKEN],
    ['all where each commit becomes a release', announced(30, newDelivery(automatic, 'main')), 30, null],
  ])('the next turn: %s', (_, state, batch, wanted) => {
    const turn = sure(nextTurn(state))
    expect(turn.batch.map(({ key }) => key)).toEqual(state.waiting.slice(0, batch).map(({ key }) => key))
    expect(turn.wanted).toBe(wanted === null ? null : commitOf(wanted))
    expect(turn.each).toBe(state.app === automatic)
  })

  test('no turn while none wait', () => {
    expect(nextTurn(newDelivery(app, 'main'))).toBeNull()
  })

  test('a turn that is over leaves what came meanwhile', () => {
    const turn = sure(nextTurn(announced(2)))
    const state = after(announced(3), turn, { commit: commitOf(2), more: false })
    expect([state.head, state.waiting.map(({ key }) => key)]).toEqual([commitOf(2), ['delivery-3']])
    expect(after(state, turn, null).head).toBe(commitOf(2))
  })

  test('a turn after which more commits follow is not over', () => {
    const turn = sure(nextTurn(announced(2)))
    const state = after(announced(2), turn, { commit: commitOf(1), more: true })
    expect([state.head, state.waiting.length]).toEqual([commitOf(1), 2])
  })
})

describe('what becomes of what was found', () => {
  const at = (head: number | null, failed: readonly number[] = []): DeliveryState => ({
    ...newDelivery(app, 'main'),
    head: head === null ? null : commitOf(head),
    failed: failed.map(commitOf),
  })
  const turn = (...vias: readonly Announcement['via'][]) => ({
    batch: vias.map((via) => push(2, via)),
    wanted: null,
    each: false,
  })

  test.each<[string, DeliveryState, ReturnType<typeof turn>, Found, Verdict]>([
    ['it is delivered', at(1), turn('webhook'), found(2), 'deliver'],
    ['it is what was dealt with', at(2), turn('webhook'), found(2), 'nothing-new'],
    ['it is where the first look found it', at(null), turn('first-look'), found(2), 'baseline'],
    ['it was pushed before the first look', at(null), turn('first-look', 'webhook'), found(2), 'deliver'],
    ['a later first look is a look as any', at(1), turn('first-look'), found(2), 'deliver'],
    ['it failed before', at(1, [2]), turn('poll'), found(2), 'failed-before'],
    ['its author wants no deployment', at(1), turn('poll'), found(2, { skip: true }), 'skipped'],
  ])('%s', (_, ...[state, batch, what, verdict]) => {
    expect(judge(state, batch, what)).toBe(verdict)
  })

  test('what failed is remembered once, the newest last', () => {
    const state = [1, 2, 1].map(commitOf).reduce(failedAt, newDelivery(app, 'main'))
    expect(state.failed).toEqual([commitOf(2), commitOf(1)])
  })

  test.each([
    ['Fix [skip deploy]', true],
    ['Fix\n\n[Deploy Skip] for now', true],
    ['Fix skip deploy', false],
    ['[skip ci]', false],
  ])('%j asks for no deployment: %s', (message, skip) => {
    expect(asksToSkip(message)).toBe(skip)
  })
})

describe('what a push becomes', () => {
  const state = newDelivery(app, 'main')
  test.each([
    ['integration', 'by-check'],
    ['staging', 'by-person'],
  ])('a deployment to %s is accepted %s', (name, acceptance) => {
    const environment = sure(app.environments.find((one) => one.name === name))
    const built = { digest: digestOf(4), reference: null }
    const order = pushOrder(state, environment, {
      id: deploymentId(4),
      commit: commitOf(4),
      built,
      at: minute(4),
    })
    expect(order).toMatchObject({
      kind: 'push',
      acceptance,
      environment: name,
      commit: commitOf(4),
      artifactDigest: digestOf(4),
    })
    expect(order).toMatchObject({ candidate: null, requestedBy: SLIPWAY, hotfix: false, override: null })
  })

  test.each([
    ['  Sell more ', 'Sell more'],
    ['Sell even more', 'Sell even…'],
    ['0123456789', '0123456789'],
    ['', '0000000'],
  ])('a release called by its commit: %j', (subject, title) => {
    expect(titleOf(found(4, { subject }), 10)).toBe(title)
  })

  test('a line with at most fifty authors', () => {
    const authors = Array.from({ length: 60 }, (_, index) => `a${index}@x.io`)
    const subject = pushSubject(
      'main',
      found(4, { authors, subject: 's'.repeat(300), author: 'n'.repeat(200), total: 60 }),
    )
    expect([subject.authors.length, subject.subject.length, subject.author.length, subject.total]).toEqual([
      50, 200, 100, 60,
    ])
    expect(
      eventOfApp({ kind: 'push.skipped', facts: subject }, { by: SLIPWAY, at: minute(4) }),
    ).toMatchObject({
      actor: SLIPWAY,
      releaseId: null,
    })
  })
})
