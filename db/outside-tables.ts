/** The tables of what goes on elsewhere: stages that are called, and what GitHub is told. */
import type { ColumnType, Generated, JSONColumnType } from 'kysely'
import type { ReportKind } from '../domain/forge/reports.js'
import type { AppName, CommitSha, DeploymentId, EnvironmentName } from '../domain/identifiers.js'
import type { RemoteEnd } from '../domain/remote-stage.js'
import type { SandboxStatus } from '../domain/sandbox.js'
import type { Created, Instant, OptionalInstant } from './column-types.js'

/** Calls of stages that run elsewhere; a callback is taken while `ended_at` is null. */
export interface StageCallsTable {
  readonly key: string
  readonly begun_at: Created
  /** When the other side said that the stage runs. */
  accepted_at: OptionalInstant
  location: string | null
  ended_at: OptionalInstant
  /** As it was called back, not redacted; null when nobody waits for it any more. */
  end: JSONColumnType<RemoteEnd> | null
}

/** One row: the key that links are signed with. */
export interface LinkKeyTable {
  readonly only: Generated<boolean>
  key: string
  made_at: ColumnType<Date, Date | undefined, Date>
}

/** One row: what this database is called wherever something is kept for it alone. */
export interface InstallationIdTable {
  readonly only: Generated<boolean>
  readonly id: Generated<string>
}

/** One row: the Slipway that ran here last. */
export interface InstallationTable {
  readonly only: Generated<boolean>
  build: string
  /** Of what its workflows record. */
  state_version: number
  /** The workflows that were found to go on from every history, by the digest of their bundle. */
  workflows: string | null
  entered_at: ColumnType<Date, Date | undefined, Date>
}

/** Something that GitHub is told about, once per key; see `db/github-reports.ts`. */
export interface GithubReportsTable {
  readonly key: string
  readonly app: AppName
  readonly kind: ReportKind
  /** The id of the build, deployment or release it tells of. */
  subject: string
  /** Rises whenever what is to be told may have changed. */
  stale: Generated<number>
  /** The `stale` that was last told. */
  shown: Generated<number>
  /** What was last told, to leave out a call that would say the same. */
  sent: string | null
  /** GitHub's own id, of a deployment. */
  remote_id: string | null
  claimed_by: string | null
  claimed_until: OptionalInstant
  attempts: Generated<number>
  /** Not before: back-off. */
  next_at: ColumnType<Date, Date | string | undefined, Date | string>
  /** Why it will not be told; a newer state or a person has it tried again. */
  gave_up: string | null
  readonly created_at: Created
}

/** What each worker says of itself, once a minute. */
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
  /** Whether a worker lived that could take it. */
  served: boolean
  since: Instant
  /** When it last said that it waits. */
  noted_at: Instant
}
