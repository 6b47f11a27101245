/** What keeps a prepared deployment from starting. */
import { describe, expect, test } from 'vitest'
import type { EnvironmentName } from '../../../domain/identifiers.js'
import { gatesAt, gatesOf, soakLasts, soakOf } from '../../../domain/release/gates.js'
import { type ReleaseDeployment, type ReleaseState } from '../../../domain/release/state.js'
import { ALICE, aRelease, BOB, minute, QUINN, sure } from '../../support/lane.js'
import {
  accepted,
  aPrepared,
  app,
  SOAK_MINUTES,
  withAnyBelow,
  withDeployments,
} from '../../support/release-moves.js'

const release = aRelease({ app })
const fix = aRelease({ app, type: 'fix' })
const target = (name: string, of: ReleaseState = release) =>
  sure(of.app.environments.find((one) => one.name === name))
const below = withDeployments(release, accepted('integration', 1), accepted('staging', 2), accepted('uat', 3))
const any = withAnyBelow(below)

describe('what keeps a prepared deployment from starting', () => {
  const gate = [{ from: ['managers'], count: 2, fourEyes: true, notSoleAuthor: false }]
  const approval = { user: BOB, at: minute(5), comment: null, counts: [0] }
  const qa = { item: 'QA', by: QUINN, at: minute(5), candidate: 1 }
  const open = (state: ReleaseState, change: Partial<ReleaseDeployment> = {}) =>
    gatesOf(state, aPrepared('production', { gate, ...change })).map(({ kind }) => kind)
  const ready: ReleaseState = { ...withDeployments(release), references: ['CHG-1'], ticks: [qa] }

  test.each<[string, ReleaseState, Partial<ReleaseDeployment>, readonly string[]]>([
    ['everything', below, {}, ['approvals', 'checklist', 'ticket', 'soak']],
    ['approvals that are missing', ready, { approvals: [approval] }, ['approvals']],
    ['nothing once there are enough', ready, { approvals: [approval, { ...approval, user: QUINN }] }, []],
    ['nothing that nobody asked for', ready, { gate: [] }, []],
    [
      'a box that was ticked for another candidate',
      { ...ready, ticks: [{ ...qa, candidate: 2 }] },
      { gate: [] },
      ['checklist'],
    ],
    [
      'a box ticked by who asked for the deployment',
      { ...ready, ticks: [{ ...qa, by: ALICE }] },
      { gate: [] },
      ['checklist'],
    ],
    [
      'no soak after an override of it',
      { ...ready, deployments: below.deployments },
      { gate: [], override: { reason: 'now', passes: ['soak'] } },
      [],
    ],
    [
      'no soak where it need not be accepted below',
      { ...ready, deployments: below.deployments },
      { gate: [], override: { reason: 'now', passes: ['not-accepted-below'] } },
      [],
    ],
    [
      '[T.6] the soak that began after the override of something else',
      { ...ready, deployments: below.deployments },
      { gate: [], override: { reason: 'now', passes: ['no-ticket'] } },
      ['soak'],
    ],
    [
      '[T.6] the ticket that went after the override of something else',
      { ...ready, references: [] },
      { gate: [], override: { reason: 'now', passes: ['closed'] } },
      ['ticket'],
    ],
    [
      'no ticket after an override of it',
      { ...ready, references: [] },
      { gate: [], override: { reason: 'now', passes: ['no-ticket'] } },
      [],
    ],
    ['the soak without one', { ...ready, deployments: below.deployments }, { gate: [] }, ['soak']],
  ])('%s', (_, ...[state, change, wanted]) => {
    expect(open(state, change)).toEqual(wanted)
  })

  test.each<[string, ReleaseState, object | null]>([
    ['begins with the last acceptance below', below, { since: minute(3), until: minute(3 + SOAK_MINUTES) }],
    ['begins with the first where any suffices', any, { since: minute(2), until: minute(2 + SOAK_MINUTES) }],
    ['is not begun without one', release, null],
    ['is none for a type without', { ...below, type: 'fix' }, null],
    [
      'does not count another candidate',
      withDeployments(release, accepted('staging', 2, { candidate: 2 })),
      null,
    ],
    [
      'does not count what only awaits it',
      withDeployments(release, accepted('staging', 2, { state: 'awaiting_acceptance' })),
      null,
    ],
    ['does not count another level', withDeployments(release, accepted('integration', 2)), null],
  ])('the soak %s', (_, state, soak) => {
    expect(soakOf(state, { candidate: 1, environment: target('production').name })).toEqual(soak)
  })

  test('there is no soak where none is configured, or of no environment', () => {
    expect(soakOf(below, { candidate: 1, environment: target('uat').name })).toBeNull()
    expect(soakOf(below, { candidate: 1, environment: 'gone' as EnvironmentName })).toBeNull()
    expect([soakLasts(release, target('production')), soakLasts(fix, target('production'))]).toEqual([
      SOAK_MINUTES * 60_000,
      0,
    ])
  })

  test('the clock opens a soak at its end, and closes a reading of checks that is too old', () => {
    const soak = { kind: 'soak', since: minute(0), until: minute(10) } as const
    const checks = { kind: 'checks', staleAt: minute(10) } as never
    const never = { kind: 'checks', staleAt: null } as never
    const approvals = { kind: 'approvals', have: 0, need: 2, roles: [] } as const
    const all = [soak, checks, never, approvals]
    expect(gatesAt(all, minute(9))).toEqual([soak, never, approvals])
    expect(gatesAt(all, minute(10))).toEqual([never, approvals])
    expect(gatesAt(all, minute(11))).toEqual([checks, never, approvals])
  })
})
