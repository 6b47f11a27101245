import { describe, expect, test } from 'vitest'
import { type CardAction, cardActions } from '../../domain/card-actions.js'
import type { DeploymentView, ReleaseView } from '../../domain/views.js'
import { anApp } from '../support/app-definition.js'
import { stories } from '../support/release-stories.js'
import {
  ALICE,
  AT,
  aCandidate,
  aDeployment,
  aPipeline,
  aRelease,
  BOB,
  commitOf,
  environmentName,
} from '../support/release-views.js'

/** `promote→staging`, in order, the rare ones in brackets. */
const offered = (view: ReleaseView): string[] =>
  cardActions(view)
    .filter(({ verb, argument }) => verb !== 'diff' && (verb !== 'status' || argument !== null))
    .map(shown)

function shown({ verb, environment, weight, to }: CardAction): string {
  const target =
    to === null ? (environment === null ? '' : `→${environment}`) : `→${to.candidate ?? to.commit}`
  return weight === 'rare' ? `(${verb}${target})` : `${verb}${target}`
}

const story = (name: string): ReleaseView => {
  const view = stories[name]
  if (view === undefined) throw new Error(name)
  return view
}

const on = (name: string, over: Partial<DeploymentView> = {}) =>
  aDeployment({ environment: environmentName(name), ...over })

test.each([
  ['draft', ['cut', 'edit', '(delete)']],
  ['cut, building', ['(cherry-pick)', '(notes-edit)', '(delete)']],
  ['build failed', ['retry', 'log', 'status', '(cherry-pick)', '(notes-edit)', '(delete)']],
  ['ready for staging', ['promote→staging', '(cherry-pick)', '(notes-edit)', '(delete)']],
  [
    'staging awaiting acceptance',
    ['accept→staging', 'reject→staging', '(accept-with-comment→staging)', '(cherry-pick)', '(notes-edit)'],
  ],
  [
    'prepared, 1 of 2 approvals',
    [
      'approve→production',
      'reject→production',
      '(approve-with-comment→production)',
      '(cherry-pick)',
      '(notes-edit)',
    ],
  ],
  ['prepared, checklist open', ['reject→production', '(cherry-pick)', '(notes-edit)', '(tick)']],
  ['production running', ['log→production', 'abort→production', '(cherry-pick)', '(notes-edit)']],
  [
    'production failed at patch',
    [
      'rollback→2026.11.2-rc.1',
      'retry→production',
      'log→production',
      '(skip→production)',
      '(cherry-pick)',
      '(notes-edit)',
    ],
  ],
  ['released', ['rollback→2026.11.2-rc.1']],
  ['failed, then rolled back', ['(promote-again→production)', '(cherry-pick)', '(notes-edit)']],
  [
    'failed, asked for again',
    [
      'approve→production',
      'reject→production',
      '(approve-with-comment→production)',
      '(cherry-pick)',
      '(notes-edit)',
    ],
  ],
  ['rolled back', []],
  ['deleted', []],
  ['abandoned', []],
  [
    'pick in conflict',
    ['cherry-pick-continue', 'cherry-pick-skip', 'promote→staging', '(notes-edit)', '(delete)'],
  ],
  ['released without its tag', ['tag']],
  ['released with a pick that trunk lacks', ['on-trunk']],
  ['staging locked', ['(cherry-pick)', '(notes-edit)', '(delete)']],
])('%s', (name, actions) => {
  expect(offered(story(name))).toEqual(actions)
})

test('what is in it and all that is known of it can be looked at, also after the release', () => {
  for (const name of ['ready for staging', 'released', 'rolled back']) {
    expect(cardActions(story(name)).map(({ verb }) => verb)).toEqual(
      expect.arrayContaining(['diff', 'status']),
    )
  }
})

const lost = { kind: 'failure', failure: { kind: 'host-lost', host: 'worker-1' } } as const

describe('Promote', () => {
  const app = (requires: 'all' | 'any') =>
    anApp({
      environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: uat, patch: { run: p } }
      - { name: load, alongside: uat, patch: { run: p } }
      - { name: production, requires: ${requires}, patch: { run: p } }`,
    })
  const promoted = (deployments: readonly DeploymentView[], requires: 'all' | 'any') =>
    offered(aRelease({ deployments, environments: [] }, app(requires))).filter((one) =>
      one.startsWith('promote'),
    )

  test('every environment of the next level is offered, also before it has a row', () => {
    expect(promoted([on('integration')], 'all')).toEqual(['promote→uat', 'promote→load'])
  })

  test('above a level, all of it or any of it must have accepted', () => {
    const half = [on('integration'), on('uat', { number: 2 }), on('load', { number: 3, state: 'running' })]
    expect(promoted(half, 'all')).toEqual([])
    expect(promoted(half, 'any')).toEqual(['promote→production'])
  })

  test('acceptance of an older candidate does not count', () => {
    const view = aRelease({
      candidates: [aCandidate(), aCandidate({ number: 2 })],
      deployments: [
        on('integration'),
        on('staging', { number: 2 }),
        on('integration', { number: 3, candidateNumber: 2 }),
      ],
    })
    expect(offered(view)).toContain('promote→staging')
    expect(offered(view)).not.toContain('promote→production')
  })

  test('not where it is, is on its way, or was rejected after it ran; again where it was superseded', () => {
    const at = (state: DeploymentView['state'], candidate: 'ready' | 'rejected' = 'ready') =>
      offered(
        aRelease({
          candidates: [aCandidate({ state: candidate })],
          deployments: [on('integration'), on('staging', { number: 2, state })],
        }),
      )
    expect(at('queued')).not.toContain('promote→staging')
    expect(at('accepted')).not.toContain('promote→staging')
    expect(at('rejected', 'rejected')).not.toContain('promote→staging')
    expect(at('rejected')).toContain('promote→staging')
    expect(at('superseded')).toContain('promote→staging')
    expect(at('aborted')).toContain('promote→staging')
  })

  test('not into a frozen environment', () => {
    const freeze = { owner: BOB, reason: 'holidays', since: AT, until: AT }
    const view = aRelease({
      deployments: [on('integration')],
      environments: aPipeline({ staging: { freeze } }),
    })
    expect(offered(view)).not.toContain('promote→staging')
  })
})

describe('a failure', () => {
  test('that another deployment has overtaken offers nothing more', () => {
    const newer = on('staging', { number: 9, version: '2026.11.4', candidate: '2026.11.4-rc.1' })
    const view = aRelease({
      deployments: [on('integration'), on('staging', { number: 2, state: 'failed', failedStage: 'patch' })],
      environments: aPipeline({ staging: { current: newer } }),
    })
    expect(offered(view)).toEqual(['(promote→staging)', '(cherry-pick)', '(notes-edit)', '(delete)'])
  })

  test('without anything to go back to offers Retry first', () => {
    const view = aRelease({ deployments: [on('integration', { state: 'failed', failedStage: 'setup' })] })
    expect(offered(view).slice(0, 2)).toEqual(['retry→integration', 'log→integration'])
  })

  test('of a silent host offers to wait or to run elsewhere', () => {
    const view = aRelease({
      deployments: [on('integration', { state: 'failed', failedStage: 'patch', note: lost })],
    })
    expect(offered(view).slice(0, 2)).toEqual(['wait-host→integration', 'other-host→integration'])
  })
})

test('a rejected candidate in an environment offers the way back', () => {
  const rejected = on('staging', { number: 2, state: 'rejected', decidedBy: ALICE, decidedAt: AT })
  const before = on('staging', { number: 1, candidate: '2026.11.2-rc.1', commit: commitOf('beef') })
  const view = aRelease({
    deployments: [on('integration'), rejected],
    candidates: [aCandidate({ state: 'rejected' })],
    environments: aPipeline({ staging: { current: rejected, rollbackTo: before } }),
  })
  expect(offered(view)[0]).toBe('rollback→2026.11.2-rc.1')
})
