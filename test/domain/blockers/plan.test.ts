import { describe, expect, test } from 'vitest'
import { type PlanFacts, planOf } from '../../../domain/blockers/plan.js'
import type { ReleaseView } from '../../../domain/views.js'
import { closedAt } from '../../../workflows/windows.js'
import { anApp } from '../../support/app-definition.js'
import {
  ALICE,
  aDeployment,
  aPipeline,
  aRelease,
  BOB,
  environmentName,
  stateOf,
} from '../../support/release-views.js'

/** A Saturday. */
const NOW = '2026-11-21T14:00:00.000Z'
const environments = `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, accept: { from: [qa] }, patch: { run: p } }
      - name: production
        soak: 2h
        approve: { from: [managers], count: 2 }
        patch: { run: p }
        windows:
          - { kind: allow, cron: "0 9 * * 1-5", duration: 8h, reason: working hours }
          - { kind: deny, cron: "0 9 * * 1", duration: 2h, reason: Monday morning }`
const types = '    types: { fix: { soak: false } }'
const app = anApp({ environments, more: types })
const usual = new Map([
  ['integration', 60_000],
  ['staging', 120_000],
  ['production', 300_000],
])
const accepted = aDeployment({ decidedAt: '2026-11-21T13:00:00.000Z' })

function plan(view: ReleaseView, now = NOW) {
  const windows: PlanFacts['windows'] = (at) =>
    new Map(
      app.environments.flatMap(({ name, windows: all }) => {
        const closed = closedAt(all, at)
        return closed === null ? [] : [[name, closed] as const]
      }),
    )
  const { environments: places } = view
  return planOf({
    state: stateOf(view, app),
    candidate: 1,
    environments: places,
    windows,
    usual,
    asker: ALICE,
    now,
  })
}
const at = (steps: ReturnType<typeof plan>) =>
  steps.map(({ environment, state, starts, ends }) => [environment, state, starts, ends])

describe('the way to the top', () => {
  test('counts usual times, the soak, and every window on the way', () => {
    const steps = plan(aRelease({ deployments: [accepted] }))

    expect(at(steps)).toEqual([
      ['integration', 'done', NOW, NOW],
      ['staging', 'ahead', NOW, '2026-11-21T14:02:00.000Z'],
      // Saturday 16:02 is outside of working hours, and Monday begins two hours later.
      ['production', 'ahead', '2026-11-23T11:00:00.000Z', '2026-11-23T11:05:00.000Z'],
    ])
    expect(steps[2]?.before).toMatchObject([
      { kind: 'promoted' },
      { kind: 'approvals', have: 0, need: 2, roles: ['managers'] },
      { kind: 'soaks', ms: 7_200_000 },
      { kind: 'closed', closure: { until: '2026-11-23T09:00:00.000Z', reason: 'working hours' } },
      { kind: 'closed', closure: { until: '2026-11-23T11:00:00.000Z', reason: 'Monday morning' } },
    ])
  })

  test('a window that closes before the soak is over closes it until the next day', () => {
    const wednesday = '2026-11-25T16:00:00.000Z'
    const steps = plan(
      aRelease({
        deployments: [
          accepted,
          aDeployment({ number: 2, environment: environmentName('staging'), decidedAt: wednesday }),
        ],
      }),
      wednesday,
    )
    expect(steps[2]?.starts).toBe('2026-11-26T09:00:00.000Z')
  })

  test('a type without soak time does not wait for one', () => {
    const noon = '2026-11-25T12:00:00.000Z'
    const steps = plan(aRelease({ type: 'fix', deployments: [accepted] }), noon)
    expect(steps[2]?.starts).toBe('2026-11-25T12:02:00.000Z')
  })

  test('a lock without an end makes all above it unknown; a freeze moves it', () => {
    const closed = (production: object) =>
      plan(aRelease({ deployments: [accepted], environments: aPipeline({ production }) }))[2]?.starts
    const lock = { owner: BOB, reason: 'x', since: NOW, until: null }
    const freeze = { owner: BOB, reason: 'x', since: NOW, until: '2026-11-24T12:00:00.000Z' }

    expect(closed({ lock })).toBeNull()
    expect(closed({ freeze })).toBe('2026-11-24T12:00:00.000Z')
  })

  test('of what was overridden waits for no soak and no window', () => {
    const prepared = aDeployment({
      number: 3,
      environment: environmentName('production'),
      state: 'queued',
      override: 'users cannot pay',
    })
    const onStaging = aDeployment({ number: 2, environment: environmentName('staging'), decidedAt: NOW })
    expect(plan(aRelease({ deployments: [accepted, onStaging, prepared] }))[2]).toMatchObject({
      state: 'under-way',
      starts: NOW,
    })
  })
})
