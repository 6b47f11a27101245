/** The activities that workflows may call. Implemented beside this file, bound to databases and hosts by `main.ts`. */

import type { CommitAuthors } from '../../domain/authorship.js'
import type { Change, CommitSummary } from '../../domain/change.js'
import type { Judgement } from '../../domain/environment/attempt-end.js'
import type { Origin } from '../../domain/environment/preview.js'
import type { PreviewPlace } from '../../domain/environment/preview-places.js'
import type { DeploymentRequest, EnvironmentReport, LaneEntry } from '../../domain/environment/state.js'
import type { Sent } from '../../domain/evidence.js'
import type {
  AppName,
  ArtifactDigest,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
  Version,
} from '../../domain/identifiers.js'
import type { AppDefinition, BuildDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Commit, RepositoryRef, TagToMake } from '../../domain/ports.js'
import type { AbortCause, Failure, OverriddenRule } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import type { TrunkAnswer } from '../../domain/release/off-trunk.js'
import type { TagAnswer } from '../../domain/release/tags.js'
import type { HostWork, RunsOn } from '../../domain/runs-on.js'
import type { StageDefinition, StageName, StageReport, StageRun } from '../../domain/stage.js'
import type { StoredState } from '../../domain/stored-state.js'
import type { Bump, TaggedVersions } from '../../domain/version.js'
import type { CutOrder as CutMessage } from '../messages.js'

/** A signal to another workflow about what this one recorded. Receiving it twice changes nothing. */
export type OutgoingSignal =
  /** Gives a deployment to its environment, starting the environment's workflow if need be. */
  | { readonly kind: 'enqueue'; readonly app: AppDefinition; readonly deployment: DeploymentRequest }
  /** A person's decision in the release, sent to the environment, which is started from its record if needed. */
  | {
      readonly kind: 'judged'
      readonly app: AppDefinition
      readonly environment: EnvironmentName
      readonly judged: Judgement
    }
  /** What happened to deployments of a release; nothing waits for it if the release has ended. */
  | { readonly kind: 'report'; readonly app: AppName; readonly report: EnvironmentReport }

export interface RecordActivities {
  /**
   * Writes a change in one transaction, once per key, then sends the signals. False: `sent`, which the change carries out, was
   * not sent by one of our processes, and nothing was written.
   */
  recordChange(change: Change, signals?: readonly OutgoingSignal[], sent?: Sent | null): Promise<boolean>
  /** Whether one of our processes sent this to the workflow. */
  checkSent(app: AppName, sent: Sent): Promise<boolean>
  /** The last state that the workflow with this id recorded, null when it never recorded one. */
  readState(workflowId: string): Promise<StoredState | null>
}

export interface CutOrder {
  readonly app: AppDefinition
  readonly ref: string | null
  readonly override: string | null
  /** Without a ref a hotfix is cut from what runs in the last environment. */
  readonly hotfix: boolean
  /** The version a person asked for; its tag must be free. */
  readonly version: string | null
  readonly at: string
}
export type CutResolution =
  | {
      readonly kind: 'resolved'
      readonly commit: Commit
      readonly commits: CommitSummary
      /** Who wrote the new commits. */
      readonly authors: readonly CommitAuthors[]
      /** The rules that the override set aside. */
      readonly overrode: readonly OverriddenRule[]
      readonly bump: Bump | null
      readonly tagged: TaggedVersions
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface BeginOrder {
  /** The release's own workflow id. */
  readonly workflow: string
  /** The key of the order. */
  readonly key: string
  readonly cut: CutMessage
}
export type BegunRelease<State = StoredState> =
  /** As its cut wrote it, now or in an earlier attempt. */
  | { readonly kind: 'begun'; readonly state: State }
  /** An earlier run of its workflow got further. */
  | { readonly kind: 'recorded'; readonly state: State }
  /** Nothing was created and no version is used up. */
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** The same, with the host that began it and has a free slot to build it; null when that has none. */
export type BegunOnHost<State> = BegunRelease<State> & { readonly builder: string | null }

export interface CutDraftVersion {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly type: string
  readonly commit: CommitSha
  readonly version: string | null
  readonly bump: Bump | null
  readonly tagged: TaggedVersions
  readonly by: UserId
  readonly at: string
}

export type DraftVersion =
  | { readonly kind: 'created'; readonly version: Version }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface TagOrder {
  readonly repository: RepositoryRef
  readonly tag: TagToMake
}

export interface TrunkLookOrder {
  readonly repository: RepositoryRef
  /** The commit that was cut, and the newest candidate. */
  readonly from: CommitSha
  readonly to: CommitSha
  /** Commits that people confirmed as the resolution of a pick. */
  readonly resolutions: readonly { readonly commit: CommitSha; readonly of: CommitSha }[]
}

export interface ReleaseActivities {
  /**
   * Reads the release's record. If there is none, it cuts the release or creates the draft, provided Slipway sent that: version,
   * release and first state are written in one transaction.
   */
  beginRelease(order: BeginOrder): Promise<BegunRelease>
  /** Fetches and resolves the ref once; the commit never changes afterwards (S5.1, S5.2). */
  resolveCut(order: CutOrder): Promise<CutResolution>
  /** Gives a draft its version. */
  cutDraft(order: CutDraftVersion): Promise<DraftVersion>
  /** Pushes a tag; an unreachable remote is a result too. */
  pushTag(order: TagOrder): Promise<TagAnswer>
  /** Which picks trunk lacks; an unreachable remote is a result too. */
  lookOnTrunk(order: TrunkLookOrder): Promise<TrunkAnswer>
  /** Null when deleted; the database refuses what the rules of S1 forbid. */
  deleteRelease(order: {
    readonly id: ReleaseId
    readonly by: UserId
    readonly at: string
  }): Promise<Refusal | null>
}

export interface BuildOrder {
  readonly app: AppName
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  readonly build: BuildDefinition
  readonly releaseId: ReleaseId | null
  /** Who builds; another owner of the same build waits for its end. */
  readonly owner: string
}
export type BuildResult =
  | { readonly kind: 'built'; readonly digest: ArtifactDigest | null; readonly reference: string | null }
  | { readonly kind: 'failed'; readonly failure: Failure }

export interface BuildActivities {
  /** The one build of (app, commit, build definition): reuses one that succeeded, else runs it (S5.4, S5.11). */
  build(order: BuildOrder): Promise<BuildResult>
}

export interface HostActivities {
  /** The id of the answering host, one with a free slot; it has the job folders of the following activities. Waits for a slot. */
  chooseHost(work: HostWork): Promise<string>
}

export interface StartActivities {
  /** `startDeployment` on a host with a free slot. Fails with `HostBusy` or `RunsElsewhere` when this host is not to run it. */
  startOnHost(
    work: HostWork,
    order: StartOrder,
  ): Promise<{ readonly host: string; readonly started: Started }>
}

export interface WaitActivities {
  /** Records that something waits for a host, and returns the label it waits for by today's configuration. */
  noteWait(order: {
    readonly work: HostWork
    readonly part: 'builds' | 'stages'
    readonly runsOn: RunsOn
    readonly since: string
  }): Promise<RunsOn>
  /** Ends the wait; repeats are harmless. */
  endWait(work: HostWork): Promise<void>
}

export interface SignOfLifeActivities {
  /** Returns if the host is alive, however busy it is. */
  answer(): Promise<void>
}

export interface StartOrder extends InspectOrder {
  readonly id: DeploymentId
  readonly attempt: number
  readonly artifactDigest: ArtifactDigest | null
  readonly artifactReference: string | null
}
export type Started =
  | ({ readonly kind: 'started' } & Inspected)
  | {
      readonly kind: 'refused'
      readonly cause: Extract<AbortCause, { kind: 'release-deleted' | 'not-in-line' | 'not-approved' }>
    }

export interface Inspection {
  /** sha256 of the template at the commit; null when the environment has none. */
  readonly templateHash: string | null
  readonly variablesHash: string
}

/** The keys to look up the definition of an environment. */
export interface DefinitionKey {
  readonly app: AppName
  readonly environment: EnvironmentName
  /** The configuration that defines the stages. */
  readonly configHash: string
  /** The configuration for variables, secrets and whether setup is required. */
  readonly variablesOf: string
}

export interface InspectOrder extends DefinitionKey {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
}
/** What is run at a commit, and what a setup would apply. */
export interface Inspected extends Inspection {
  readonly definition: EnvironmentDefinition
}

export interface DeploymentActivities {
  /** Queued → running, in one transaction that fails if the release is deleted (S1.10); then inspects what is to be run. */
  startDeployment(order: StartOrder): Promise<Started>
  inspect(order: InspectOrder): Promise<Inspected>
}

export interface StageOrderInput {
  readonly entry: LaneEntry
  /** What is likely to follow it on this host, if anything is. */
  readonly next?: StageRun | null
  readonly stage: StageName
  readonly run: number
  readonly definition: StageDefinition
  /** Variables and secrets passed to its command. */
  readonly given: Pick<EnvironmentDefinition, 'variables' | 'secrets'>
  /** What setup recorded; also passed to patch, check and teardown. */
  readonly outputs: Readonly<Record<string, string>>
  /** Increases with every attempt in the environment: a target may refuse an older one. */
  readonly fence: number
  /** Prefix of the key of a stage that belongs to no deployment, e.g. a teardown; null for a deployment's. */
  readonly work: string | null
  /** Before anything is touched: hash the artifact's stored bytes, or compare its image (S5.10, G.10). */
  readonly verify: boolean
}

export type StageEnd =
  | { readonly report: StageReport }
  /** It was not begun, because the artifact is not what was built. */
  | { readonly unfit: Failure }
  /** It began on that host, where its command can be watched. */
  | { readonly elsewhere: string }

export interface StageActivities {
  /** Runs one stage in a clean checkout; the same key never starts its command twice. */
  runStage(order: StageOrderInput): Promise<StageEnd>
}

export interface EnvironmentActivities {
  /** Fetches and resolves what a preview should show: a branch, a commit or a pull request (`#17`). */
  resolveOrigin(order: {
    readonly app: AppDefinition
    readonly ref: string
  }): Promise<
    | { readonly kind: 'resolved'; readonly origin: Origin }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
  >
  branchHead(order: { readonly app: AppDefinition; readonly branch: string }): Promise<CommitSha | null>
  /** How these configurations define the environment. */
  readDefinition(key: DefinitionKey): Promise<EnvironmentDefinition>
  /** Gives back a preview's place; repeats are harmless. */
  freePlace(order: { readonly app: AppName; readonly name: EnvironmentName }): Promise<void>
  claimPlace(order: {
    readonly app: AppName
    readonly claim: PreviewPlace & { readonly most: number }
  }): Promise<void>
}
