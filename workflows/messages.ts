/** The messages to workflows other than orders, which are in `domain/`. Everything here is plain JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Announcement, DeliveryState } from '../domain/delivery/state.js'
import type { Adoption } from '../domain/environment/adoption.js'
import type { Judgement } from '../domain/environment/attempt-end.js'
import type { PlaceReport, PreviewPlace, PreviewPlaces } from '../domain/environment/preview-places.js'
import type { Repair } from '../domain/environment/repair.js'
import type {
  DeploymentRequest,
  EnvironmentReport,
  EnvironmentState,
  LaneEntry,
  SetupRecord,
} from '../domain/environment/state.js'
import type {
  AppName,
  ChannelId,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from '../domain/identifiers.js'
import type { ClosedPullRequest } from '../domain/intent.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { PullBuildOrder } from '../domain/pull-build.js'
import type { Outcome } from '../domain/refusal.js'
import type { DraftPlan } from '../domain/release/draft.js'
import type { PickProgress } from '../domain/release/picking.js'
import type { ActorSnapshot, ReleaseState } from '../domain/release/state.js'
import type { RunsOn } from '../domain/runs-on.js'
import type { TrainState } from '../domain/train/state.js'
import type { DeploymentView } from '../domain/views.js'

/** How a release begins: with a cut of a ref that is resolved once. */
export interface CutOrder {
  readonly id: ReleaseId
  readonly app: AppDefinition
  readonly channel: ChannelId
  readonly title: string
  readonly description: string
  readonly type: string
  /** Null is the head of trunk. */
  readonly ref: string | null
  readonly version: string | null
  readonly override: string | null
  readonly by: ActorSnapshot
  /** The deployment of `rc.1` to the first environment; a draft gets it with its cut. Null: it is only built. */
  readonly firstDeployment: DeploymentId | null
  /** Picks that follow at once. They are resolved first, since a fix that does not exist must cut nothing. */
  readonly picks?: readonly string[]
  /** Set when it begins as a draft, which is cut later. */
  readonly draft: DraftPlan | null
  /** For a train: the highest environment it is promoted to automatically; absent: as its type says. */
  readonly upTo?: EnvironmentName
  /** The person at whose request Slipway cuts it on its own; absent: nobody but the actor. */
  readonly requestedBy?: UserId
}

/** Starts a release with its cut, or resumes it from its state or its record. */
export interface ReleaseInput {
  /** Together with the key of its order. */
  readonly cut: (CutOrder & { readonly key: string }) | null
  readonly state: ReleaseState | null
  /** Its deployments as recorded, for a release that resumes from its record: they show what was not reported to it meanwhile. */
  readonly written: readonly DeploymentView[]
}

/** Starts or resumes an environment. */
export interface EnvironmentInput {
  readonly app: AppDefinition
  readonly name: EnvironmentName
  readonly state: EnvironmentState | null
}

/** Returns once the release exists, or why it does not. */
export const cutUpdate = defineUpdate<Outcome>('cut')
/** Returns once the build of a pull request is ordered, or a person has been asked for permission. */
export const buildPullUpdate = defineUpdate<Outcome, [PullBuildOrder]>('buildPull')
/** From the activity that picks, for many commits. */
export const pickProgressSignal = defineSignal<[PickProgress]>('pickProgress')
export const reportSignal = defineSignal<[EnvironmentReport]>('report')
export const releaseQuery = defineQuery<ReleaseState | null>('state')

export const enqueueSignal = defineSignal<[DeploymentRequest]>('enqueue')
export const judgedSignal = defineSignal<[Judgement]>('judged')
/** Today's configuration, applied between deployments. */
export const configureSignal = defineSignal<[AppDefinition]>('configure')
/** The record was found to differ: it is rewritten, with a number above the recorded one. */
export const refreshSignal = defineSignal<[Repair]>('refresh')
/** The build of Slipway that its attempt began under has no worker left. */
export const adoptedSignal = defineSignal<[Adoption]>('adopted')
/** Null until it knows its record. */
export const environmentQuery = defineQuery<EnvironmentState | null>('state')

/** Starts or resumes the previews of an app. */
export interface PreviewsInput {
  readonly app: AppName
  readonly places: PreviewPlaces | null
}
/** A push to a branch; a null commit means that the branch was deleted or, with `pull`, its pull request closed. */
export interface BranchPush {
  readonly branch: string
  readonly commit: CommitSha | null
  readonly pull?: ClosedPullRequest | undefined
  readonly at: string
}
/** Requests a place among the limited number of previews. */
export const claimPlaceSignal = defineSignal<[PreviewPlace & { readonly most: number }]>('claimPlace')
export const freePlaceSignal = defineSignal<[EnvironmentName]>('freePlace')
export const previewPushSignal = defineSignal<[BranchPush]>('push')
/** To a preview: what happened to the branch it follows. */
export const branchSignal = defineSignal<[BranchPush]>('branch')
/** To a preview: its place, or its position in the queue. */
export const placeSignal = defineSignal<[PlaceReport]>('place')

/** Starts or resumes continuous mode for a branch. */
export interface DeliveryInput {
  readonly app: AppDefinition
  readonly branch: string
  readonly state: DeliveryState | null
}
/** A push, with today's configuration. The same key is the same push. */
export const pushSignal = defineSignal<[AppDefinition, Announcement]>('push')
/** Null until it knows its record. */
export const deliveryQuery = defineQuery<DeliveryState | null>('state')

/** Starts or resumes the train of an app. */
export interface TrainInput {
  readonly app: AppName
  readonly state: TrainState | null
}
/** The hash of today's configuration, from which the train's definition is read. */
export const configureTrainSignal = defineSignal<[string]>('configure')
/** Null until it knows its record. */
export const trainQuery = defineQuery<TrainState | null>('state')

export interface DeploymentInput {
  readonly entry: LaneEntry
  /** The configuration that variables and secrets are read from. */
  readonly variablesOf: string
  /** What the last setup of the environment did, null before the first. */
  readonly setup: SetupRecord | null
  readonly preview: boolean
  readonly fence: number
  /** The label of the hosts that run its stages, by today's configuration. */
  readonly runsOn: RunsOn
  /** Prefix of the keys of stages that belong to no deployment: `{app}/{env}/{generation}`. */
  readonly work: string | null
}
