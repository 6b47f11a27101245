/** What an acceptance and a rejection change. */
import { describe, expect, test } from 'vitest'
import { applyVerdict } from '../../../domain/release/apply-decision.js'
import {
  type Decide,
  type Decision,
  decideAcceptance,
  decideRejection,
} from '../../../domain/release/decide.js'
import type { ReleaseDeployment, ReleaseState } from '../../../domain/release/state.js'
import { aRelease, by, commitOf, deploymentId, minute, QUINN } from '../../support/lane.js'
import { accepted, aPrepared, withDeployments, withSecond } from '../../support/release-moves.js'

const gate = [{ from: ['managers'], count: 2, fourEyes: true, notSoleAuthor: false }]
const order = (user: typeof QUINN, change: Partial<Decide> = {}): Decide => ({
  ...{ deploymentId: deploymentId(1), comment: null, by: by(user, minute(9)) },
  ...change,
})
const one = (change: Partial<ReleaseDeployment> = {}): ReleaseState =>
  withDeployments(aRelease(), aPrepared('production', { gate, ...change }))

describe('what a verdict changes', () => {
  const applied = (state: ReleaseState, decision: Decision) =>
    applyVerdict(state, decision as Extract<Decision, { kind: 'apply' }>, order(QUINN, { comment: 'so' }))
  const kinds = (step: ReturnType<typeof applyVerdict>) => step.events.map(({ kind }) => kind)

  test('an acceptance at the end of the way releases, and tags the version', () => {
    const state = one({ state: 'awaiting_acceptance' })
    const step = applied(state, decideAcceptance(state, order(QUINN, { comment: 'so' })))
    expect(kinds(step)).toEqual(['deployment.accepted', 'release.released'])
    expect(step.state).toMatchObject({ lifecycle: 'released', releasedAt: minute(9) })
    expect(step.effects).toEqual([
      {
        kind: 'tell-environment',
        deploymentId: deploymentId(1),
        environment: 'production',
        acceptance: 'accepted',
      },
    ])
    expect(step.state.tags.at(-1)).toMatchObject({ candidate: 1, ofVersion: true, since: minute(9) })
    expect(step.moves).toMatchObject([{ id: deploymentId(1), to: 'accepted', by: QUINN, at: minute(9) }])
  })

  test('the version is tagged where it was accepted, whatever a newer candidate reached below meanwhile', () => {
    const state = withDeployments(
      withSecond(aRelease()),
      aPrepared('production', { gate, state: 'awaiting_acceptance' }),
      accepted('integration', 2, { candidate: 2 }),
    )
    const step = applied(state, decideAcceptance(state, order(QUINN)))
    expect(step.state.tags.at(-1)).toMatchObject({ candidate: 1, ofVersion: true, commit: commitOf(1) })
  })

  test('an acceptance after a rollback lifts its mark, and tags nothing again', () => {
    const state: ReleaseState = {
      ...one({ state: 'awaiting_acceptance' }),
      lifecycle: 'released',
      rolledBack: true,
    }
    const step = applied(state, decideAcceptance(state, order(QUINN)))
    expect(step.state.rolledBack).toBe(false)
    expect(kinds(step)).toEqual(['deployment.accepted'])
    expect(step.effects.map(({ kind }) => kind)).toEqual(['tell-environment'])
    expect(step.state.tags).toEqual(state.tags)
  })

  test('a rejection of what runs rejects the candidate, and withdraws it elsewhere', () => {
    const other = aPrepared('production', { id: deploymentId(2) })
    const runs = aPrepared('staging', { state: 'awaiting_acceptance' })
    const older = aPrepared('production', { id: deploymentId(3), candidate: 9 })
    const state = withDeployments(aRelease(), runs, other, older)
    const step = applied(state, decideRejection(state, order(QUINN, { comment: 'so' })))

    expect(step.state.candidates[0]?.state).toBe('rejected')
    expect(step.candidates).toMatchObject([{ number: 1, state: 'rejected' }])
    expect(step.moves.map(({ id, to }) => [id, to])).toEqual([
      [deploymentId(1), 'rejected'],
      [deploymentId(2), 'aborted'],
    ])
    expect(step.state.deployments.map(({ state: now }) => now)).toEqual(['rejected', 'aborted', 'prepared'])
    expect(step.effects).toMatchObject([{ kind: 'tell-environment', acceptance: 'rejected' }])
    expect(step.events).toMatchObject([
      { kind: 'deployment.rejected', facts: { gate: 'acceptance', comment: 'so' } },
      { kind: 'deployment.aborted', facts: { cause: { kind: 'rejected', environment: 'staging' } } },
    ])
  })

  test('a rejection before it started leaves the candidate as it is, and tells nobody there', () => {
    const step = applied(one(), decideRejection(one(), order(QUINN, { comment: 'so' })))
    expect(step.state.candidates[0]?.state).toBe('ready')
    expect([step.effects, step.candidates]).toEqual([[], []])
    expect(step.events).toMatchObject([{ kind: 'deployment.rejected', facts: { gate: 'approval' } }])
  })
})
