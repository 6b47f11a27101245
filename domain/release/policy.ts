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
