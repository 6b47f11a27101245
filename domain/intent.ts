/**
 * What a person, a forge or a timer asks for. Everything that enters Slipway becomes one of these, is stored in the
 * inbox with the new ids it will need, and is carried out at most once. Plain JSON.
 */
import type { AppName, ChannelId, CommitSha, DeploymentId, ReleaseId, UserId } from './identifiers.js'
import type { NoteTexts } from './notes.js'
import type { EnvironmentVerb } from './verbs.js'

/** Names a release or one of its candidates: by id (a button) or by what a person typed. */
export type ReleaseRef =
  | { readonly kind: 'id'; readonly releaseId: ReleaseId; readonly candidate: number | null }
  /** `2026.11.3-rc.1`, `2026.11.3`, `rc.1`, `latest`; resolved against the app when the order is carried out. */
  | { readonly kind: 'named'; readonly text: string }

/** Names a deployment: by id (a button), or the one that is in question for a release and an environment. */
export type DeploymentRef =
  | { readonly kind: 'id'; readonly deploymentId: DeploymentId }
  | { readonly kind: 'of-release'; readonly release: ReleaseRef; readonly environment: string | null }
  | { readonly kind: 'in-environment'; readonly environment: string }

/** A person's `--override "reason"`, or none. */
export type Override = string | null

interface OnApp {
  readonly app: AppName
}

export interface CutIntent extends OnApp {
  readonly kind: 'cut'
  readonly title: string
  readonly description: string
  /** A configured release type, e.g. `feature`. */
  readonly type: string
  /** Branch, tag or commit; null is the head of trunk. */
  readonly ref: string | null
  /** `as 2.0.0`. */
  readonly version: string | null
  readonly override: Override
  /** A draft to cut instead of making a new release. */
  readonly draft: ReleaseRef | null
  /** Minted with the order, so that a repeated order is the same release. */
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
}

export interface DraftIntent extends OnApp {
  readonly kind: 'draft'
  readonly title: string
  readonly description: string
  readonly type: string
  readonly planned: PlannedWords
  readonly scope: string
  readonly links: readonly string[]
  /** What it waits for. */
  readonly after: readonly ReleaseRef[]
  readonly releaseId: ReleaseId
}

/** A day as it was typed or chosen, e.g. `friday`, read where and when the order is carried out. */
export interface PlannedWords {
  readonly day: string | null
  /** True once the person said that a day is meant which is over. */
  readonly past: boolean
}

export interface EditIntent extends OnApp {
  readonly kind: 'edit'
  readonly release: ReleaseRef
  readonly title: string | null
  readonly description: string | null
  readonly planned: PlannedWords
  readonly scope: string | null
  /** Added to those there are. */
  readonly links: readonly string[]
  /** All that it waits for from now on; null leaves that as it is. */
  readonly after: readonly ReleaseRef[] | null
}

export interface PromoteIntent extends OnApp {
  readonly kind: 'promote'
  readonly release: ReleaseRef
  readonly environment: string
  readonly override: Override
  /** Why what went wrong there is promoted once more; null when nothing was said. */
  readonly reason: string | null
  readonly deploymentId: DeploymentId
  /** True once the person confirmed promoting an older candidate than the newest good one. */
  readonly olderConfirmed: boolean
  /** Setup runs first, also where it is not run by itself. */
  readonly setUp: boolean
}

export interface DecideIntent extends OnApp {
  readonly kind: 'approve' | 'accept' | 'reject'
  readonly deployment: DeploymentRef
  /** The comment, or the reason of a rejection. */
  readonly comment: string | null
}

export interface RollbackIntent extends OnApp {
  readonly kind: 'rollback'
  readonly environment: string
  /** An earlier accepted deployment or a version; null is the last accepted one before the current. */
  readonly to: DeploymentRef | ReleaseRef | null
  readonly reason: string | null
  readonly deploymentId: DeploymentId
}

export interface AttemptIntent extends OnApp {
  readonly kind: 'retry' | 'skip' | 'abort'
  readonly deployment: DeploymentRef
  readonly override: Override
}

export interface DeleteIntent extends OnApp {
  readonly kind: 'delete'
  readonly release: ReleaseRef
  /** True once the person said that it is meant. */
  readonly confirmed: boolean
}

export interface AbandonIntent extends OnApp {
  readonly kind: 'abandon'
  readonly release: ReleaseRef
}

export interface PickIntent extends OnApp {
  readonly kind: 'cherry-pick'
  /** Also what is not on trunk. */
  readonly override: Override
  readonly release: ReleaseRef | null
  readonly picks: readonly string[]
  readonly step: 'start' | 'continue' | 'skip'
  /** Of `continue`: the head of the branch up to which a person looked at what came besides the pick. */
  readonly confirmed: { readonly head: CommitSha; readonly note: string | null } | null
  readonly deploymentId: DeploymentId
}

/** Tries the tags again that are not in the remote. */
export interface TagIntent extends OnApp {
  readonly kind: 'tag'
  readonly release: ReleaseRef
}

/** Changes sections of a release's notes; those that are missing stay. */
export interface NotesIntent extends OnApp {
  readonly kind: 'notes-edit'
  readonly release: ReleaseRef
  readonly sections: NoteTexts
}

/** Looks for picks on trunk again; with a commit: a person's word that it is there, and why they say so. */
export interface OnTrunkIntent extends OnApp {
  readonly kind: 'on-trunk'
  readonly release: ReleaseRef
  readonly commit: string | null
  readonly reason: string | null
}

/**
 * An order about one environment that says no more than why. Every verb of an environment has this form unless it has one
 * of its own in this file.
 */
export interface PlainEnvironmentIntent extends OnApp {
  readonly kind: PlainEnvironmentVerb
  readonly environment: string
  readonly reason: string | null
}
export type PlainEnvironmentVerb = Exclude<EnvironmentVerb, 'rollback' | 'lock' | 'env'>

export interface LockIntent extends OnApp {
  readonly kind: 'lock'
  readonly environment: string
  readonly reason: string | null
  /** What follows `for` or `until`, read in the asker's time zone. */
  readonly until: string | null
  readonly takeOver: boolean
}

export interface FreezeIntent {
  readonly kind: 'freeze' | 'thaw'
  /** Null: every app. */
  readonly app: AppName | null
  readonly reason: string | null
  readonly until: string | null
}

export interface EnvironmentIntent extends OnApp {
  readonly kind: 'env'
  readonly action:
    | 'create'
    | 'rebuild'
    | 'patch'
    | 'extend'
    | 'keep'
    | 'teardown'
    | 'approve-teardown'
    | 'stop-teardown'
    | 'wait-host'
    | 'other-host'
  readonly environment: string
  /** Of `create`: a branch, commit or pull request. Of `extend`: a duration. Of the teardown of a permanent one: its name, as typed. */
  readonly argument: string | null
  readonly deploymentId: DeploymentId
  /** True once the person confirmed a teardown that something still needs, or a rebuild. */
  readonly confirmed: boolean
}

export interface TickIntent extends OnApp {
  readonly kind: 'tick'
  readonly release: ReleaseRef
  readonly item: string
  readonly done: boolean
}

/** Holds the train of an app, lets it go on, or has it leave at once. */
export interface TrainIntent extends OnApp {
  readonly kind: 'train-hold' | 'train-leave' | 'train-resume'
  /** The departure that the person saw, an ISO instant; null: whichever is next. */
  readonly departs: string | null
  readonly reason: string | null
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
}

/** Has an order that is parked carried out after all. */
export interface TryAgainIntent extends OnApp {
  readonly kind: 'try-again'
  /** The key of the parked order. */
  readonly order: string
  /** True once its giver was shown what changed since it was given. */
  readonly confirmed: boolean
}

export interface MuteIntent {
  readonly kind: 'mute'
  readonly app: AppName | null
  readonly level: 'all' | 'mine' | 'none'
}

/** A pull request that was closed, merged or not. */
export interface ClosedPullRequest {
  readonly number: number
  readonly merged: boolean
  /** As the forge says; the same closing told twice has the same instant. */
  readonly closedAt: string
}

/** A push seen by a webhook or by polling. */
export interface PushIntent extends OnApp {
  readonly kind: 'push'
  readonly branch: string
  readonly commit: string
  readonly deleted: boolean
  /** Set when it is not the branch that is gone, but its pull request that was closed. */
  readonly pull?: ClosedPullRequest
  /** `first-look`: where a branch stood when it was looked at for the first time since the start. */
  readonly via: 'webhook' | 'poll' | 'first-look'
}

/** A merged pull request that cuts a release of the type which names its label or branch. */
export interface MergedPullIntent extends OnApp {
  readonly kind: 'merged-pull'
  readonly number: number
  readonly title: string
  readonly type: string
  /** What trunk got by the merge. */
  readonly commit: string
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
}

/** A pull request with a new head. */
export interface PullIntent extends OnApp {
  readonly kind: 'pull'
  readonly number: number
  readonly commit: string
  readonly title: string
  readonly author: string
  /** The repository it comes from; null: the app's own. */
  readonly fork: string | null
}

/** What a forge tells of, not a person. */
export type ForgeIntent = PushIntent | MergedPullIntent | PullIntent

/** A person's word that the head of a pull request may be built, also a fork's. */
export interface BuildIntent extends OnApp {
  readonly kind: 'build'
  readonly number: number
  readonly commit: CommitSha
}

export type Intent =
  | CutIntent
  | DraftIntent
  | EditIntent
  | PromoteIntent
  | DecideIntent
  | RollbackIntent
  | AttemptIntent
  | DeleteIntent
  | AbandonIntent
  | PickIntent
  | TagIntent
  | OnTrunkIntent
  | NotesIntent
  | PlainEnvironmentIntent
  | LockIntent
  | FreezeIntent
  | EnvironmentIntent
  | TickIntent
  | TrainIntent
  | TryAgainIntent
  | MuteIntent
  | BuildIntent
  | ForgeIntent

/** The intent of one kind. */
export type IntentOf<Kind extends Intent['kind']> = Intent extends infer One
  ? One extends { readonly kind: infer Its }
    ? Kind extends Its
      ? One
      : never
    : never
  : never

/** Where an answer goes: Slack's `response_url` while it lasts, else an ephemeral, else a direct message. */
export interface ReplyAddress {
  readonly responseUrl: string | null
  readonly channel: ChannelId | null
  readonly thread: string | null
  /** The `ts` of the message whose button was pressed; left out of what was typed or submitted. */
  readonly pressed?: string
}

/** Who gave the order. */
export interface Actor {
  readonly user: UserId
}
