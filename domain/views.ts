/** What people are shown: read by `db/queries`, rendered by `bot/views` and the read API. Plain data, no Slack. */
import type { FailedTest } from './build-failure.js'
import type {
  CandidateGain,
  EnvironmentDetail,
  FreezeState,
  HoldState,
  LockState,
  ReleaseDetail,
} from './change.js'
import type { AuditEvent, EventKind } from './events.js'
import type {
  AppName,
  ArtifactDigest,
  ChannelId,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from './identifiers.js'
import type { DeploymentNote } from './reasons.js'
import type { HostWait } from './runs-on.js'
import type { StageName, StageVerdict } from './stage.js'
import type {
  CandidateState,
  DeploymentKind,
  DeploymentState,
  EnvironmentStatus,
  Phase,
  ReleaseLifecycle,
} from './states.js'

export interface StageView {
  readonly key: string
  readonly stage: StageName
  readonly attempt: number
  readonly run: number
  /** Null while it runs. */
  readonly verdict: StageVerdict | null
  readonly exitCode: number | null
  readonly tail: string
  readonly startedAt: string
  readonly finishedAt: string | null
}

export interface ApprovalView {
  readonly user: UserId
  readonly at: string
  readonly comment: string | null
}

/** Who deleted a release, and when. */
export interface Deletion {
  readonly by: UserId
  readonly at: string
}

export interface DeploymentView {
  readonly id: DeploymentId
  readonly number: number
  readonly environment: EnvironmentName
  readonly kind: DeploymentKind
  readonly state: DeploymentState
  readonly releaseId: ReleaseId | null
  readonly version: string | null
  /** Whether its release is out: then only the version is used as its name. */
  readonly released: boolean
  /** Name such as `2026.11.3-rc.1`, null for a push. */
  readonly candidate: string | null
  readonly candidateNumber: number | null
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
  readonly requestedBy: UserId
  readonly preparedAt: string
  readonly startedAt: string | null
  readonly finishedAt: string | null
  readonly attempt: number
  readonly failedStage: StageName | null
  readonly note: DeploymentNote | null
  readonly decidedBy: UserId | null
  readonly decidedAt: string | null
  readonly needs: number
  readonly approvers: readonly string[]
  readonly approvals: readonly ApprovalView[]
  readonly override: string | null
  /** The environments its release is linked to, which forbids its deletion (S1.15); empty for a push. */
  readonly linkedTo: readonly EnvironmentName[]
  /** Who deleted its release, and when. */
  readonly deleted: Deletion | null
  /** For a running one: the wait for a worker; null: no wait worth mentioning. */
  readonly waits: HostWait | null
  /** Oldest first. */
  readonly stages: readonly StageView[]
}

/** The one build of a commit. */
export interface BuildView {
  readonly app: AppName
  readonly commit: CommitSha
  readonly state: 'running' | 'succeeded' | 'failed'
  /** Counts its runs from 1. */
  readonly run: number
  readonly artifactDigest: ArtifactDigest | null
  readonly artifactReference: string | null
  readonly startedAt: string
  readonly finishedAt: string | null
  /** The last lines while it runs; for a failed one the lines around the failure. */
  readonly tail: string
  readonly failedTests: readonly FailedTest[]
  /** The branch whose push recently requested it; null when it was a cut, or long ago. */
  readonly branch: string | null
  /** The candidates made from this commit, newest first; those of deleted releases are left out. */
  readonly candidates: readonly {
    readonly releaseId: ReleaseId
    readonly number: number
    readonly name: string
    readonly title: string
    readonly releaseState: ReleaseLifecycle
    readonly requestedBy: UserId
  }[]
  /** Newest first. */
  readonly deployments: readonly {
    readonly id: DeploymentId
    readonly number: number
    readonly environment: EnvironmentName
    readonly kind: DeploymentKind
    readonly state: DeploymentState
    readonly requestedBy: UserId
    readonly at: string
  }[]
}

export interface CandidateView {
  readonly number: number
  readonly name: string
  readonly commit: CommitSha
  readonly state: CandidateState
  readonly artifactDigest: ArtifactDigest | null
  readonly picked: readonly CommitSha[]
  /** Null for the first candidate: its commits are those of the cut. */
  readonly gained: CandidateGain | null
  readonly createdAt: string
  /** What its build is waiting for; null: no wait worth mentioning. */
  readonly waits: HostWait | null
  /** Of the build, while it runs or after it failed. */
  readonly buildTail: string | null
  /** For a failed build. */
  readonly failedTests: readonly FailedTest[]
}

export interface LinkView {
  readonly from: EnvironmentName
  readonly to: EnvironmentName
  readonly at: string
  readonly by: UserId
}

/** One environment of the pipeline, lowest first. */
export interface EnvironmentView {
  readonly app: AppName
  readonly name: EnvironmentName
  readonly position: number
  readonly mode: 'continuous' | 'approval'
  readonly state: EnvironmentStatus
  readonly setupRequired: boolean
  readonly current: DeploymentView | null
  /** The target of Roll back: what was accepted there before; null when there is nothing to go back to. */
  readonly rollbackTo: DeploymentView | null
  readonly lock: LockState | null
  readonly hold: HoldState | null
  readonly freeze: FreezeState | null
  readonly expiresAt: string | null
  /** What its stages are waiting for; null: no wait worth mentioning. */
  readonly waits: HostWait | null
  readonly detail: EnvironmentDetail
}

export interface ReleaseView {
  readonly id: ReleaseId
  readonly app: AppName
  readonly version: string | null
  readonly title: string
  readonly description: string
  readonly type: string
  readonly state: ReleaseLifecycle
  readonly phase: Phase
  readonly channel: ChannelId
  readonly requestedBy: UserId
  readonly createdAt: string
  readonly cutAt: string | null
  readonly plannedAt: string | null
  readonly releasedAt: string | null
  readonly rolledBack: boolean
  readonly deleted: Deletion | null
  readonly detail: ReleaseDetail
  /** False once linked, or while a deployment is prepared, queued or running; `blockedBy` names the linked environments. */
  readonly deletable: boolean
  readonly blockedBy: readonly EnvironmentName[]
  /** Oldest first. */
  readonly candidates: readonly CandidateView[]
  /** Oldest first. */
  readonly links: readonly LinkView[]
  /** Oldest first. */
  readonly deployments: readonly DeploymentView[]
  /** The app's configured environments, lowest first. */
  readonly environments: readonly EnvironmentView[]
}

/** A line of the audit trail; ids increase in the order in which lines were written. */
export type AuditView<Kind extends EventKind = EventKind> = AuditEvent<Kind> & {
  readonly id: string
  readonly app: AppName | null
}
