/** A followed branch as its delivery workflow holds it. Plain JSON: it crosses Temporal and every continue-as-new. */

import { unreachable } from '../exhaustive.js'
import type { CommitSha, DeploymentId, ReleaseId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { StoredState } from '../stored-state.js'

/** A push as a webhook or a look at the remote announced it. Only a hint: what counts is what the branch holds. */
export interface Announcement {
  /** The forge's delivery, or the poll: the same key is the same announcement. */
  readonly key: string
  readonly commit: CommitSha
  readonly at: string
  /** `first-look`: where the branch stood when it was looked at for the first time since the start. */
  readonly via: 'webhook' | 'poll' | 'first-look'
}

/** The version of {@link DeliveryState}. */
export const DELIVERY_STATE = 1

export interface DeliveryState extends StoredState<typeof DELIVERY_STATE> {
  /** Today's configuration, as the newest announcement brought it. */
  readonly app: AppDefinition
  readonly branch: string
  /** The last commit that was dealt with, null before the first look. */
  readonly head: CommitSha | null
  /** Announcements that were not dealt with yet, oldest first. */
  readonly waiting: readonly Announcement[]
  /** Keys of recent announcements. */
  readonly seen: readonly string[]
  /** Commits whose build or deployment failed: they are not tried again by themselves. */
  readonly failed: readonly CommitSha[]
  /** What is being built and handed on; it is taken up again under the same ids. */
  readonly delivering: Delivering | null
}

/** As `upgradeEnvironment`. */
export function upgradeDelivery(recorded: DeliveryState): DeliveryState {
  switch (recorded.stateVersion) {
    case DELIVERY_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** What a look at the branch found. */
export type Look =
  /** The branch is gone. */
  | { readonly kind: 'gone' }
  | {
      readonly kind: 'found'
      readonly commit: CommitSha
      readonly subject: string
      readonly author: string
      /** `[skip deploy]` stands in its message. */
      readonly skip: boolean
      /** E-mail addresses of the authors of what is new since the last commit that was dealt with. */
      readonly authors: readonly string[]
      readonly total: number
      /** Whether commits follow that have to be dealt with one by one. */
      /** False: it touches nothing of the app since the last commit that was dealt with. */
      readonly touches: boolean
      readonly more: boolean
    }

export type Found = Extract<Look, { readonly kind: 'found' }>

/** A commit on its way, with the ids of what it becomes, so that it becomes that once. */
export interface Delivering {
  readonly found: Found
  readonly release: ReleaseId
  /** By the environment's name. */
  readonly deployments: Readonly<Record<string, DeploymentId>>
}

/** What becomes of a commit that was found. */
export type Verdict = 'nothing-new' | 'untouched' | 'baseline' | 'skipped' | 'failed-before' | 'deliver'

/** A branch nobody has pushed to yet. */
export function newDelivery(app: AppDefinition, branch: string): DeliveryState {
  const stored = { stateVersion: DELIVERY_STATE, run: 1, seq: 0 } as const
  return { ...stored, app, branch, head: null, waiting: [], seen: [], failed: [], delivering: null }
}
