/** A followed branch as its delivery workflow holds it. Plain JSON: it passes through Temporal and every continue-as-new. */

import { unreachable } from '../exhaustive.js'
import type { CommitSha, DeploymentId, ReleaseId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { StoredState } from '../stored-state.js'

/** A push as announced by a webhook or a poll. Only a hint: what counts is the content of the branch. */
export interface Announcement {
  /** The id of the forge's delivery or of the poll: the same key is the same announcement. */
  readonly key: string
  readonly commit: CommitSha
  readonly at: string
  /** `first-look`: the head of a branch that was seen for the first time since startup. */
  readonly via: 'webhook' | 'poll' | 'first-look'
}

/** The version of {@link DeliveryState}. */
export const DELIVERY_STATE = 1

export interface DeliveryState extends StoredState<typeof DELIVERY_STATE> {
  /** Today's configuration, as of the newest announcement. */
  readonly app: AppDefinition
  readonly branch: string
  /** The last commit that was handled, null before the first look. */
  readonly head: CommitSha | null
  /** Announcements that were not handled yet, oldest first. */
  readonly waiting: readonly Announcement[]
  /** Keys of recent announcements. */
  readonly seen: readonly string[]
  /** Commits whose build or deployment failed: they are not retried automatically. */
  readonly failed: readonly CommitSha[]
  /** The commit being built and handed on; it is resumed under the same ids. */
  readonly delivering: Delivering | null
}

/** Like `upgradeEnvironment`. */
export function upgradeDelivery(recorded: DeliveryState): DeliveryState {
  switch (recorded.stateVersion) {
    case DELIVERY_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** Why a repository cannot be looked at. */
export interface RemoteProblem {
  /** Whether it answered and refused, as it does with rights that ended; otherwise it is away, or something here is wrong. */
  readonly refused: boolean
  /** Git's words. */
  readonly detail: string
}

/** The result of looking at the branch. */
export type Look =
  /** The branch is gone. */
  | { readonly kind: 'gone' }
  /** The repository could not be looked at, after some tries. */
  | ({ readonly kind: 'unread' } & RemoteProblem)
  | {
      readonly kind: 'found'
      readonly commit: CommitSha
      readonly subject: string
      readonly author: string
      /** Whether its message contains `[skip deploy]`. */
      readonly skip: boolean
      /** E-mail addresses of the authors of the commits since the last one that was handled. */
      readonly authors: readonly string[]
      readonly total: number
      /** False: since the last commit that was handled, nothing of the app changed. */
      readonly touches: boolean
      /** Whether more commits follow that have to be handled one by one. */
      readonly more: boolean
    }

export type Found = Extract<Look, { readonly kind: 'found' }>

/** A commit being delivered, with the ids of what it becomes, so that a repetition creates nothing twice. */
export interface Delivering {
  readonly found: Found
  readonly release: ReleaseId
  /** By the environment's name. */
  readonly deployments: Readonly<Record<string, DeploymentId>>
}

/** What happens to a commit that was found. */
export type Verdict = 'nothing-new' | 'untouched' | 'baseline' | 'skipped' | 'failed-before' | 'deliver'

/** A branch without any push yet. */
export function newDelivery(app: AppDefinition, branch: string): DeliveryState {
  const stored = { stateVersion: DELIVERY_STATE, run: 1, seq: 0 } as const
  return { ...stored, app, branch, head: null, waiting: [], seen: [], failed: [], delivering: null }
}
