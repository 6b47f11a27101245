/** What may be said to the workflows besides orders, which stand in `domain/`. Everything here is plain JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Announcement, DeliveryState } from '../domain/delivery/state.js'
import type { Judgement } from '../domain/environment/attempt-end.js'
import type { PlaceReport, PreviewPlace, PreviewPlaces } from '../domain/environment/preview-places.js'
import type { Repair } from '../domain/environment/repair.js'
import type {
  DeploymentReport,
  DeploymentRequest,
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
  /** The deployment of `rc.1` to the first environment; of a draft it comes with its cut. */
  readonly firstDeployment: DeploymentId | null
  /** Set when it begins as a draft, which is cut later. */
  readonly draft: DraftPlan | null
  /** How far it is taken by itself, of a train; absent: as its type says. */
  readonly upTo?: EnvironmentName
  /** At whose word Slipway cuts it by itself; absent: nobody asked for it but who it is by. */
  readonly requestedBy?: UserId
}

/** How a release begins, by its cut, or goes on: from its state, or from its record. */
export interface ReleaseInput {
  /** With the key of its order. */
  readonly cut: (CutOrder & { readonly key: string }) | null
  readonly state: ReleaseState | null
  /** Its deployments as they are recorded, for one that goes on from its record: what it did not hear meanwhile. */
  readonly written: readonly DeploymentView[]
}

/** How an environment begins, and goes on. */
export interface EnvironmentInput {
  readonly app: AppDefinition
  readonly name: EnvironmentName
  readonly state: EnvironmentState | null
}

/** Answers once the release exists, or why it does not. */
export const cutUpdate = defineUpdate<Outcome>('cut')
/** Answers once the build of a pull request is ordered, or a person is asked for a word. */
export const buildPullUpdate = defineUpdate<Outcome, [PullBuildOrder]>('buildPull')
/** From the activity that picks, of many commits. */
export const pickProgressSignal = defineSignal<[PickProgress]>('pickProgress')
export const reportSignal = defineSignal<[DeploymentReport]>('report')
export const releaseQuery = defineQuery<ReleaseState | null>('state')

export const enqueueSignal = defineSignal<[DeploymentRequest]>('enqueue')
export const judgedSignal = defineSignal<[Judgement]>('judged')
/** Today's configuration, applied between deployments. */
export const configureSignal = defineSignal<[AppDefinition]>('configure')
/** The record was found to differ: it is written again, with a number past the recorded one. */
export const refreshSignal = defineSignal<[Repair]>('refresh')
/** Null until it knows its record. */
export const environmentQuery = defineQuery<EnvironmentState | null>('state')

/** How the previews of an app begin, and go on. */
export interface PreviewsInput {
  readonly app: AppName
  readonly places: PreviewPlaces | null
}
/** A push to a branch; a null commit is a branch that was deleted or, with `pull`, whose pull request was closed. */
export interface BranchPush {
  readonly branch: string
  readonly commit: CommitSha | null
  readonly pull?: ClosedPullRequest | undefined
  readonly at: string
}
/** Asks for a place among the previews that may live at once. */
export const claimPlaceSignal = defineSignal<[PreviewPlace & { readonly most: number }]>('claimPlace')
export const freePlaceSignal = defineSignal<[EnvironmentName]>('freePlace')
export const previewPushSignal = defineSignal<[BranchPush]>('push')
/** To a preview: what happened to the branch it follows. */
export const branchSignal = defineSignal<[BranchPush]>('branch')
/** To a preview: its place, or where it stands in line. */
export const placeSignal = defineSignal<[PlaceReport]>('place')

/** How continuous mode of a branch begins, and goes on. */
export interface DeliveryInput {
  readonly app: AppDefinition
  readonly branch: string
  readonly state: DeliveryState | null
}
/** A push, with today's configuration. The same key is the same push. */
export const pushSignal = defineSignal<[AppDefinition, Announcement]>('push')
/** Null until it knows its record. */
export const deliveryQuery = defineQuery<DeliveryState | null>('state')

/** How the train of an app begins, and goes on. */
export interface TrainInput {
  readonly app: AppName
  readonly state: TrainState | null
}
/** The hash of today's configuration: what it says of the train is read by it. */
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
  /** Begins the keys of stages that no deployment owns: `{app}/{env}/{generation}`. */
  readonly work: string | null
}
