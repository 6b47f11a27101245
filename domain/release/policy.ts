/** What a release's type makes of the gates of its environments (S4.8). */
import type { ApprovalGate, EnvironmentDefinition, ReleaseTypePolicy } from '../pipeline.js'
import type { ReleaseState } from './state.js'

/** The policy of this release's type; a type that is configured no longer keeps every gate. */
export function policyOf(state: Pick<ReleaseState, 'app' | 'type'>): ReleaseTypePolicy {
  const keepAll = {
    name: state.type,
    approvals: null,
    acceptance: true,
    soak: true,
    checklist: true,
    passesFreeze: false,
  }
  return state.app.types.find((type) => type.name === state.type) ?? keepAll
}

/** Whether its promotions go on during a freeze (S4.4). */
export const passesFreeze = (state: Pick<ReleaseState, 'app' | 'type'>): boolean =>
  policyOf(state).passesFreeze

/** The approval gate of an environment under the release type's policy: the policy may change its count. */
export function gateFor(
  state: Pick<ReleaseState, 'app' | 'type'>,
  target: EnvironmentDefinition,
): ApprovalGate | null {
  if (!target.approve) return null
  const { approvals } = policyOf(state)
  if (approvals === null) return target.approve
  return approvals === 0 ? null : { ...target.approve, count: approvals }
}

/**
 * Who accepts what runs there: in an approval environment a person, unless the release's type needs none (S4.8). What
 * came past a gate by an override is always judged by a person where one could judge.
 */
export function acceptanceIn(
  state: Pick<ReleaseState, 'app' | 'type'>,
  target: EnvironmentDefinition,
  override: string | null,
): 'by-person' | 'by-check' {
  const byPerson = target.accept !== null || target.mode === 'approval'
  return byPerson && (policyOf(state).acceptance || override !== null) ? 'by-person' : 'by-check'
}
