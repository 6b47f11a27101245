import { describe, expect, test } from 'vitest'
import { mrkdwn } from '../../../bot/views/markup.js'
import { blockerWords } from '../../../bot/views/words/blocker-words.js'
import { at } from '../../../domain/at.js'
import type { BlockerContext } from '../../../domain/blockers/blocker.js'
import { blockersOf } from '../../../domain/blockers/why.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { TagStanding } from '../../../domain/record-details.js'
import type { EnvironmentView, ReleaseView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import {
  ALICE,
  AT,
  aCandidate,
  aDeployment,
  anEnvironment,
  aPipeline,
  aRelease,
  BOB,
  deploymentId,
  environmentName,
} from '../../support/release-views.js'
import { withSetback } from '../../support/setback.js'

const LATER = '2026-11-22T09:00:00.000Z'
const staging = environmentName('staging')
const lock = { owner: BOB, reason: 'load test', since: AT, until: LATER }
const freeze = { owner: BOB, reason: 'audit', since: AT, until: LATER }
const hold = { by: SLIPWAY, reason: 'rolled back', since: AT, rollback: null }
const below = [aDeployment(), aDeployment({ number: 2, environment: staging })]

function seen(view: ReleaseView, change: Partial<BlockerContext> = {}): BlockerContext {
  const candidate = view.candidates.at(-1) ?? aCandidate()
  return { view, app: anApp(), candidate, windows: () => new Map(), now: AT, ...change }
}
const kinds = (context: BlockerContext) => blockersOf(context).map(({ kind }) => kind)

test('a build that no worker has room for says so', () => {
  const view = aRelease({ candidates: [aCandidate({ state: 'building' })] })
  const [waits] = blockersOf(seen(view, { noRoom: '0.5 of 20.0 GiB are free for /data on h1' }))
  expect(waits).toMatchObject({ kind: 'build', noRoom: expect.stringContaining('on h1') })
  expect(waits && blockerWords(waits, mrkdwn).says).toMatch(/waits for room on a disk: 0\.5 of 20\.0 GiB/)
  expect(blockersOf(seen(view))).toMatchObject([{ kind: 'build', noRoom: null }])
})

test.each([
  ['staging', false, 'Once it is accepted, it may go to the environments above.'],
  ['production', true, 'Once it is accepted, it is released.'],
] as const)('an acceptance in %s says what comes next', (environment, last, next) => {
  const waiting = {
    number: 3,
    environment: environmentName(environment),
    state: 'awaiting_acceptance',
  } as const
  const [blocker] = blockersOf(seen(aRelease({ deployments: [...below.slice(0, 1), aDeployment(waiting)] })))
  expect(blocker).toMatchObject({ kind: 'acceptance', environment, last })
  expect(blocker && blockerWords(blocker, mrkdwn).next).toBe(next)
})

describe('a candidate that may go up', () => {
  const accepted = (production: Partial<EnvironmentView>, app = anApp(), type = 'feature'): ReleaseView =>
    aRelease({ type, deployments: below, environments: aPipeline({ production }) }, app)

  test('waits for whoever promotes it', () => {
    expect(blockersOf(seen(accepted({})))).toMatchObject([
      { kind: 'promotion', environment: 'production', roles: ['releasers'] },
    ])
  })

  test.each([
    ['freeze', { freeze }],
    ['lock', { lock }],
  ] as const)('into an environment under a %s waits for its end, and by whom it is', (kind, production) => {
    expect(blockersOf(seen(accepted(production)))).toMatchObject([
      { kind, environment: 'production', people: [BOB], since: AT, until: LATER },
    ])
  })

  test('is not stopped by a hold, which is for automation', () => {
    expect(kinds(seen(accepted({ hold })))).toEqual(['promotion'])
  })

  test('and whose type passes a freeze is not stopped by it', () => {
    const app = anApp({ more: '    types: { hotfix: { freeze: pass } }' })
    expect(kinds(seen(accepted({ freeze }, app, 'hotfix'), { app }))).toEqual(['promotion'])
  })

  test('that went wrong there is told so, not that nobody promoted it yet', () => {
    const [blocker] = blockersOf(seen(accepted({ detail: withSetback })))
    expect(blocker).toMatchObject({ kind: 'promotion', setback: { rolledBack: { by: BOB } } })
  })

  test('while a newer one is good is told which', () => {
    const view = aRelease({ deployments: below, candidates: [aCandidate(), aCandidate({ number: 2 })] })
    const [blocker] = blockersOf(seen(view, { candidate: aCandidate() }))
    expect(blocker).toMatchObject({
      kind: 'promotion',
      environment: 'production',
      newer: '2026.11.3-rc.2',
    })
  })

  test('and is released is blocked by nothing', () => {
    expect(kinds(seen({ ...accepted({ freeze }), state: 'released' }))).toEqual([])
  })
})

describe('a tag', () => {
  const tag = { name: 'v2026.11.3', candidate: 1, ofVersion: true, since: AT } as const
  const released = (state: ReleaseView['state'], change: Pick<TagStanding, 'state' | 'because'>) =>
    blockersOf(seen(aRelease({ state, releasedAt: AT, detail: { tags: [{ ...tag, ...change }] } })))

  test('that is not in the repository is told of a released version, and who may try it again', () => {
    expect(released('released', { state: 'refused', because: 'GH013' })).toMatchObject([
      { kind: 'tag', environment: null, roles: ['releasers'], tag: { because: 'GH013' } },
    ])
  })

  test('that is pushed, or is tried for the first time, is not', () => {
    expect(released('released', { state: 'pushed', because: null })).toEqual([])
    expect(released('released', { state: 'pending', because: null })).toEqual([])
  })

  test('of what is gone is not', () => {
    expect(released('deleted', { state: 'refused', because: 'GH013' })).toEqual([])
  })
})

describe('a deployment in line', () => {
  const queued = (
    change: Partial<Parameters<typeof aDeployment>[0] & object>,
    place: Partial<EnvironmentView>,
  ) =>
    aRelease({
      deployments: [
        ...below.slice(0, 1),
        aDeployment({ number: 2, environment: staging, state: 'queued', startedAt: null, ...change }),
      ],
      environments: aPipeline({ staging: place }),
    })
  const open = { lock: null, freeze: null, hold: null }

  test.each([
    ['a lock of somebody else', {}, { lock }, ['lock']],
    ['a lock of who asked', { requestedBy: BOB }, { lock }, ['lane']],
    ['a hold, asked for by a person', {}, { hold }, ['lane']],
    ['a hold, asked for by nobody', { requestedBy: SLIPWAY }, { hold }, ['hold']],
    ['all of them, overridden', { override: 'users wait' }, { lock, freeze, hold }, ['lane']],
    ['all of them, as a rollback', { kind: 'rollback' as const }, { lock, freeze, hold }, ['lane']],
    ['a freeze that came later', {}, { freeze }, ['freeze']],
  ] as const)('under %s', (_, change, closed, expected) => {
    expect(kinds(seen(queued(change, { ...open, ...closed })))).toEqual(expected)
  })

  test('outside of its window waits for it to open', () => {
    const windows = () => new Map([['staging', { until: LATER, reason: 'working hours' }]])
    expect(blockersOf(seen(queued({}, open), { windows }))).toMatchObject([{ kind: 'window', until: LATER }])
  })

  test('is told its place and when its turn probably comes', () => {
    const detail = { ...anEnvironment('staging').detail, queue: [deploymentId(9), deploymentId(2)] }
    const usual = new Map([['staging', 90_000]])
    expect(blockersOf(seen(queued({}, { ...open, detail }), { usual }))).toMatchObject([
      { kind: 'lane', environment: 'staging', place: 2, inMs: 180_000 },
    ])
  })
})

describe('a soak time', () => {
  const environments = (requires: string) => `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, alongside: integration, patch: { run: p } }
      - { name: production, requires: ${requires}, soak: 1h, patch: { run: p } }`
  const decided = [10, 30].map((minute, index) =>
    aDeployment({
      number: index + 1,
      environment: environmentName(['integration', 'staging'][index] ?? ''),
      decidedAt: `2026-11-21T14:${minute}:00.000Z`,
      decidedBy: ALICE,
    }),
  )
  const prepared = aDeployment({
    number: 3,
    environment: environmentName('production'),
    state: 'prepared',
    startedAt: null,
  })
  const view = (app: AppDefinition) => aRelease({ deployments: [...decided, prepared] }, app)

  test.each([
    ['all', '2026-11-21T14:30:00.000Z', '2026-11-21T15:30:00.000Z'],
    ['any', '2026-11-21T14:10:00.000Z', '2026-11-21T15:10:00.000Z'],
  ])('where %s must have accepted', (requires, since, until) => {
    const app = anApp({ environments: environments(requires) })
    const soaking = at(view(app), '2026-11-21T14:40:00.000Z')
    expect(blockersOf(seen(soaking, { app }))).toMatchObject([{ kind: 'soak', since, until }])
    expect(kinds(seen(at(view(app), until), { app }))).toEqual(['lane'])
  })
})
