/** What a release's type makes of the gates of its environments. */
import { describe, expect, test } from 'vitest'
import { acceptanceIn, gateFor, passesFreeze, policyOf } from '../../../domain/release/policy.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import { aRelease, sure } from '../../support/lane.js'
import { app } from '../../support/release-moves.js'

const release = aRelease({ app })
const fix = aRelease({ app, type: 'fix' })
const target = (name: string) => sure(app.environments.find((one) => one.name === name))

describe('the policy of a type', () => {
  test('of one that is configured no longer keeps every gate', () => {
    const gone = { ...release, type: 'gone' }
    expect(policyOf(gone)).toEqual({
      name: 'gone',
      approvals: null,
      acceptance: true,
      soak: true,
      checklist: true,
      passesFreeze: false,
    })
    expect(passesFreeze(gone)).toBe(false)
  })

  test.each<[string, ReleaseState, string, number | null]>([
    ["the environment's own count", release, 'production', 2],
    ['no gate for none', fix, 'production', null],
    [
      'another count',
      { ...release, app: { ...app, types: [{ ...policyOf(release), approvals: 1 }] } },
      'production',
      1,
    ],
    [
      'none where the environment has none',
      { ...release, app: { ...app, types: [{ ...policyOf(release), approvals: 1 }] } },
      'staging',
      null,
    ],
  ])('asks for approvals: %s', (_, ...[state, name, count]) => {
    expect(gateFor(state, target(name))[0]?.count ?? null).toBe(count)
  })

  test.each<[string, ReleaseState, string, string | null, 'by-person' | 'by-check']>([
    ['the check in a continuous environment', release, 'integration', null, 'by-check'],
    ['a person where one is named', release, 'staging', null, 'by-person'],
    ['a person where people deploy', release, 'production', null, 'by-person'],
    ['the check where the type needs nobody', fix, 'production', null, 'by-check'],
    ['a person all the same after an override', fix, 'production', 'now', 'by-person'],
    ['the check after an override where nobody could judge', fix, 'integration', 'now', 'by-check'],
  ])('who accepts: %s', (_, ...[state, name, override, wanted]) => {
    const passed = override === null ? null : { reason: override, passes: ['closed' as const] }
    expect(acceptanceIn(state, target(name), passed)).toBe(wanted)
  })
})
