/** How a release's type changes the gates of its environments (S4.8). */
import { SLIPWAY, type UserId } from '../identifiers.js'
import {
  type ApprovalRule,
  type EnvironmentDefinition,
  findEnvironment,
  type ReleaseTypePolicy,
} from '../pipeline.js'
import type { ReleaseDeployment, ReleaseState } from './state.js'

/** The policy of this release's type; a type that is no longer configured keeps every gate. */
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

/** Whether its promotions continue during a freeze (S4.4). */
export const passesFreeze = (state: Pick<ReleaseState, 'app' | 'type'>): boolean =>
  policyOf(state).passesFreeze

/**
 * Whether a candidate accepted below is promoted to an environment automatically: because it is continuous (S4.11), because the
 * release's type says so (S4.20), or because of a train.
 */
export const promotesItself = (
  state: Pick<ReleaseState, 'app' | 'type' | 'upTo'>,
  target: Pick<EnvironmentDefinition, 'mode' | 'level'>,
): boolean =>
  target.mode === 'continuous' || policyOf(state).promote === 'automatic' || isOnItsWay(state, target)

/** G.9: a train promotes what it cut up to a given environment. */
function isOnItsWay(
  { app, upTo }: Pick<ReleaseState, 'app' | 'upTo'>,
  { level }: Pick<EnvironmentDefinition, 'level'>,
): boolean {
  const last = upTo === undefined ? null : findEnvironment(app, upTo)
  return last !== null && level <= last.level
}

/** Whose approval and sign-off do not count for a step (four eyes); for automatic steps, whoever requested the release. */
export const askerOf = (
  state: Pick<ReleaseState, 'requestedBy'>,
  step: Pick<ReleaseDeployment, 'requestedBy'>,
): UserId => (step.requestedBy === SLIPWAY ? state.requestedBy : step.requestedBy)

/** The approval rules of an environment for this release; its type caps the count of each. Empty: no approval is needed. */
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
 * Who accepts what runs there: in an approval environment a person, unless the release's type needs none (S4.8). What passed a
 * gate by an override is always accepted by a person if one could.
 */
export function acceptanceIn(
  state: Pick<ReleaseState, 'app' | 'type'>,
  target: EnvironmentDefinition,
  override: ReleaseDeployment['override'],
): 'by-person' | 'by-check' {
  const byPerson = target.accept !== null || target.mode === 'approval'
  return byPerson && (policyOf(state).acceptance || override !== null) ? 'by-person' : 'by-check'
}
