/** What the workflows may ask of the world. Implemented beside this file, bound to databases and hosts by `main.ts`. */

import type { CommitAuthors } from '../../domain/authorship.js'
import type { Change, CommitSummary } from '../../domain/change.js'
import type { Judgement } from '../../domain/environment/attempt-end.js'
import type { Origin } from '../../domain/environment/preview.js'
import type { PreviewPlace } from '../../domain/environment/preview-places.js'
import type { DeploymentRequest, LaneEntry } from '../../domain/environment/state.js'
import type { Sent } from '../../domain/evidence.js'
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
} from '../../domain/identifiers.js'
import type { ArtifactVerdict } from '../../domain/image.js'
import type { AppDefinition, BuildDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Commit, RepositoryRef, TagToMake } from '../../domain/ports.js'
import type { AbortCause, Failure, OverriddenRule } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'
import type { DraftPlan } from '../../domain/release/draft.js'
import type { TrunkAnswer } from '../../domain/release/off-trunk.js'
import type { TagAnswer } from '../../domain/release/tags.js'
import type { HostWork, RunsOn } from '../../domain/runs-on.js'
import type { StageDefinition, StageName, StageReport } from '../../domain/stage.js'
import type { StoredState } from '../../domain/stored-state.js'
import type { Bump, TaggedVersions } from '../../domain/version.js'

export interface RecordActivities {
  /** Writes one change in one transaction; the same key twice writes once. */
  recordChange(change: Change): Promise<void>
  /** Whether one of our processes sent this to the workflow. */
  checkSent(app: AppName, sent: Sent): Promise<boolean>
  /** The state that the workflow of this id recorded last, null when it never recorded one. */
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
      /** Who wrote what is new. */
      readonly authors: readonly CommitAuthors[]
      /** The rules that the override set aside. */
      readonly overrode: readonly OverriddenRule[]
      readonly bump: Bump | null
      readonly tagged: TaggedVersions
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface CreateReleaseOrder {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  readonly commit: CommitSha
  readonly version: string | null
  readonly bump: Bump | null
  readonly tagged: TaggedVersions
  readonly by: UserId
  readonly at: string
}
export interface CreateDraftOrder
  extends Omit<CreateReleaseOrder, 'commit' | 'version' | 'bump' | 'tagged'>,
    DraftPlan {}

export type CutDraftVersion = Pick<
  CreateReleaseOrder,
  'id' | 'app' | 'type' | 'commit' | 'version' | 'bump' | 'tagged' | 'by' | 'at'
>

export type CreatedRelease =
  | { readonly kind: 'created'; readonly version: Version }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export interface TagOrder {
  readonly repository: RepositoryRef
  readonly tag: TagToMake
}

export interface TrunkLookOrder {
  readonly repository: RepositoryRef
  /** What was cut, and the newest candidate. */
  readonly from: CommitSha
  readonly to: CommitSha
  /** Commits that people confirmed to be the resolution of a pick. */
  readonly resolutions: readonly { readonly commit: CommitSha; readonly of: CommitSha }[]
}

export interface ReleaseActivities {
  /** Fetches and resolves the ref once; the commit never changes afterwards (S5.1, S5.2). */
  resolveCut(order: CutOrder): Promise<CutResolution>
  /** Allots the version and inserts the release in one transaction; the same id twice is the same release. */
  createRelease(order: CreateReleaseOrder): Promise<CreatedRelease>
  createDraft(order: CreateDraftOrder): Promise<void>
  /** Gives a draft its version. */
  cutDraft(order: CutDraftVersion): Promise<CreatedRelease>
  /** Pushes a tag; a remote that is not reached is an answer too. */
  pushTag(order: TagOrder): Promise<TagAnswer>
  /** Which picks trunk lacks; a remote that is not reached is an answer too. */
  lookOnTrunk(order: TrunkLookOrder): Promise<TrunkAnswer>
  /** Gives a deployment to its environment, starting the environment's workflow if need be. */
  enqueueDeployment(order: {
    readonly app: AppDefinition
    readonly deployment: DeploymentRequest
  }): Promise<void>
  /** What a person decided in the release, told to the environment, which is started from its record if need be. */
  tellVerdict(order: {
    readonly app: AppDefinition
    readonly environment: EnvironmentName
    readonly judged: Judgement
  }): Promise<void>
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
  /** The one build of (app, commit, build definition): found when it succeeded before, else run (S5.4, S5.11). */
  build(order: BuildOrder): Promise<BuildResult>
}

export interface HostActivities {
  /** The id of the host that answers, one with a free slot; the job folders of what follows are there. Waits for a slot. */
  chooseHost(work: HostWork): Promise<string>
}

export interface WaitActivities {
  /** Writes down that something waits for a host, and answers which label it waits for by today's configuration. */
  noteWait(order: {
    readonly work: HostWork
    readonly part: 'builds' | 'stages'
    readonly runsOn: RunsOn
    readonly since: string
  }): Promise<RunsOn>
  /** It waits no more; repeats are harmless. */
  endWait(work: HostWork): Promise<void>
}

export interface SignOfLifeActivities {
  /** Answers for as long as the host lives, however busy it is. */
  answer(): Promise<void>
}

export interface StartOrder {
  readonly id: DeploymentId
  readonly attempt: number
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
}
export type Started =
  | { readonly kind: 'started' }
  | {
      readonly kind: 'refused'
      readonly cause: Extract<AbortCause, { kind: 'release-deleted' | 'not-in-line' | 'not-approved' }>
    }

export interface Inspection {
  /** sha256 of the template at the commit; null when the environment has none. */
  readonly templateHash: string | null
  readonly variablesHash: string
}

/** Where the definition of an environment is found. */
export interface DefinitionKey {
  readonly app: AppName
  readonly environment: EnvironmentName
  /** The configuration that the stages are of. */
  readonly configHash: string
  /** The one that variables and secrets are read from, and whether setup is demanded. */
  readonly variablesOf: string
}

export interface DeploymentActivities {
  /** Queued → running, in one transaction that fails if the release is deleted (S1.10). */
  startDeployment(order: StartOrder): Promise<Started>
  /** What is run at this commit, and what a setup would apply. */
  inspect(
    order: DefinitionKey & { readonly repository: RepositoryRef; readonly commit: CommitSha },
  ): Promise<Inspection & { readonly definition: EnvironmentDefinition }>
}

export interface StageOrderInput {
  readonly entry: LaneEntry
  readonly stage: StageName
  readonly run: number
  readonly definition: StageDefinition
  /** What its command is given besides. */
  readonly given: Pick<EnvironmentDefinition, 'variables' | 'secrets'>
  /** What setup recorded; also given to patch, check and teardown. */
  readonly outputs: Readonly<Record<string, string>>
  /** Rises with every attempt in the environment: an effect may refuse an older one. */
  readonly fence: number
  /** Begins the key of a stage that no deployment owns, e.g. a teardown; null for a deployment's. */
  readonly work: string | null
}

export interface StageEnd {
  readonly report: StageReport
}

export interface StageActivities {
  /** Hashes the artifact's stored bytes, or compares its image, before anything is touched (S5.10, G.10). */
  verifyArtifact(entry: LaneEntry): Promise<ArtifactVerdict>
  /** Runs one stage in a clean checkout; the same key never starts its command twice. */
  runStage(order: StageOrderInput): Promise<StageEnd>
}

export interface EnvironmentActivities {
  /** Fetches and resolves what a preview is to show: a branch, a commit or a pull request (`#17`). */
  resolveOrigin(order: {
    readonly app: AppDefinition
    readonly ref: string
  }): Promise<
    | { readonly kind: 'resolved'; readonly origin: Origin }
    | { readonly kind: 'refused'; readonly refusal: Refusal }
  >
  branchHead(order: { readonly app: AppDefinition; readonly branch: string }): Promise<CommitSha | null>
  /** How the environment is run by these configurations. */
  readDefinition(key: DefinitionKey): Promise<EnvironmentDefinition>
  /** Asks for a place among the previews that may live at once; repeats are harmless. */
  freePlace(order: { readonly app: AppName; readonly name: EnvironmentName }): Promise<void>
  claimPlace(order: {
    readonly app: AppName
    readonly claim: PreviewPlace & { readonly most: number }
  }): Promise<void>
}
