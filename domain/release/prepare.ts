/** Preparing a deployment and collecting its approvals. */
import type { DeploymentRecord } from '../change.js'
import type { Decide, Decision } from './decide.js'
import type { PromoteOrder, PromotionDecision } from './promotion.js'
import { type ReleaseDeployment, type ReleaseState, withDeployment } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

/** Records what {@link PromotionDecision} prepared (S3.8). */
export function applyPromotion(
  state: ReleaseState,
  decision: Extract<PromotionDecision, { kind: 'prepare' }>,
  order: PromoteOrder,
): ReleaseStep {
  const { deployment } = decision
  const candidate = state.candidates.find((one) => one.number === deployment.candidate)
  if (!candidate) return releaseStep(state)
  const { user, at } = order.by
  const overrides = decision.overrode.map((rule) => ({ rule, by: user, reason: order.override ?? '', at }))
  const name = nameOfCandidate(state, candidate.number)
  return {
    ...releaseStep({
      ...state,
      deployments: [...state.deployments, deployment],
      overrides: [...state.overrides, ...overrides],
    }),
    newDeployments: [recordOf(state, deployment, candidate)],
    events: [
      releaseEvent(state, {
        kind: 'deployment.prepared',
        at,
        actor: user,
        deploymentId: deployment.id,
        environment: deployment.environment,
        says: `${name} is prepared for ${deployment.environment}.`,
        data: { candidate: name, commit: candidate.commit, digest: candidate.artifactDigest },
        tell: deployment.gate ? 'broadcast' : 'keep',
      }),
      ...overrides.map((override) =>
        releaseEvent(state, {
          kind: 'gate.overridden',
          at,
          actor: user,
          deploymentId: deployment.id,
          environment: deployment.environment,
          says: `A gate of ${deployment.environment} was overridden: ${override.rule}. Reason: ${override.reason}`,
          data: { rule: override.rule, reason: override.reason },
          tell: 'broadcast',
        }),
      ),
    ],
  }
}

function recordOf(
  state: ReleaseState,
  deployment: ReleaseDeployment,
  candidate: ReleaseState['candidates'][number],
): DeploymentRecord {
  return {
    id: deployment.id,
    environment: deployment.environment,
    kind: 'promote',
    releaseId: state.id,
    candidate: candidate.number,
    commit: candidate.commit,
    artifactDigest: candidate.artifactDigest,
    requestedBy: deployment.requestedBy,
    at: deployment.preparedAt,
    needs: deployment.gate?.count ?? 0,
    approvers: deployment.gate?.from ?? [],
    override: deployment.override,
    configHash: state.app.configHash,
  }
}

/** Records one more approval. */
export function applyApproval(
  state: ReleaseState,
  decision: Extract<Decision, { kind: 'apply' }>,
  order: Decide,
): ReleaseStep {
  const { deployment } = decision
  const name = nameOfCandidate(state, deployment.candidate)
  const { user, at } = order.by
  const count = `${deployment.approvals.length} of ${deployment.gate?.count ?? 0}`
  return {
    ...releaseStep(withDeployment(state, deployment.id, deployment)),
    approvals: [{ deploymentId: deployment.id, user, at, comment: order.comment }],
    events: [
      releaseEvent(state, {
        kind: 'deployment.approved',
        at,
        actor: user,
        deploymentId: deployment.id,
        environment: deployment.environment,
        says: `${name} was approved for ${deployment.environment} (${count}).`,
        data: { comment: order.comment },
      }),
    ],
  }
}
