/** An app's release train as its workflow holds it: releases cut on a schedule, without anybody asking. Plain JSON. */
import { unreachable } from '../exhaustive.js'
import type { AppName, CommitSha, DeploymentId, ReleaseId, UserId } from '../identifiers.js'
import type { TrainDefinition } from '../pipeline.js'
import type { ShownCommit } from '../ports.js'
import type { Answer, StoredState } from '../stored-state.js'

/** What a train would take if it left at the time of looking. */
export interface TrainLoad {
  readonly commit: CommitSha
  /** The previous cut; null: the app has none, and no tag either. */
  readonly since: string | null
  /** How many commits are new since then. */
  readonly total: number
  /** The newest of them. */
  readonly commits: readonly ShownCommit[]
}

/** A load, and what may keep the train from departing with it. */
export interface TrainLook extends TrainLoad {
  /** True: nothing of the app, or of what else starts its work, changed since a cut that is still good. */
  readonly empty: boolean
  readonly frozen: { readonly reason: string; readonly until: string } | null
  /** The name of the holiday; null: not a holiday, or there is no calendar. */
  readonly holiday: string | null
  /** Why the holiday calendar could not be read; null: it was read, or there is none. */
  readonly calendar: string | null
}

/** On schedule, early because a person ordered it, or late. */
export type TrainHow = 'on-time' | 'early' | 'caught-up'

/** Why a train that could have departed did not. */
export type TrainSkipped =
  | { readonly kind: 'empty'; readonly since: string | null }
  | { readonly kind: 'frozen'; readonly reason: string; readonly until: string }
  | { readonly kind: 'holiday'; readonly name: string }

/** How a departure ended. */
export type TrainEnd =
  | { readonly kind: 'left'; readonly how: TrainHow; readonly version: string }
  | { readonly kind: 'skipped'; readonly why: TrainSkipped }
  | { readonly kind: 'stood'; readonly by: UserId }
  | { readonly kind: 'late' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'not-cut' }

/** A departure that its channel was notified of. */
export interface Trip {
  /** The scheduled ISO instant. */
  readonly departs: string
  readonly announcedAt: string
  /** Null: git did not say. */
  readonly look: TrainLook | null
  /** Null while it is ahead. */
  readonly end: (TrainEnd & { readonly at: string }) | null
}

/** A departure in progress, with the ids of what it becomes, so that a repetition creates nothing twice. */
export interface Leaving {
  readonly departs: string
  readonly how: TrainHow
  readonly by: UserId
  readonly at: string
  readonly release: ReleaseId
  readonly deployment: DeploymentId
  /** What it takes; null until that was looked up. */
  readonly look: TrainLook | null
}

export interface TrainHold {
  readonly by: UserId
  readonly at: string
  readonly reason: string | null
}

/** The version of {@link TrainState}. */
export const TRAIN_STATE = 1

export interface TrainState extends StoredState<typeof TRAIN_STATE> {
  readonly app: AppName
  /** Hash of the configuration in use; empty before the first. */
  readonly configHash: string
  /** Null before the first configuration, and after the train was removed from it. */
  readonly train: TrainDefinition | null
  /** The next departure; null: its cron matches no further day. */
  readonly departure: string | null
  readonly held: TrainHold | null
  /** A departure during which the train was held, and which it makes up for once the hold ends. */
  readonly overdue: string | null
  readonly leaving: Leaving | null
  /** The latest departure that is over; it may have left or been skipped long before its scheduled time. */
  readonly gone: string | null
  /** The latest ones, oldest first. */
  readonly trips: readonly Trip[]
  /** Recent update ids and their answers: Temporal forgets them at continue-as-new. */
  readonly recent: readonly Answer[]
}

/** Like `upgradeEnvironment`. */
export function upgradeTrain(recorded: TrainState): TrainState {
  switch (recorded.stateVersion) {
    case TRAIN_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** A train without a schedule yet. */
export function newTrain(app: AppName): TrainState {
  return {
    ...{ stateVersion: TRAIN_STATE, run: 1, seq: 0, app, configHash: '', train: null, departure: null },
    ...{ held: null, overdue: null, leaving: null, gone: null, trips: [], recent: [] },
  }
}

/** The announcement of the next departure; null if there is none, or only one from before it was moved away and back. */
export const announcementOf = ({ trips, departure }: TrainState): Trip | null =>
  departure === null
    ? null
    : (trips.find(({ departs, end }) => departs === departure && end === null) ?? null)
