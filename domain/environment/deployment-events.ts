/** One helper per business event of a deployment: its row, its audit line and the report to its release cannot drift apart. */
import type { DeploymentRecord } from '../change.js'
import {
  type AuditEvent,
  type DeploymentSubject,
  type EventFacts,
  type EventKind,
  eventOfApp,
  type Said,
} from '../events.js'
import type { UserId } from '../identifiers.js'
import type { AbortCause, DeploymentNote } from '../reasons.js'
import type { StageName } from '../stage.js'
import { type DeploymentState, isRepeat } from '../states.js'
import {
  type DeploymentReport,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  nameOfOrder,
} from './state.js'

/** The content of a line, with its time and actor. */
export type Line<Kind extends EventKind = EventKind> = Said<Kind> & {
  readonly at: string
  readonly by: UserId
}

/** Lines for a deployment that enters the state they are named after. */
type Moving = Extract<EventKind, `deployment.${DeploymentState}`>

const states = {
  'deployment.prepared': 'prepared',
  'deployment.queued': 'queued',
  'deployment.failed': 'failed',
  'deployment.awaiting_acceptance': 'awaiting_acceptance',
  'deployment.accepted': 'accepted',
  'deployment.rejected': 'rejected',
  'deployment.superseded': 'superseded',
  'deployment.aborted': 'aborted',
} as const satisfies Record<Moving, DeploymentState>

export type Moved = Line<Moving> & {
  readonly note?: DeploymentNote | null
  readonly attempt?: number | null
  readonly failedStage?: StageName | null
  readonly replaced?: boolean
}

/** Moves one deployment to a state and records it in the audit trail and for its release. */
export function moved(
  state: EnvironmentState,
  order: DeploymentRequest,
  { note = null, attempt = null, failedStage = null, replaced = false, ...line }: Moved,
): LaneStep {
  const { at, by } = line
  const to = states[line.kind]
  return {
    state,
    moves: [{ id: order.id, to, at, by, attempt, failedStage, note }],
    events: [eventOf(order, line)],
    reports: reportsOf(order, { to, at, by, note, touched: hasTouched(line), replaced, rolledBack: false }),
    newDeployments: [],
  }
}

/** Whether a stage that changes the environment had begun. */
function hasTouched(line: Line<Moving>): boolean {
  switch (line.kind) {
    case 'deployment.failed':
      return line.facts.touched
    case 'deployment.aborted':
      return line.facts.cause.kind === 'running' && line.facts.cause.touched
    case 'deployment.awaiting_acceptance':
    case 'deployment.accepted':
      return true
    default:
      return false
  }
}

/** Something newer takes its place in the queue or in the environment; `newer` null: the environment is torn down. */
export function superseded(
  state: EnvironmentState,
  order: DeploymentRequest,
  what: {
    readonly why: EventFacts['deployment.superseded']['why']
    readonly newer: DeploymentRequest | null
    readonly at: string
    readonly by: UserId
  },
): LaneStep {
  const { why, at } = what
  const by = what.newer && nameOfOrder(what.newer)
  return moved(state, order, {
    kind: 'deployment.superseded',
    facts: { ...subjectOf(order), why, by },
    at,
    by: what.by,
    note: { kind: 'superseded', by },
    replaced: why === 'replaced' || why === 'torn-down',
  })
}

/** A deployment ended early. */
export function aborted(
  state: EnvironmentState,
  order: DeploymentRequest,
  { cause, at, by }: { readonly cause: AbortCause; readonly at: string; readonly by: UserId },
): LaneStep {
  const facts = { ...subjectOf(order), cause }
  return moved(state, order, { kind: 'deployment.aborted', facts, at, by, note: { kind: 'aborted', cause } })
}

/** The report to the order's release; none for a push. */
export function reportsOf(
  order: DeploymentRequest,
  reports: Pick<DeploymentReport, 'to' | 'at' | 'by' | 'note' | 'touched' | 'replaced' | 'rolledBack'>,
): readonly DeploymentReport[] {
  // Repeating what runs is not a step of a release.
  if (isRepeat(order.kind) || order.candidate === null) return []
  const { id, environment, requestedBy } = order
  const { releaseId, number } = order.candidate
  return [{ ...reports, releaseId, deploymentId: id, environment, candidate: number, requestedBy }]
}

/** The row of a deployment that no release prepared. */
export function recordOf(order: DeploymentRequest): DeploymentRecord {
  return {
    id: order.id,
    environment: order.environment,
    kind: order.kind,
    releaseId: order.candidate?.releaseId ?? null,
    candidate: order.candidate?.number ?? null,
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

/** The subject of a line about an order. */
export const subjectOf = (order: DeploymentRequest): DeploymentSubject => ({
  name: nameOfOrder(order),
  commit: order.commit,
  requester: order.requestedBy,
})

/** An audit line about a deployment. */
export function eventOf(
  { candidate, id, environment }: DeploymentRequest,
  { at, by, ...said }: Line,
): AuditEvent {
  return { ...said, at, actor: by, releaseId: candidate?.releaseId ?? null, deploymentId: id, environment }
}

/** An audit line about the environment itself, in the thread of the release that runs there. */
export function environmentEvent(state: EnvironmentState, line: Line): AuditEvent {
  return { ...appEvent(state, line), releaseId: state.current?.order.candidate?.releaseId ?? null }
}

/** Like {@link environmentEvent}, but in no release's thread. */
export function appEvent({ name }: EnvironmentState, { at, by, ...said }: Line): AuditEvent {
  return { ...eventOfApp(said, { by, at }), environment: name }
}
