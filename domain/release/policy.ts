/** What a release's type makes of the gates of its environments (S4.8). */
import type { ApprovalRule, EnvironmentDefinition, ReleaseTypePolicy } from '../pipeline.js'
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

/** The approval rules of an environment for this release; its type caps the count of each. Empty: nobody has to approve. */
export function gateFor(
  state: Pick<ReleaseState, 'app' | 'type'>,
  target: EnvironmentDefinition,
): readonly ApprovalRule[] {
  const { approvals } = policyOf(state)
  return target.approve
    .map((rule) => ({ ...rule, count: Math.min(rule.count, approvals ?? rule.count) }))
    .filter(({ count }) => count > 0)
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
