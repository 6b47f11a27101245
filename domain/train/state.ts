/** The train of an app as its workflow holds it: what leaves by a timetable, without anybody asking. Plain JSON. */
import { unreachable } from '../exhaustive.js'
import type { AppName, CommitSha, DeploymentId, ReleaseId, UserId } from '../identifiers.js'
import type { TrainDefinition } from '../pipeline.js'
import type { ShownCommit } from '../ports.js'
import type { Answer, StoredState } from '../stored-state.js'

/** What a train would take, had it left when it was looked at. */
export interface TrainLoad {
  readonly commit: CommitSha
  /** The cut that it comes after; null: the app has none, and no tag either. */
  readonly since: string | null
  /** How many commits are new since then. */
  readonly total: number
  /** The newest of them. */
  readonly commits: readonly ShownCommit[]
}

/** A load, and what may keep the train from leaving with it. */
export interface TrainLook extends TrainLoad {
  /** True: nothing of the app is new since a cut that is still good. */
  readonly empty: boolean
  readonly frozen: { readonly reason: string; readonly until: string } | null
  /** The name of the holiday; null: it is none, or there is no calendar. */
  readonly holiday: string | null
  /** Why the calendar of holidays could not be read; null: it was, or there is none. */
  readonly calendar: string | null
}

/** On its day, before it because a person said so, or after it. */
export type TrainHow = 'on-time' | 'early' | 'caught-up'

/** Why a train did not leave that could have. */
export type TrainSkipped =
  | { readonly kind: 'empty'; readonly since: string | null }
  | { readonly kind: 'frozen'; readonly reason: string; readonly until: string }
  | { readonly kind: 'holiday'; readonly name: string }

/** What became of a departure. */
export type TrainEnd =
  | { readonly kind: 'left'; readonly how: TrainHow; readonly version: string }
  | { readonly kind: 'skipped'; readonly why: TrainSkipped }
  | { readonly kind: 'stood'; readonly by: UserId }
  | { readonly kind: 'late' }
  | { readonly kind: 'moved' }
  | { readonly kind: 'not-cut' }

/** A departure that its channel was told of. */
export interface Trip {
  /** ISO instant of the timetable. */
  readonly departs: string
  readonly announcedAt: string
  /** Null: git did not say. */
  readonly look: TrainLook | null
  /** Null while it is ahead. */
  readonly end: (TrainEnd & { readonly at: string }) | null
}

/** A departure under way, with the ids of what it becomes, so that it becomes that once. */
export interface Leaving {
  readonly departs: string
  readonly how: TrainHow
  readonly by: UserId
  readonly at: string
  readonly release: ReleaseId
  readonly deployment: DeploymentId
  /** What it takes; null until that was looked at. */
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
  /** Of the configuration that it goes by; empty before the first. */
  readonly configHash: string
  /** Null before the first configuration, and once it was taken out of it. */
  readonly train: TrainDefinition | null
  /** When it leaves next; null: its cron matches no day any more. */
  readonly departure: string | null
  readonly held: TrainHold | null
  /** A departure that it was held at, and that leaves once it is held no more. */
  readonly overdue: string | null
  readonly leaving: Leaving | null
  /** The latest departure that is over; it may have left, or been skipped, long before its time. */
  readonly gone: string | null
  /** The latest ones, oldest first. */
  readonly trips: readonly Trip[]
  /** Recent update ids and what they answered: Temporal forgets them at continue-as-new. */
  readonly recent: readonly Answer[]
}

/** As `upgradeEnvironment`. */
export function upgradeTrain(recorded: TrainState): TrainState {
  switch (recorded.stateVersion) {
    case TRAIN_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** A train that knows no timetable yet. */
export function newTrain(app: AppName): TrainState {
  return {
    ...{ stateVersion: TRAIN_STATE, run: 1, seq: 0, app, configHash: '', train: null, departure: null },
    ...{ held: null, overdue: null, leaving: null, gone: null, trips: [], recent: [] },
  }
}

/** The announcement of the next departure; null while it is not announced, or was only before it was moved and moved back. */
export const announcementOf = ({ trips, departure }: TrainState): Trip | null =>
  departure === null
    ? null
    : (trips.find(({ departs, end }) => departs === departure && end === null) ?? null)
