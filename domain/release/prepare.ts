/** Preparing a deployment and collecting its approvals. */
import { approvalsNeeded, rolesAsked } from '../approval-rules.js'
import type { ApprovalRecord, DeploymentRecord } from '../change.js'
import { SLIPWAY } from '../identifiers.js'
import type { Decide, Decision } from './decide.js'
import type { PromoteOrder, PromotionDecision } from './promotion.js'
import {
  type Approval,
  findReleaseDeployment,
  type ReleaseDeployment,
  type ReleaseState,
  withDeployment,
} from './state.js'
import { deploymentEvent, nameOfCandidate, type ReleaseStep, releaseStep, subjectOf } from './step.js'

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
  const subject = { name, commit: candidate.commit, requester: deployment.requestedBy }
  const needs = approvalsNeeded(deployment.gate)
  return {
    ...releaseStep({
      ...state,
      deployments: [...state.deployments, deployment],
      overrides: [...state.overrides, ...overrides],
    }),
    newDeployments: [recordOf(state, deployment, candidate)],
    events: [
      deploymentEvent(state, deployment, {
        kind: 'deployment.prepared',
        facts: { ...subject, digest: candidate.artifactDigest, needs, again: deployment.again },
        at,
        actor: user,
      }),
      ...overrides.map(({ rule, reason }) =>
        deploymentEvent(state, deployment, {
          kind: 'gate.overridden',
          facts: { name, rule, reason },
          at,
          actor: user,
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
    needs: approvalsNeeded(deployment.gate),
    approvers: rolesAsked(deployment.gate),
    override: deployment.override?.reason ?? null,
    configHash: state.app.configHash,
  }
}

/** Approvals that were given but no longer count. */
function lapsedApprovals(state: ReleaseState, { id, approvals }: ReleaseDeployment): readonly Approval[] {
  const before = findReleaseDeployment(state, id)?.approvals ?? []
  return before.filter(({ user, at }) => !approvals.some((one) => one.user === user && one.at === at))
}

const approvalRecord = (
  { id }: ReleaseDeployment,
  given: Omit<Approval, 'counts'> & { readonly isCounted: boolean },
): ApprovalRecord => ({
  deploymentId: id,
  user: given.user,
  at: given.at,
  comment: given.comment,
  counts: given.isCounted,
  order: null,
})

/** Records one more approval. */
export function applyApproval(
  state: ReleaseState,
  decision: Extract<Decision, { kind: 'apply' }>,
  order: Decide,
): ReleaseStep {
  const { deployment } = decision
  const subject = subjectOf(state, deployment)
  const { user, at } = order.by
  const [have, need] = [deployment.approvals.length, approvalsNeeded(deployment.gate)]
  const lapsed = lapsedApprovals(state, deployment)
  return {
    ...releaseStep(withDeployment(state, deployment.id, deployment)),
    approvals: [
      ...lapsed.map((one) => approvalRecord(deployment, { ...one, isCounted: false })),
      approvalRecord(deployment, { user, at, comment: order.comment, isCounted: true }),
    ],
    events: subject
      ? [
          ...lapsed.map(({ user: person }) =>
            deploymentEvent(state, deployment, {
              kind: 'deployment.approval_lapsed',
              facts: { ...subject, person },
              at,
              actor: SLIPWAY,
            }),
          ),
          deploymentEvent(state, deployment, {
            kind: 'deployment.approved',
            facts: { ...subject, have, need, comment: order.comment },
            at,
            actor: user,
          }),
        ]
      : [],
  }
}
