/** The tables of external work: stages that are called, and reports to GitHub. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { ReportKind } from '../domain/forge/reports.js'
import type { AppName, CommitSha, DeploymentId, EnvironmentName } from '../domain/identifiers.js'
import type { RemoteEnd } from '../domain/remote-stage.js'
import type { SandboxStatus } from '../domain/sandbox.js'
import type { Created, Instant, OptionalInstant } from './column-types.js'

/** Calls of stages that run elsewhere; a callback is accepted while `ended_at` is null. */
export interface StageCallsTable {
  readonly key: string
  readonly begun_at: Created
  /** When the other side confirmed that the stage runs. */
  accepted_at: OptionalInstant
  location: string | null
  ended_at: OptionalInstant
  /** The callback's result, not redacted; null when it is no longer needed. */
  end: JSONColumnType<RemoteEnd> | null
}

/** One row: the key that signs links. */
export interface LinkKeyTable {
  readonly only: Generated<boolean>
  key: string
  made_at: ColumnType<Date, Date | undefined, Date>
}

/** One row: this database's own id, for marking external data that belongs to it alone. */
export interface InstallationIdTable {
  readonly only: Generated<boolean>
  readonly id: Generated<string>
}

/** One row: the Slipway that ran here last. */
export interface InstallationTable {
  readonly only: Generated<boolean>
  build: string
  /** The version of what its workflows record. */
  state_version: number
  /** The digest of the workflow bundle that was found able to continue from every history. */
  workflows: string | null
  entered_at: ColumnType<Date, Date | undefined, Date>
}

/** A subject reported to GitHub, once per key; see `db/github-reports.ts`. */
export interface GithubReportsTable {
  readonly key: string
  readonly app: AppName
  readonly kind: ReportKind
  /** The id of the build, deployment or release it reports on. */
  subject: string
  /** Increases whenever the report may have changed. */
  stale: Generated<number>
  /** The `stale` that was last reported. */
  shown: Generated<number>
  /** What was last reported, to skip a call that would repeat it. */
  sent: string | null
  /** GitHub's own id, for a deployment. */
  remote_id: string | null
  claimed_by: string | null
  claimed_until: OptionalInstant
  attempts: Generated<number>
  /** Not before this time: back-off. */
  next_at: ColumnType<Date, Date | string | undefined, Date | string>
  /** Why it will not be reported; a newer state or a person triggers a retry. */
  gave_up: string | null
  readonly created_at: Created
}

/** What each worker reports about itself, once a minute. */
export interface WorkersTable {
  readonly host: string
  sandbox: SandboxStatus['kind']
  network: SandboxStatus['network']
  says: string
  /** Its labels. */
  runs_on: ColumnType<string[], readonly string[] | undefined>
  builds: Generated<number>
  stages: Generated<number>
  low_disk: string | null
  seen_at: Instant
}

/** What waits for a worker with a free slot. */
export interface HostWaitsTable {
  readonly id: string
  readonly app: AppName
  readonly environment: EnvironmentName | null
  readonly deployment_id: DeploymentId | null
  readonly commit: CommitSha | null
  runs_on: string | null
  /** Whether a live worker could take it. */
  served: boolean
  since: Instant
  /** When the wait was last confirmed. */
  noted_at: Instant
}
