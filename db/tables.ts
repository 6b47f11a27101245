/** The tables as kysely sees them. Timestamps are returned as `Date`; JSON columns are plain data. */
import type { Generated, JSONColumnType } from 'kysely'
import type { FailedTest } from '../domain/build-failure.js'
import type {
  CandidateGain,
  EnvironmentDetail,
  FreezeState,
  HoldState,
  LockState,
  ReleaseDetail,
} from '../domain/change.js'
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
} from '../domain/identifiers.js'
import type { NoteTexts } from '../domain/notes.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { DeploymentNote } from '../domain/reasons.js'
import type { StageName, StageVerdict } from '../domain/stage.js'
import type {
  CandidateState,
  DeploymentKind,
  DeploymentState,
  EnvironmentStatus,
  Phase,
  ReleaseLifecycle,
} from '../domain/states.js'
import type { StoredState } from '../domain/stored-state.js'
import type { Created, Instant, OptionalInstant } from './column-types.js'
import type {
  AuditSealsTable,
  AuditTable,
  ButtonsTable,
  ChangesTable,
  InboxTable,
  LeaderTable,
  MutesTable,
  SentOrdersTable,
  SlackMessagesTable,
} from './order-tables.js'
import type {
  GithubReportsTable,
  HostWaitsTable,
  InstallationIdTable,
  InstallationTable,
  LinkKeyTable,
  StageCallsTable,
  WorkersTable,
} from './outside-tables.js'

/** One row per app; locked while a version is allocated. */
export interface AppsTable {
  readonly name: AppName
  definition: JSONColumnType<AppDefinition>
  /** Whether the app is reported to the forge: its repository is on the configured GitHub. */
  reported: Generated<boolean>
  updated_at: Instant
}

/** Every configuration that ever ran, by content. */
/** For an artifact in the store: when it was last used, and since when it is gone. */
export interface ArtifactsTable {
  readonly digest: ArtifactDigest
  readonly used_at: Generated<Date>
  readonly removed_at: Generated<Date | null>
}

export interface ConfigurationsTable {
  readonly hash: string
  readonly content: string
  /** By the app's name. */
  readonly apps: JSONColumnType<Readonly<Record<AppName, AppDefinition>>>
  readonly created_at: Created
}

export interface ReleasesTable {
  readonly id: ReleaseId
  readonly app: AppName
  /** Null for a draft. Permanently unique within the app, deleted releases included. */
  version: Version | null
  title: string
  description: string
  readonly type: string
  state: ReleaseLifecycle
  phase: Phase
  readonly channel: ChannelId
  readonly requested_by: UserId
  readonly config_hash: string
  detail: JSONColumnType<ReleaseDetail>
  planned_at: OptionalInstant
  readonly created_at: Created
  cut_at: OptionalInstant
  released_at: OptionalInstant
  deleted_at: OptionalInstant
  deleted_by: UserId | null
  rolled_back: boolean
  seq: number
}

export interface CandidatesTable {
  readonly release_id: ReleaseId
  /** N of `rc.N`. */
  readonly number: number
  /** Never changes once written. */
  readonly commit: CommitSha
  state: CandidateState
  artifact_digest: ArtifactDigest | null
  picked: JSONColumnType<readonly CommitSha[]>
  /** Null for the first candidate. */
  readonly gained: JSONColumnType<CandidateGain> | null
  readonly created_at: Created
}

/** The one build of (app, commit, definition). */
export interface BuildsTable {
  readonly id: string
  readonly app: AppName
  readonly commit: CommitSha
  /** Hash of the build settings. */
  readonly definition: string
  state: 'running' | 'succeeded' | 'failed'
  /** Who runs it, so that a repeated claim gets the same answer. */
  claimed_by: string
  /** Where it runs, and when that host last reported it alive. */
  host: Generated<string>
  alive_at: Generated<Date>
  artifact_digest: ArtifactDigest | null
  artifact_reference: string | null
  /** Increases with every attempt; part of the idempotency key. */
  run: number
  /** The last lines while it runs; for a failed one the lines around the failure. */
  tail: string
  failed_tests: JSONColumnType<readonly FailedTest[], string | undefined>
  readonly started_at: Created
  finished_at: OptionalInstant
}

export interface DeploymentsTable {
  readonly id: DeploymentId
  readonly app: AppName
  /** Counts the app's deployments from 1; shown to people. */
  readonly number: number
  readonly environment: EnvironmentName
  readonly kind: DeploymentKind
  readonly release_id: ReleaseId | null
  readonly candidate: number | null
  readonly commit: CommitSha
  artifact_digest: ArtifactDigest | null
  state: DeploymentState
  readonly requested_by: UserId
  readonly needs: number
  readonly approvers: JSONColumnType<readonly string[]>
  readonly override: string | null
  readonly config_hash: string
  attempt: number
  failed_stage: StageName | null
  note: JSONColumnType<DeploymentNote> | null
  decided_by: UserId | null
  readonly prepared_at: Instant
  queued_at: OptionalInstant
  started_at: OptionalInstant
  finished_at: OptionalInstant
  decided_at: OptionalInstant
}

export interface ApprovalsTable {
  readonly deployment_id: DeploymentId
  readonly user_id: UserId
  readonly at: Instant
  readonly comment: string | null
  /** The order in the inbox that gave it; null: there was none, so it does not count. */
  readonly order_key: string | null
}

export interface StageRunsTable {
  /** The idempotency key. */
  readonly key: string
  readonly app: AppName
  readonly environment: EnvironmentName | null
  readonly deployment_id: DeploymentId | null
  readonly attempt: number
  readonly stage: StageName
  readonly run: number
  /** The worker's host that began it. */
  readonly host: string | null
  verdict: StageVerdict | null
  exit_code: number | null
  tail: string
  readonly started_at: Instant
  finished_at: OptionalInstant
}

/** Redacted log text of a stage run in pieces; `at` is the piece's offset in characters. */
export interface StageLogsTable {
  readonly key: string
  readonly at: number
  readonly text: string
}

export interface LinksTable {
  readonly id: Generated<string>
  readonly release_id: ReleaseId
  readonly from_environment: EnvironmentName
  readonly to_environment: EnvironmentName
  readonly deployment_id: DeploymentId
  readonly actor: UserId
  readonly at: Created
}

export interface EnvironmentsTable {
  readonly app: AppName
  readonly name: EnvironmentName
  position: number
  mode: 'continuous' | 'approval'
  state: EnvironmentStatus
  setup_required: boolean
  current_deployment: DeploymentId | null
  lock: JSONColumnType<LockState> | null
  hold: JSONColumnType<HoldState> | null
  freeze: JSONColumnType<FreezeState> | null
  expires_at: OptionalInstant
  generation: number
  detail: JSONColumnType<EnvironmentDetail>
  seq: number
}

/** The whole state of each workflow, as last recorded: a workflow that was lost resumes from it. */
export interface WorkflowStatesTable {
  /** The workflow's id. */
  readonly id: string
  /** See {@link StoredState}. */
  run: number
  seq: number
  version: number
  state: JSONColumnType<StoredState>
}

/** See `db/release-notes.ts`. */
export interface ReleaseNotesTable {
  readonly release_id: ReleaseId
  sections: JSONColumnType<NoteTexts>
  candidate: number
  edited_by: UserId | null
  edited_at: OptionalInstant
  /** The channel that they are published in; null: none yet. */
  planned_in: ChannelId | null
}

export interface Database {
  changes: ChangesTable
  apps: AppsTable
  configurations: ConfigurationsTable
  artifacts: ArtifactsTable
  releases: ReleasesTable
  candidates: CandidatesTable
  builds: BuildsTable
  deployments: DeploymentsTable
  approvals: ApprovalsTable
  sent_orders: SentOrdersTable
  stage_runs: StageRunsTable
  stage_logs: StageLogsTable
  stage_calls: StageCallsTable
  workers: WorkersTable
  host_waits: HostWaitsTable
  links: LinksTable
  link_key: LinkKeyTable
  installation: InstallationTable
  installation_id: InstallationIdTable
  environments: EnvironmentsTable
  workflow_states: WorkflowStatesTable
  audit: AuditTable
  audit_seals: AuditSealsTable
  inbox: InboxTable
  buttons: ButtonsTable
  slack_messages: SlackMessagesTable
  leader: LeaderTable
  mutes: MutesTable
  github_reports: GithubReportsTable
  release_notes: ReleaseNotesTable
}
