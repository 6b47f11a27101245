/** How a release's state changes, and what is written and done because of it. Pure: the workflow carries it out. */
import type {
  ApprovalRecord,
  AuditEvent,
  CandidateRecord,
  DeploymentMove,
  DeploymentRecord,
} from '../change.js'
import { candidateName, type DeploymentId, type EnvironmentName } from '../identifiers.js'
import type { CutDraftOrder, PickOrder, PickPlan } from './effect-orders.js'
import type { ActorSnapshot, ReleaseState } from './state.js'

/** What the workflow has to do outside of itself. */
export type ReleaseEffect =
  | { readonly kind: 'build'; readonly candidate: number }
  | { readonly kind: 'cut-draft'; readonly order: CutDraftOrder }
  | { readonly kind: 'pick'; readonly order: PickOrder; readonly plan: PickPlan }
  | {
      readonly kind: 'tell-environment'
      readonly deploymentId: DeploymentId
      readonly environment: EnvironmentName
      readonly acceptance: 'accepted' | 'rejected'
    }
  | { readonly kind: 'delete'; readonly by: ActorSnapshot }

export interface ReleaseStep {
  readonly state: ReleaseState
  readonly candidates: readonly CandidateRecord[]
  readonly newDeployments: readonly DeploymentRecord[]
  readonly moves: readonly DeploymentMove[]
  readonly approvals: readonly ApprovalRecord[]
  readonly events: readonly AuditEvent[]
  readonly effects: readonly ReleaseEffect[]
}

export const releaseStep = (state: ReleaseState): ReleaseStep => ({
  state,
  candidates: [],
  newDeployments: [],
  moves: [],
  approvals: [],
  events: [],
  effects: [],
})

export function joinSteps(first: ReleaseStep, second: ReleaseStep): ReleaseStep {
  return {
    state: second.state,
    candidates: [...first.candidates, ...second.candidates],
    newDeployments: [...first.newDeployments, ...second.newDeployments],
    moves: [...first.moves, ...second.moves],
    approvals: [...first.approvals, ...second.approvals],
    events: [...first.events, ...second.events],
    effects: [...first.effects, ...second.effects],
  }
}

/** How people name a candidate of this release. */
export function nameOfCandidate(state: ReleaseState, candidate: number): string {
  return state.version === null ? `rc.${candidate}` : candidateName(state.version, candidate)
}

/** An audit line about this release. */
export function releaseEvent(
  state: ReleaseState,
  what: Pick<AuditEvent, 'kind' | 'at' | 'actor' | 'says'> & Partial<AuditEvent>,
): AuditEvent {
  return { releaseId: state.id, deploymentId: null, environment: null, data: {}, tell: 'thread', ...what }
}

/** The row of a candidate that differs between two states, none when it does not. */
export function candidateChange(
  judged: ReleaseState,
  before: ReleaseState,
  number: number,
): readonly CandidateRecord[] {
  const candidate = judged === before ? null : judged.candidates.find((one) => one.number === number)
  if (!candidate) return []
  const { commit, state, artifactDigest, picked, gained } = candidate
  return [{ releaseId: judged.id, number, commit, state, artifactDigest, picked, gained }]
}
