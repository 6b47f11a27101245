/** One helper per business event of a deployment: its row, its audit line and the release's news cannot drift apart. */
import type { AuditEvent, DeploymentRecord } from '../change.js'
import type { UserId } from '../identifiers.js'
import type { DeploymentState } from '../states.js'
import {
  type DeploymentReport,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  nameOfOrder,
} from './state.js'

export interface Moved {
  readonly to: DeploymentState
  readonly at: string
  readonly by: UserId
  readonly says: string
  readonly note?: string | null
  readonly attempt?: number
  readonly failedStage?: AuditStage
  readonly tell?: AuditEvent['tell']
  readonly replaced?: boolean
  readonly data?: AuditEvent['data']
}
type AuditStage = LaneStep['moves'][number]['failedStage']

/** Moves one deployment and says so in the audit trail and to its release. */
export function moved(state: EnvironmentState, order: DeploymentRequest, what: Moved): LaneStep {
  const { to, at, by } = what
  const note = what.note ?? null
  return {
    state,
    moves: [
      {
        id: order.id,
        to,
        at,
        by,
        attempt: what.attempt ?? null,
        failedStage: what.failedStage ?? null,
        note,
      },
    ],
    events: [eventOf(order, { kind: `deployment.${to}`, ...what })],
    reports: reportsOf(order, { to, at, by, note, replaced: what.replaced ?? false, rolledBack: false }),
    newDeployments: [],
  }
}

/** What the order's release is told; nothing for a push. */
export function reportsOf(
  order: DeploymentRequest,
  reports: Pick<DeploymentReport, 'to' | 'at' | 'by' | 'note' | 'replaced' | 'rolledBack'>,
): readonly DeploymentReport[] {
  // Setting up again what runs is no step of a release.
  if (order.kind === 'rebuild' || order.kind === 'redeploy') return []
  if (!order.releaseId || order.candidateNumber === null) return []
  const { releaseId, id, environment, candidateNumber, requestedBy } = order
  return [{ ...reports, releaseId, deploymentId: id, environment, candidate: candidateNumber, requestedBy }]
}

/** The row of a deployment that no release prepared. */
export function recordOf(order: DeploymentRequest): DeploymentRecord {
  return {
    id: order.id,
    environment: order.environment,
    kind: order.kind,
    releaseId: order.releaseId,
    candidate: order.candidateNumber,
    commit: order.commit,
    artifactDigest: order.artifactDigest,
    requestedBy: order.requestedBy,
    at: order.requestedAt,
    needs: 0,
    approvers: [],
    override: null,
    configHash: order.configHash,
  }
}

/** An audit line about a deployment that does not move it. */
export function eventOf(
  order: DeploymentRequest,
  what: Pick<Moved, 'at' | 'by' | 'says' | 'tell' | 'data'> & { readonly kind: string },
): AuditEvent {
  return {
    kind: what.kind,
    at: what.at,
    actor: what.by,
    releaseId: order.releaseId,
    deploymentId: order.id,
    environment: order.environment,
    says: what.says,
    data: { commit: order.commit, name: nameOfOrder(order), requester: order.requestedBy, ...what.data },
    tell: what.tell ?? 'thread',
  }
}

/** An audit line about the environment itself. */
export function environmentEvent(
  state: EnvironmentState,
  what: Pick<Moved, 'at' | 'by' | 'says' | 'tell' | 'data'> & { readonly kind: string },
): AuditEvent {
  return {
    kind: what.kind,
    at: what.at,
    actor: what.by,
    releaseId: state.current?.order.releaseId ?? null,
    deploymentId: null,
    environment: state.name,
    says: what.says,
    data: what.data ?? {},
    tell: what.tell ?? 'thread',
  }
}
