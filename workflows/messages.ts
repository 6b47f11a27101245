/** What may be said to the workflows. Everything here is plain JSON. */
import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow'
import type { Announcement, DeliveryState } from '../domain/delivery/state.js'
import type { ExtendOrder, KeepOrder } from '../domain/environment/expiry.js'
import type { FreezeOrder, LockOrder } from '../domain/environment/locks.js'
import type { HandOrder } from '../domain/environment/manual.js'
import type { CreateOrder } from '../domain/environment/preview.js'
import type { PlaceReport, PreviewPlace, PreviewPlaces } from '../domain/environment/preview-places.js'
import type { RollbackOrder } from '../domain/environment/rollback.js'
import type {
  DeploymentReport,
  DeploymentRequest,
  EnvironmentState,
  LaneEntry,
  SetupRecord,
} from '../domain/environment/state.js'
import type { TeardownOrder } from '../domain/environment/teardown.js'
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
import type { Outcome } from '../domain/refusal.js'
import type { TickOrder } from '../domain/release/checklist.js'
import type { Decide } from '../domain/release/decide.js'
import type { DraftPlan } from '../domain/release/draft.js'
import type { EditOrder } from '../domain/release/editing.js'
import type { CutDraftOrder, PickOrder } from '../domain/release/effect-orders.js'
import type { PickProgress } from '../domain/release/picking.js'
import type { PromoteOrder } from '../domain/release/promotion.js'
import type { ActorSnapshot, ReleaseState } from '../domain/release/state.js'

/** How a release begins: with a cut of a ref that is resolved once. */
export interface ReleaseInput {
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
  /** Set when it begins as a draft, which is cut later; absent in older histories. */
  readonly draft?: DraftPlan | null
  /** Set when the workflow goes on from an earlier run. */
  readonly state: ReleaseState | null
}

/** How an environment begins, and goes on. */
export interface EnvironmentInput {
  readonly app: AppDefinition
  readonly name: EnvironmentName
  readonly state: EnvironmentState | null
}

/** The orders a release takes, by the name of their update; each is answered with an {@link Outcome}. */
export interface ReleaseOrders {
  readonly promote: PromoteOrder
  readonly approve: Decide
  readonly accept: Decide
  readonly reject: Decide
  readonly rebuild: { readonly candidate: number; readonly by: ActorSnapshot }
  readonly pick: PickOrder
  readonly 'tag-again': ActorSnapshot
  readonly tick: TickOrder
  readonly edit: EditOrder
  readonly 'cut-draft': CutDraftOrder
  readonly delete: ActorSnapshot
  readonly abandon: ActorSnapshot
}
const releaseUpdate = <Verb extends keyof ReleaseOrders>(verb: Verb) =>
  defineUpdate<Outcome, [ReleaseOrders[Verb]]>(verb)

/** Answers once the release exists, or why it does not. */
export const cutUpdate = defineUpdate<Outcome>('cut')
export const promoteUpdate = releaseUpdate('promote')
export const approveUpdate = releaseUpdate('approve')
export const acceptUpdate = releaseUpdate('accept')
export const rejectUpdate = releaseUpdate('reject')
export const rebuildUpdate = defineUpdate<
  Outcome,
  [{ readonly candidate: number; readonly by: ActorSnapshot }]
>('rebuild')
/** Answers once git has: a candidate, a conflict, or nothing new. */
export const pickUpdate = releaseUpdate('pick')
export const tagAgainUpdate = releaseUpdate('tag-again')
/** From the activity that picks, of many commits. */
export const pickProgressSignal = defineSignal<[PickProgress]>('pickProgress')
export const tickUpdate = releaseUpdate('tick')
export const editUpdate = releaseUpdate('edit')
/** Answers once the draft has its version, or why it does not. */
export const cutDraftUpdate = releaseUpdate('cut-draft')
export const deleteUpdate = releaseUpdate('delete')
export const abandonUpdate = releaseUpdate('abandon')
export const reportSignal = defineSignal<[DeploymentReport]>('news')
export const releaseQuery = defineQuery<ReleaseState | null>('state')

/** A person judged a deployment in its release. */
export interface Judged {
  readonly deploymentId: DeploymentId
  readonly acceptance: 'accepted' | 'rejected'
}
/** A person's order about one deployment. */
export interface AttemptOrder {
  readonly deploymentId: DeploymentId
  readonly by: UserId
  readonly at: string
}
export interface HoldOrder {
  readonly by: UserId
  readonly at: string
  readonly reason: string
}

/** What to do about a host that fell silent. */
export interface HostOrder {
  readonly by: UserId
  readonly at: string
}

/** The orders an environment takes, by the name of their update. */
export interface EnvironmentOrders {
  readonly retry: AttemptOrder
  readonly skip: AttemptOrder
  readonly abort: AttemptOrder
  readonly rollback: RollbackOrder
  readonly pause: HoldOrder
  readonly resume: HoldOrder
  readonly lock: LockOrder
  readonly unlock: HoldOrder
  readonly freeze: FreezeOrder
  readonly thaw: HoldOrder
  readonly create: CreateOrder
  readonly rebuild: HandOrder
  readonly patch: HandOrder
  readonly extend: ExtendOrder
  readonly keep: KeepOrder
  readonly teardown: TeardownOrder
  readonly 'wait-host': HostOrder
  readonly 'other-host': HostOrder
}
const environmentUpdate = <Verb extends keyof EnvironmentOrders>(verb: Verb) =>
  defineUpdate<Outcome, [EnvironmentOrders[Verb]]>(verb)

export const enqueueSignal = defineSignal<[DeploymentRequest]>('enqueue')
export const judgedSignal = defineSignal<[Judged]>('judged')
/** Today's configuration, applied between deployments. */
export const configureSignal = defineSignal<[AppDefinition]>('configure')
export const retryUpdate = environmentUpdate('retry')
export const skipUpdate = environmentUpdate('skip')
export const abortUpdate = environmentUpdate('abort')
export const rollbackUpdate = environmentUpdate('rollback')
export const pauseUpdate = environmentUpdate('pause')
export const resumeUpdate = environmentUpdate('resume')
export const lockUpdate = environmentUpdate('lock')
export const unlockUpdate = environmentUpdate('unlock')
export const freezeUpdate = environmentUpdate('freeze')
export const thawUpdate = environmentUpdate('thaw')
/** Answers once git has said what the preview is to show. */
export const createUpdate = environmentUpdate('create')
export const rebuildEnvironmentUpdate = environmentUpdate('rebuild')
export const patchUpdate = environmentUpdate('patch')
export const extendUpdate = environmentUpdate('extend')
export const keepUpdate = environmentUpdate('keep')
export const teardownUpdate = environmentUpdate('teardown')
export const waitHostUpdate = environmentUpdate('wait-host')
export const otherHostUpdate = environmentUpdate('other-host')
/** The record was found to differ: it is written again, with a number past the recorded one. */
export interface Repair {
  readonly seq: number
  /** Recorded as unfinished here though nothing knows of them. */
  readonly orphans: readonly DeploymentId[]
  readonly found: string
}
export const refreshSignal = defineSignal<[Repair]>('refresh')
export const environmentQuery = defineQuery<EnvironmentState>('state')

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
export const deliveryQuery = defineQuery<DeliveryState>('state')

export interface DeploymentInput {
  readonly entry: LaneEntry
  /** What the last setup of the environment did, null before the first. */
  readonly setup: SetupRecord | null
  readonly preview: boolean
  readonly fence: number
  /** Begins the keys of stages that no deployment owns: `{app}/{env}/{generation}`. */
  readonly work?: string | null
}
