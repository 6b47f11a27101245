/**
 * What a person, a forge or a timer asks for. All input to Slipway becomes one of these, is stored in the inbox with the new ids
 * it will need, and is carried out at most once. Plain JSON.
 */
import type { AppName, ChannelId, CommitSha, DeploymentId, ReleaseId, UserId } from './identifiers.js'
import type { NoteTexts } from './notes.js'
import type { EnvironmentVerb } from './verbs.js'

/** Names a release or one of its candidates: by id (a button) or by what a person typed. */
export type ReleaseRef =
  | { readonly kind: 'id'; readonly releaseId: ReleaseId; readonly candidate: number | null }
  /** `2026.11.3-rc.1`, `2026.11.3`, `rc.1`, `latest`; resolved within the app when the order is carried out. */
  | { readonly kind: 'named'; readonly text: string }

/** Names a deployment: by id (a button), or the current one of a release in an environment. */
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
  /** A draft to cut instead of creating a new release. */
  readonly draft: ReleaseRef | null
  /** For a hotfix: what is picked onto it at once, as typed; absent: nothing. */
  readonly picks?: readonly string[]
  /** Created with the order, so that a repeated order is the same release. */
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
  /** The releases it waits for. */
  readonly after: readonly ReleaseRef[]
  readonly releaseId: ReleaseId
}

/** A day as typed or chosen, e.g. `friday`, resolved where and when the order is carried out. */
export interface PlannedWords {
  readonly day: string | null
  /** True once the person confirmed that a day in the past is meant. */
  readonly past: boolean
}

export interface EditIntent extends OnApp {
  readonly kind: 'edit'
  readonly release: ReleaseRef
  readonly title: string | null
  readonly description: string | null
  readonly planned: PlannedWords
  readonly scope: string | null
  /** Added to the existing ones. */
  readonly links: readonly string[]
  /** Replaces the list of releases it waits for; null leaves it unchanged. */
  readonly after: readonly ReleaseRef[] | null
}

export interface PromoteIntent extends OnApp {
  readonly kind: 'promote'
  readonly release: ReleaseRef
  readonly environment: string
  readonly override: Override
  /** Why a candidate that went wrong there is promoted again; null when no reason was given. */
  readonly reason: string | null
  readonly deploymentId: DeploymentId
  /** True once the person confirmed promoting an older candidate than the newest good one. */
  readonly olderConfirmed: boolean
  /** Setup runs first, even where it does not run automatically. */
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
  /** An earlier accepted deployment or a version; null is the last one accepted before the current. */
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
  /** True once the person confirmed it. */
  readonly confirmed: boolean
}

export interface AbandonIntent extends OnApp {
  readonly kind: 'abandon'
  readonly release: ReleaseRef
}

export interface PickIntent extends OnApp {
  readonly kind: 'cherry-pick'
  /** Also allows commits that are not on trunk. */
  readonly override: Override
  readonly release: ReleaseRef | null
  readonly picks: readonly string[]
  readonly step: 'start' | 'continue' | 'skip'
  /** For `continue`: the branch head up to which a person reviewed the commits besides the pick. */
  readonly confirmed: { readonly head: CommitSha; readonly note: string | null } | null
  readonly deploymentId: DeploymentId
}

/** Retries the tags that are missing from the remote. */
export interface TagIntent extends OnApp {
  readonly kind: 'tag'
  readonly release: ReleaseRef
}

/** Changes sections of a release's notes; sections not given stay unchanged. */
export interface NotesIntent extends OnApp {
  readonly kind: 'notes-edit'
  readonly release: ReleaseRef
  readonly sections: NoteTexts
  /** How many edits the notes had when the person saw them. */
  readonly seen: number
}

/** Looks for picks on trunk again; with a commit: a person's statement that it is there, and the reason. */
export interface OnTrunkIntent extends OnApp {
  readonly kind: 'on-trunk'
  readonly release: ReleaseRef
  readonly commit: string | null
  readonly reason: string | null
}

/**
 * An order about one environment with only a reason. Every environment verb has this form unless it has one of its own in this
 * file.
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
  /** What follows `for` or `until`, in the asker's time zone. */
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
  /** For `create`: a branch, commit or pull request; `extend`: a duration; teardown of a permanent one: its name, as typed. */
  readonly argument: string | null
  readonly deploymentId: DeploymentId
  /** True once the person confirmed a rebuild, or a teardown of something still needed. */
  readonly confirmed: boolean
}

export interface TickIntent extends OnApp {
  readonly kind: 'tick'
  readonly release: ReleaseRef
  readonly item: string
  readonly done: boolean
}

/** Holds an app's train, resumes it, or makes it leave at once. */
export interface TrainIntent extends OnApp {
  readonly kind: 'train-hold' | 'train-leave' | 'train-resume'
  /** The departure that the person saw, an ISO instant; null: the next one. */
  readonly departs: string | null
  readonly reason: string | null
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
}

/** Carries out a parked order after all. */
export interface TryAgainIntent extends OnApp {
  readonly kind: 'try-again'
  /** The key of the parked order. */
  readonly order: string
  /** True once the person who gave it was shown what changed since. */
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
  /** As reported by the forge; the same closing reported twice has the same instant. */
  readonly closedAt: string
}

/** A push seen by a webhook or by polling. */
export interface PushIntent extends OnApp {
  readonly kind: 'push'
  readonly branch: string
  readonly commit: string
  readonly deleted: boolean
  /** Set when the branch's pull request was closed, instead of the branch being deleted. */
  readonly pull?: ClosedPullRequest
  /** `first-look`: the head of a branch that was seen for the first time since startup. */
  readonly via: 'webhook' | 'poll' | 'first-look'
}

/** A merged pull request that cuts a release of the type whose rule matches its label or branch. */
export interface MergedPullIntent extends OnApp {
  readonly kind: 'merged-pull'
  readonly number: number
  readonly title: string
  readonly type: string
  /** The commit the merge put on trunk. */
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

/** Reported by a forge, not a person. */
export type ForgeIntent = PushIntent | MergedPullIntent | PullIntent

/** A person's permission to build the head of a pull request, also from a fork. */
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

/** Where an answer goes: Slack's `response_url` while it is valid, else an ephemeral, else a direct message. */
export interface ReplyAddress {
  readonly responseUrl: string | null
  readonly channel: ChannelId | null
  readonly thread: string | null
  /** The `ts` of the message whose button was clicked; absent for what was typed or submitted. */
  readonly pressed?: string
}

/** Who gave the order. */
export interface Actor {
  readonly user: UserId
}
