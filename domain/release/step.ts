/** How a release's state changes, with the resulting writes and effects. Pure: the workflow executes them. */
import type { ApprovalRecord, CandidateRecord, DeploymentMove, DeploymentRecord } from '../change.js'
import type { AuditEvent, DeploymentSubject, Said } from '../events.js'
import { candidateName, type DeploymentId, type EnvironmentName, type UserId } from '../identifiers.js'
import type { CutDraftOrder, PickOrder, PickPlan } from './effect-orders.js'
import type { ActorSnapshot, ReleaseDeployment, ReleaseState } from './state.js'

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

/** The name people use for a candidate of this release. */
export function nameOfCandidate(state: ReleaseState, candidate: number): string {
  return state.version === null ? `rc.${candidate}` : candidateName(state.version, candidate)
}

/** Who did what when. */
type Line = Said & { readonly at: string; readonly actor: UserId }

/** An audit line about this release, or about its relation to an environment. */
export function releaseEvent(
  { id }: Pick<ReleaseState, 'id'>,
  line: Line,
  environment: EnvironmentName | null = null,
): AuditEvent {
  return { ...line, releaseId: id, deploymentId: null, environment }
}

/** An audit line about one of its deployments. */
export function deploymentEvent(
  state: Pick<ReleaseState, 'id'>,
  { id, environment }: Pick<ReleaseDeployment, 'id' | 'environment'>,
  line: Line,
): AuditEvent {
  return { ...releaseEvent(state, line, environment), deploymentId: id }
}

/** The subject of a line about a deployment; null when its candidate does not belong to the release. */
export function subjectOf(state: ReleaseState, deployment: ReleaseDeployment): DeploymentSubject | null {
  const candidate = state.candidates.find((one) => one.number === deployment.candidate)
  if (!candidate) return null
  return {
    name: nameOfCandidate(state, candidate.number),
    commit: candidate.commit,
    requester: deployment.requestedBy,
  }
}

/** The row of a candidate if it differs between two states, else none. */
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
