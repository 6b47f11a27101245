/** The tables as kysely sees them. Timestamps come back as `Date`; JSON columns are plain data. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type {
  CandidateState,
  DeploymentKind,
  DeploymentState,
  EnvironmentDetail,
  EnvironmentStatus,
  FreezeState,
  HoldState,
  LockState,
  Phase,
  ReleaseDetail,
  ReleaseLifecycle,
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
import type { Actor, Intent, ReplyAddress } from '../domain/intent.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { Outcome } from '../domain/refusal.js'
import type { StageName, StageVerdict } from '../domain/stage.js'

type Instant = ColumnType<Date, Date | string, Date | string>
type OptionalInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
type Created = ColumnType<Date, Date | string | undefined, never>

/** One row per app; locked while a version is allotted. */
export interface AppsTable {
  readonly name: AppName
  definition: JSONColumnType<AppDefinition>
  updated_at: Instant
}

/** Every configuration that ever ran, by content. */
export interface ConfigurationsTable {
  readonly hash: string
  readonly content: string
  readonly created_at: Created
}

export interface ReleasesTable {
  readonly id: ReleaseId
  readonly app: AppName
  /** Null while a draft. Unique within the app for ever, deleted releases included. */
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
  /** Who runs it, so that a repeated claim is told so again. */
  claimed_by: string
  artifact_digest: ArtifactDigest | null
  artifact_reference: string | null
  /** Rises with every try; part of the idempotency key. */
  run: number
  tail: string
  readonly started_at: Created
  finished_at: OptionalInstant
}

export interface DeploymentsTable {
  readonly id: DeploymentId
  readonly app: AppName
  /** Counts the app's deployments from 1; what people see. */
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
  note: string | null
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

/** Append-only; triggers refuse UPDATE and DELETE. */
export interface AuditTable {
  readonly id: Generated<string>
  /** Unique: a repeated change adds no second line. */
  readonly key: string
  readonly at: Instant
  readonly app: AppName | null
  readonly release_id: ReleaseId | null
  readonly deployment_id: DeploymentId | null
  readonly environment: EnvironmentName | null
  readonly actor: UserId
  readonly kind: string
  readonly says: string
  readonly data: JSONColumnType<Readonly<Record<string, string | number | boolean | null>>>
  readonly tell: 'thread' | 'broadcast' | 'keep'
}

export interface InboxTable {
  /** Slack's, the forge's or the clock's own id of the order. */
  readonly key: string
  readonly id: Generated<string>
  readonly intent: JSONColumnType<Intent>
  readonly actor: JSONColumnType<Actor>
  readonly reply: JSONColumnType<ReplyAddress>
  /** Orders of one workflow are carried out one by one, oldest first. */
  readonly workflow_key: string
  /** The same order by the same person while the first is unanswered joins the first. */
  readonly join_key: string | null
  readonly created_at: Created
  /**
   * The receipt of the delivery that was told `stored` in time. Null: recorded, but its sender was not told so yet;
   * such an order is never carried out.
   */
  opened_by: string | null
  claimed_by: string | null
  claimed_until: OptionalInstant
  attempts: Generated<number>
  next_at: ColumnType<Date, Date | string | undefined, Date | string>
  outcome: JSONColumnType<Outcome> | null
  finished_at: OptionalInstant
  told_at: OptionalInstant
}

/** The target of a button: what a press means. Its id is the button's value. */
export interface ButtonsTable {
  readonly id: string
  readonly target: JSONColumnType<Readonly<Record<string, string | number | boolean | null>>>
  readonly created_at: Created
}

/** Every unprompted message, once per key: `card/{release}`, `thread/{audit id}`, `digest/{channel}/{date}` … */
export interface SlackMessagesTable {
  readonly key: string
  readonly channel: ChannelId
  /** Null until Slack's answer is known. */
  ts: string | null
  thread_ts: string | null
  /** Of a card and of the lines in its thread. */
  readonly release_id: ReleaseId | null
  /** Of a line in a card's thread; the row is written with the audit row, so no line is ever missed. */
  readonly audit_id: string | null
  /** Set when a post is under way, so that an unclear answer is looked up and not posted again. */
  posting_since: OptionalInstant
  /** What is shown, to skip an update that would change nothing. */
  hash: string | null
  /** Rises whenever what the message shows may have changed. */
  stale: number
  /** The `stale` that was last shown. */
  shown: number
  /** Not before: pacing and back-off. */
  next_at: OptionalInstant
  /** Set when Slack says it can never be shown (archived, gone). */
  detached: string | null
  readonly created_at: Created
}

export interface LeaderTable {
  readonly name: string
  holder: string
  until: Instant
}

export interface MutesTable {
  readonly user_id: UserId
  /** `*` for every app. */
  readonly app: string
  level: 'all' | 'mine' | 'none'
}

/** The keys of the changes that were applied: a repeated change does nothing at all. */
export interface ChangesTable {
  readonly key: string
  readonly at: Created
}

export interface Database {
  changes: ChangesTable
  apps: AppsTable
  configurations: ConfigurationsTable
  releases: ReleasesTable
  candidates: CandidatesTable
  builds: BuildsTable
  deployments: DeploymentsTable
  approvals: ApprovalsTable
  stage_runs: StageRunsTable
  stage_logs: StageLogsTable
  links: LinksTable
  environments: EnvironmentsTable
  audit: AuditTable
  inbox: InboxTable
  buttons: ButtonsTable
  slack_messages: SlackMessagesTable
  leader: LeaderTable
  mutes: MutesTable
}
