/** What people, environments and the clock do to a release with every kind of gate, in any order. */
import fc from 'fast-check'
import { parseEnvironmentName, type UserId } from '../../domain/identifiers.js'
import type { Candidate, ReleaseDeployment, ReleaseState } from '../../domain/release/state.js'
import { anApp } from './app-definition.js'
import { ALICE, BOB, CAROL, commitOf, deploymentId, minute, QUINN, sure } from './lane.js'

/** The gates of production. */
export const SOAK_MINUTES = 600
export const app = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: p } }
      - { name: staging, accept: { from: [qa] }, patch: { run: p } }
      - { name: uat, alongside: staging, patch: { run: p } }
      - name: production
        approve: { from: [managers], count: 2, fourEyes: true }
        change: { pattern: "CHG-[0-9]+" }
        soak: ${SOAK_MINUTES}m
        patch: { run: p }`,
  more: `    checklist: [{ item: QA, role: qa, before: production }]
    types:
      fix: { approvals: 0, acceptance: false, soak: false, checklist: false }`,
})
/** The environments that must have accepted before each. */
export const below: Readonly<Record<string, readonly string[]>> = {
  integration: [],
  staging: ['integration'],
  uat: ['integration'],
  production: ['staging', 'uat'],
}
/** What each type of release needs before production. */
export const needs: Readonly<Record<string, { approvals: number; soak: boolean; checklist: boolean }>> = {
  feature: { approvals: 2, soak: true, checklist: true },
  fix: { approvals: 0, soak: false, checklist: false },
}

export type Move =
  | {
      readonly kind: 'promote'
      readonly environment: string
      readonly candidate: number
      readonly override: boolean
      readonly older: boolean
      readonly user: UserId
    }
  | { readonly kind: 'approve' | 'accept' | 'reject'; readonly pick: number; readonly user: UserId }
  | { readonly kind: 'tick'; readonly user: UserId; readonly candidate: number; readonly qualified: boolean }
  | {
      readonly kind: 'report'
      readonly to: 'passed' | 'failed' | 'superseded' | 'rolled back'
      readonly pick: number
    }
  | { readonly kind: 'next candidate' }
  | { readonly kind: 'ticket' }
  | { readonly kind: 'time'; readonly minutes: number }

const user = fc.constantFrom(ALICE, BOB, CAROL, QUINN)
const candidate = fc.constantFrom(1, 1, 1, 2, 3)
const any = fc.nat({ max: 30 })
export const move: fc.Arbitrary<Move> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      ...{ kind: fc.constant('promote' as const), candidate, user, older: fc.boolean() },
      environment: fc.constantFrom(...Object.keys(below), 'production'),
      override: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constantFrom<'approve' | 'accept' | 'reject'>(
        ...Array.from({ length: 4 }, () => 'approve' as const),
        ...Array.from({ length: 4 }, () => 'accept' as const),
        'reject',
      ),
      ...{ pick: any, user },
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), user, candidate, qualified: fc.boolean() }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('report' as const),
      to: fc.constantFrom('passed', 'passed', 'passed', 'failed', 'superseded', 'rolled back'),
      pick: any,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Move>({ kind: 'next candidate' }, { kind: 'ticket' }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('time' as const), minutes: fc.integer({ min: 1, max: 400 }) }),
  },
)

/** A deployment of the first candidate, prepared a moment ago at somebody's request. */
export function aPrepared(environment: string, change: Partial<ReleaseDeployment> = {}): ReleaseDeployment {
  return {
    id: deploymentId(1),
    environment: sure(parseEnvironmentName(environment)),
    candidate: 1,
    state: 'prepared',
    requestedBy: ALICE,
    preparedAt: minute(1),
    gate: [],
    again: null,
    approvals: [],
    decision: null,
    replaced: false,
    note: null,
    override: null,
    checks: null,
    ...change,
  }
}

/** The release with exactly these deployments. */
export const withDeployments = (
  state: ReleaseState,
  ...deployments: readonly ReleaseDeployment[]
): ReleaseState => ({ ...state, deployments })

/** A deployment that was accepted there. */
export const accepted = (
  environment: string,
  number: number,
  change: Partial<ReleaseDeployment> = {},
): ReleaseDeployment =>
  aPrepared(environment, {
    ...{ id: deploymentId(number), state: 'accepted', decision: { by: QUINN, at: minute(number) } },
    ...change,
  })

/** With a second candidate, ready unless stated otherwise. */
export const withSecond = (state: ReleaseState, change: Partial<Candidate> = {}): ReleaseState => ({
  ...state,
  candidates: [
    ...state.candidates,
    { ...sure(state.candidates[0]), number: 2, commit: commitOf(2), ...change },
  ],
})

/** The release, with production requiring acceptance in any of the environments below instead of each. */
export const withAnyBelow = (state: ReleaseState): ReleaseState => ({
  ...state,
  app: {
    ...app,
    environments: app.environments.map((one) =>
      one.name === 'production' ? { ...one, requires: 'any' } : one,
    ),
  },
})
