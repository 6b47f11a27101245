/** What the activities need from PostgreSQL, as a port: `db/repositories` implements it, `main.ts` binds it. */
import type { FailedTest } from './build-failure.js'
import type { BoundEnvironment, Change, StageRecord, WaitsFor } from './change.js'
import type { Sent } from './evidence.js'
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
import type { AppDefinition } from './pipeline.js'
import type { Refusal } from './refusal.js'
import type { HostWait, HostWork } from './runs-on.js'
import type { DeploymentState } from './states.js'
import type { StoredState } from './stored-state.js'
import type { Bump, TaggedVersions, Versioning } from './version.js'

export interface ReleaseToCreate {
  readonly id: ReleaseId
  readonly app: AppName
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly by: UserId
  readonly at: string
  readonly configHash: string
  /** Its environments according to its snapshot. */
  readonly bound: readonly BoundEnvironment[]
  /** Null: the next one. */
  readonly version: Version | null
  readonly versioning: Versioning
  readonly timezone: string
  /** The bump the commits call for; null: the release type decides. */
  readonly bump: Bump | null
  readonly tagged: TaggedVersions
  readonly commit: CommitSha
}

export interface DraftToCreate
  extends Omit<ReleaseToCreate, 'version' | 'versioning' | 'timezone' | 'bump' | 'tagged' | 'commit'> {
  readonly plannedAt: string | null
  readonly scope: string
  readonly links: readonly string[]
  readonly after: readonly WaitsFor[]
}

export interface DraftToCut
  extends Pick<
    ReleaseToCreate,
    'id' | 'app' | 'type' | 'by' | 'at' | 'version' | 'versioning' | 'timezone' | 'bump' | 'tagged'
  > {
  readonly commit: CommitSha
  readonly configHash: string
}

export interface BuildKey {
  readonly app: AppName
  readonly commit: CommitSha
  /** Hash of the build settings. */
  readonly definition: string
}

export type BuildClaim =
  /** The caller owns this run and must finish it. */
  | { readonly kind: 'run'; readonly id: string; readonly run: number }
  /** Another owner is running it. */
  | { readonly kind: 'running' }
  | { readonly kind: 'succeeded'; readonly digest: ArtifactDigest | null; readonly reference: string | null }

/** A commit that was picked onto a release that is still live. */
export interface LivePick {
  readonly version: Version
  readonly commit: CommitSha
  /** The candidate that contains the copy. */
  readonly candidate: CommitSha
  /** Whether that candidate contains only this pick, so that its commit is the copy. */
  readonly alone: boolean
}

/** Why there is no version for a release. */
export type VersionRefusal = Extract<
  Refusal,
  { readonly code: 'version-taken' | 'version-too-far' | 'versions-used-up' }
>

/** The permanent version of a release, or why there is none. */
export type AllottedVersion =
  | { readonly kind: 'created'; readonly version: Version }
  | { readonly kind: 'refused'; readonly refusal: VersionRefusal }

/** The same for a draft, which may also have been deleted or abandoned in the meantime. */
export type CutDraft = AllottedVersion | { readonly kind: 'not-a-draft'; readonly state: string | null }

/** Records what waits for a worker. */
export interface HostWaits {
  /** Records that something waits, or that it still does. */
  note(
    work: HostWork,
    wait: Pick<HostWait, 'runsOn' | 'since'> & { readonly part: 'builds' | 'stages' },
  ): Promise<void>
  /** Ends a wait. Repeats are harmless. */
  end(id: string): Promise<void>
}

export interface ReleaseStore {
  /** One transaction; the same key twice writes once. */
  recordChange(change: Change): Promise<void>
  /** Whether one of our processes sent this; anything else leaves a line in the audit trail. */
  checkSent(app: AppName, sent: Sent): Promise<boolean>
  /** The last state that a workflow recorded, null when there is none. */
  readState(workflowId: string): Promise<StoredState | null>
  /** The app as defined in the configuration with that hash, null when that is not stored. */
  readConfigured(configHash: string, app: AppName): Promise<AppDefinition | null>
  /** Version, release and its first change in one transaction; the same id twice is the same release. */
  createRelease(release: ReleaseToCreate, first: (version: Version) => Change): Promise<AllottedVersion>
  /** Creates it without version and candidate; the same id twice is the same draft. */
  createDraft(draft: DraftToCreate, first: Change): Promise<void>
  /** Gives a draft its version; a draft that was already cut keeps it. */
  cutDraft(order: DraftToCut): Promise<CutDraft>
  deleteRelease(order: {
    readonly id: ReleaseId
    readonly by: UserId
    readonly at: string
  }): Promise<
    | { readonly kind: 'deleted' }
    | { readonly kind: 'linked'; readonly environments: readonly EnvironmentName[] }
    | { readonly kind: 'active'; readonly environment: EnvironmentName; readonly state: string }
  >
  startDeployment(order: {
    readonly id: DeploymentId
    readonly attempt: number
    readonly commit: CommitSha
    readonly artifactDigest: ArtifactDigest | null
    readonly at: string
  }): Promise<
    | { readonly kind: 'started' }
    | { readonly kind: 'release-deleted' }
    | { readonly kind: 'not-queued'; readonly state: DeploymentState | null }
    | { readonly kind: 'not-approved'; readonly have: number; readonly need: number }
  >
  /**
   * The same owner asking again on the same host gets its run again. A failed build may be claimed again, a succeeded one never;
   * a running one only when its owner comes from another host, or when it was not kept for two minutes.
   */
  claimBuild(
    key: BuildKey,
    by: { readonly owner: string; readonly host: string },
    at: string,
  ): Promise<BuildClaim>
  /** Marks a run as still alive. */
  keepBuild(claim: { readonly id: string; readonly run: number }): Promise<void>
  /** False when that run is no longer the current one: another took it over, and only its result counts. */
  finishBuild(
    claim: { readonly id: string; readonly run: number },
    end:
      | {
          readonly kind: 'succeeded'
          readonly digest: ArtifactDigest | null
          readonly reference: string | null
        }
      | { readonly kind: 'failed'; readonly tail: string; readonly tests: readonly FailedTest[] },
    at: string,
  ): Promise<boolean>
  recordStage(stage: StageRecord): Promise<void>
  /** The host that began the stage with that key; null when it was not begun. */
  begunOn(key: string): Promise<string | null>
  /** Adds redacted log text at an offset; repeats change nothing. */
  appendLog(key: string, offset: number, text: string): Promise<void>
  /** The whole log of a stage as written; empty when there is none. */
  readLog(key: string): Promise<string>
  /** The commit and version that run in an environment, null when there is none. */
  whatRuns(
    app: AppName,
    environment: EnvironmentName,
  ): Promise<{ readonly commit: CommitSha; readonly version: string | null } | null>
  /** The picks of releases that are open, or released and still running somewhere (S5.12). */
  livePicks(app: AppName): Promise<readonly LivePick[]>
  /** The highest version the app ever used, with the commit of its newest candidate. */
  highestVersion(
    app: AppName,
  ): Promise<{ readonly version: Version; readonly commit: CommitSha | null } | null>
  /** Whether a commit is a candidate of the app, so on a release's branch and not on trunk. */
  isCandidate(app: AppName, commit: CommitSha): Promise<boolean>
}
