/**
 * What a workflow writes to PostgreSQL: one change is one transaction. Decisions never read it back; it is the picture that
 * people, the read API and the published cards see, and the audit trail.
 */
import type { AuditEvent } from './events.js'
import type {
  AppName,
  ArtifactDigest,
  ChannelId,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
  Version,
} from './identifiers.js'
import type { DeploymentNote } from './reasons.js'
import type {
  CandidateGain,
  EnvironmentDetail,
  FreezeState,
  HoldState,
  LockState,
  ReleaseDetail,
} from './record-details.js'
import type { StageName, StageVerdict } from './stage.js'
import type {
  CandidateState,
  DeploymentKind,
  DeploymentState,
  EnvironmentStatus,
  Phase,
  ReleaseLifecycle,
} from './states.js'
import type { StoredState } from './stored-state.js'

export type {
  ApprovalFacts,
  BoundEnvironment,
  CandidateGain,
  CommitSummary,
  ConfirmedCommits,
  CountedCommits,
  EnvironmentDetail,
  FreezeState,
  HoldState,
  LockState,
  OffTrunk,
  PickConflict,
  PreparedDeployment,
  Promotable,
  ReleaseDetail,
  TagStanding,
  UnconfirmedCommits,
  WaitsFor,
} from './record-details.js'

export interface ReleaseRecord {
  readonly id: ReleaseId
  readonly lifecycle: ReleaseLifecycle
  readonly phase: Phase
  readonly title: string
  readonly description: string
  readonly plannedAt: string | null
  readonly releasedAt: string | null
  readonly rolledBack: boolean
  /** All other release state that the card shows (checklist ticks, phases, pick conflicts, override notes). */
  readonly detail: ReleaseDetail
  /** Increases with every change of the workflow; an older record never replaces a newer one. */
  readonly seq: number
}

export interface CandidateRecord {
  readonly releaseId: ReleaseId
  readonly number: number
  readonly commit: CommitSha
  readonly state: CandidateState
  readonly artifactDigest: ArtifactDigest | null
  readonly picked: readonly CommitSha[]
  readonly gained: CandidateGain | null
}

/** A new deployment; inserting it again changes nothing. */
export interface DeploymentRecord {
  readonly id: DeploymentId
  readonly environment: EnvironmentName
  readonly kind: DeploymentKind
  readonly releaseId: ReleaseId | null
  readonly candidate: number | null
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
  readonly requestedBy: UserId
  readonly at: string
  /** Approvals it needs before it is queued, and who may give them. */
  readonly needs: number
  readonly approvers: readonly string[]
  readonly override: string | null
  readonly configHash: string
}

/** A state transition of a deployment, written only if {@link deploymentMoves} allows it from the row's current state. */
export interface DeploymentMove {
  readonly id: DeploymentId
  readonly to: DeploymentState
  readonly at: string
  readonly by: UserId
  readonly attempt: number | null
  readonly failedStage: StageName | null
  readonly note: DeploymentNote | null
}

export interface ApprovalRecord {
  readonly deploymentId: DeploymentId
  readonly user: UserId
  readonly at: string
  readonly comment: string | null
  /** False: it no longer counts, since the person who gave it may not approve any more. */
  readonly counts: boolean
  /** The key of the order that gave it, which the recording transaction looks up; the workflow adds it. */
  readonly order: string | null
}

export interface StageRecord {
  readonly key: string
  readonly app: AppName
  readonly environment: EnvironmentName | null
  readonly deploymentId: DeploymentId | null
  readonly attempt: number
  readonly stage: StageName
  readonly run: number
  /** The worker's host that began it: only there its command can be watched. */
  readonly host: string
  /** Null while it runs. */
  readonly verdict: StageVerdict | null
  readonly exitCode: number | null
  readonly tail: string
  readonly startedAt: string
  readonly finishedAt: string | null
}

export interface EnvironmentRecord {
  readonly name: EnvironmentName
  readonly position: number
  readonly mode: 'continuous' | 'approval'
  readonly state: EnvironmentStatus
  readonly setupRequired: boolean
  readonly currentDeployment: DeploymentId | null
  readonly lock: LockState | null
  readonly hold: HoldState | null
  readonly freeze: FreezeState | null
  readonly expiresAt: string | null
  readonly generation: number
  readonly detail: EnvironmentDetail
  readonly seq: number
}

export interface Change {
  /** Permanently unique, e.g. `{workflow id}/{run}/{seq}`: a repeated change adds nothing. */
  readonly key: string
  readonly app: AppName
  readonly release: ReleaseRecord | null
  readonly candidates: readonly CandidateRecord[]
  readonly newDeployments: readonly DeploymentRecord[]
  readonly moves: readonly DeploymentMove[]
  readonly approvals: readonly ApprovalRecord[]
  readonly stages: readonly StageRecord[]
  readonly environment: EnvironmentRecord | null
  /** The whole state of the workflow that writes; null when something else writes. */
  readonly workflow: { readonly id: string; readonly state: StoredState } | null
  readonly events: readonly AuditEvent[]
}

/** An empty change, to spread from. */
export function emptyChange(app: AppName, key: string): Change {
  return {
    key,
    app,
    release: null,
    candidates: [],
    newDeployments: [],
    moves: [],
    approvals: [],
    stages: [],
    environment: null,
    workflow: null,
    events: [],
  }
}

/** How a release is inserted: its version and first candidate are allocated in the same transaction. */
export interface NewRelease {
  readonly id: ReleaseId
  readonly app: AppName
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly by: UserId
  readonly at: string
  readonly configHash: string
  readonly version: Version | null
}
