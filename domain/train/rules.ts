/** G.9: when a train is announced, when it departs, and what prevents that. Timed steps are decided from the record alone. */
import { type AuditEvent, eventOfApp } from '../events.js'
import { type DeploymentId, type ReleaseId, SLIPWAY, type UserId } from '../identifiers.js'
import { after } from '../instant.js'
import type { TrainDefinition } from '../pipeline.js'
import { dayIn } from '../schedule.js'
import {
  announcementOf,
  type Leaving,
  type TrainEnd,
  type TrainLook,
  type TrainSkipped,
  type TrainState,
  type Trip,
} from './state.js'

/** The first scheduled departure after an instant, as an ISO instant; null: none. */
export type NextDeparture = (
  timetable: Pick<TrainDefinition, 'cron' | 'timezone'>,
  after: string,
) => string | null

export interface TrainStep {
  readonly state: TrainState
  readonly events: readonly AuditEvent[]
}

/** Ids for the release that a departure becomes. */
export interface TripIds {
  readonly release: ReleaseId
  readonly deployment: DeploymentId
}

/** A departure later than this has missed its time, e.g. because Slipway was not running. */
export const LATE_MS = 10 * 60_000

const REMEMBERED = 5

export const trainStep = (state: TrainState, ...events: readonly AuditEvent[]): TrainStep => ({
  state,
  events,
})

/** What is due at an instant; null: nothing yet. */
export function trainDuty(state: TrainState, now: string): 'announce' | 'depart' | null {
  const { train, departure } = state
  if (train === null || departure === null || state.leaving !== null) return null
  if (departure <= now) return 'depart'
  return announcementOf(state) === null && after(departure, -train.announceMs) <= now ? 'announce' : null
}

/** When something is due next; null: never, as things stand. */
export function nextTrainDuty(state: TrainState): string | null {
  const { train, departure } = state
  if (train === null || departure === null) return null
  return announcementOf(state) === null ? after(departure, -train.announceMs) : departure
}

/** Applies today's configuration; `train` null: it was removed. An unchanged schedule keeps its departure. */
export function configuredTrain(
  state: TrainState,
  { configHash, train }: Pick<TrainState, 'configHash' | 'train'>,
  { next, now }: { readonly next: NextDeparture; readonly now: string },
): TrainStep {
  const told = { by: SLIPWAY, at: now }
  const before = state.departure
  const announced = announcementOf(state) !== null
  if (train === null) {
    const ended = { ...state, configHash, train, departure: null, held: null, overdue: null }
    return state.train === null
      ? trainStep(ended)
      : trainStep(
          before === null ? ended : endTrip(ended, before, { kind: 'moved', at: now }),
          eventOfApp({ kind: 'train.removed', facts: { departs: before, announced } }, told),
        )
  }
  const known = { ...state, configHash, train }
  if (state.train?.cron === train.cron && state.train.timezone === train.timezone) return trainStep(known)
  const { gone } = state
  const departure = next(train, gone !== null && gone > now ? gone : now)
  if (departure === before) return trainStep(known)
  const moved = { ...known, departure }
  return trainStep(
    before === null ? moved : endTrip(moved, before, { kind: 'moved', at: now }),
    eventOfApp({ kind: 'train.scheduled', facts: { departs: departure, before, announced } }, told),
  )
}

/** Announces what the next train would contain; on a day that is skipped in any case, that it does not depart. */
export function announceTrain(
  state: TrainState,
  look: TrainLook | null,
  { next, now }: { readonly next: NextDeparture; readonly now: string },
): TrainStep {
  const { train, departure: departs } = state
  if (train === null || departs === null) return trainStep(state)
  const trip: Trip = { departs, announcedAt: now, look, end: null }
  const others = state.trips.filter((one) => one.departs !== departs)
  const announced = { ...state, trips: [...others, trip].slice(-REMEMBERED) }
  const told = { by: SLIPWAY, at: now }
  const why = look && keptBy(train, look)
  if (why?.kind === 'holiday') {
    const following = { ...announced, departure: next(train, departs) }
    return skipped(following, { departs, why }, told)
  }
  return trainStep(announced, eventOfApp({ kind: 'train.announced', facts: { departs, look } }, told))
}

/** The departure is due: the train departs, stays because a person holds it, or is too late. */
export function departTrain(
  state: TrainState,
  ids: TripIds,
  { next, now }: { readonly next: NextDeparture; readonly now: string },
): TrainStep {
  const { train, departure: departs, held } = state
  if (train === null || departs === null) return trainStep(state)
  // If several passed while Slipway was not running, only the last one counts.
  const onward = { ...state, departure: next(train, departs < now ? now : departs) }
  const told = { by: SLIPWAY, at: now }
  if (held !== null) {
    const leavesLater = train.missed === 'run'
    const stood = { ...onward, overdue: leavesLater ? departs : null }
    const facts = { departs, holder: held.by, leavesLater, next: onward.departure }
    return trainStep(
      endTrip(stood, departs, { kind: 'stood', by: held.by, at: now }),
      eventOfApp({ kind: 'train.stood', facts }, told),
    )
  }
  const isLate = after(departs, LATE_MS) < now
  if (isLate && train.missed === 'skip') {
    return trainStep(
      endTrip(onward, departs, { kind: 'late', at: now }),
      eventOfApp({ kind: 'train.let_go', facts: { departs, next: onward.departure } }, told),
    )
  }
  return trainStep(
    leave(onward, ids, { departs, how: isLate ? 'caught-up' : 'on-time', by: SLIPWAY, at: now }),
  )
}

/** Marks a departure as in progress. */
export const leave = (
  state: TrainState,
  ids: TripIds,
  leaving: Omit<Leaving, keyof TripIds | 'look'>,
): TrainState => ({
  ...state,
  leaving: { ...leaving, ...ids, look: null },
})

/** The instant whose day and freezes decide on a departure: its own, or the present one if its time was missed. */
export const judgedAt = ({ how, at, departs }: Pick<Leaving, 'how' | 'at' | 'departs'>): string =>
  how === 'caught-up' ? at : departs

/** It did not depart. If a person wanted it to leave early, it departs at its scheduled time. */
function stays(state: TrainState, end: TrainEnd, { at: now }: { readonly at: string }): TrainState {
  const { leaving } = state
  if (leaving === null) return state
  const { departs, how } = leaving
  const here = { ...state, leaving: null }
  return how === 'early' && departs > now
    ? { ...here, departure: departs }
    : endTrip(here, departs, { ...end, at: now })
}

/** A departing train takes what was found, unless that keeps it from departing. */
export function loadTrain(state: TrainState, look: TrainLook, now: string): TrainStep {
  const { train, leaving } = state
  if (train === null || leaving === null) return trainStep(state)
  const why = keptBy(train, look)
  // A person who makes it leave early knows the day and the freeze; but without anything new there is no cut.
  if (why === null || (leaving.how === 'early' && why.kind !== 'empty'))
    return trainStep({ ...state, leaving: { ...leaving, look } })
  const told = { by: leaving.by, at: now }
  const stayed = stays(state, { kind: 'skipped', why }, told)
  const facts = { departs: leaving.departs, why, next: stayed.departure }
  return trainStep(stayed, eventOfApp({ kind: 'train.skipped', facts }, told))
}

/** The result of a departure's cut. */
export type TrainCut =
  | { readonly kind: 'cut'; readonly version: string }
  | { readonly kind: 'refused'; readonly code: string }

/** It was cut, or was not. */
export function leftTrain(state: TrainState, cut: TrainCut, now: string): TrainStep {
  const { leaving, train } = state
  if (leaving === null) return trainStep(state)
  const { departs, how, by, look } = leaving
  if (cut.kind === 'refused') {
    const stayed = stays(state, { kind: 'not-cut' }, { at: now })
    const facts = { departs, code: cut.code, next: stayed.departure }
    return trainStep(stayed, eventOfApp({ kind: 'train.not_cut', facts }, { by, at: now }))
  }
  const { version } = cut
  const facts = { departs, how, version, total: look?.total ?? 0, promote: train?.promote ?? null }
  return trainStep(
    endTrip({ ...state, leaving: null }, departs, { kind: 'left', how, version, at: now }),
    eventOfApp({ kind: 'train.left', facts }, { by, at: now }),
  )
}

/** Git did not say what there is to take, or the cut got no answer, despite all retries. */
export function failedTrain(state: TrainState, message: string, now: string): TrainStep {
  const { leaving } = state
  if (leaving === null) return trainStep(state)
  const { departs, by, look } = leaving
  const asked = look === null ? 'repository' : 'cut'
  // An unanswered cut may still have happened, so it is not cut again.
  const over =
    asked === 'repository'
      ? stays(state, { kind: 'not-cut' }, { at: now })
      : endTrip({ ...state, leaving: null }, departs, { kind: 'not-cut', at: now })
  const facts = { departs, asked, message, next: over.departure } as const
  return trainStep(over, eventOfApp({ kind: 'train.failed', facts }, { by, at: now }))
}

/** Which of the configured reasons keeps it from departing; on the day before, these can still change. */
export function keptBy({ skip }: Pick<TrainDefinition, 'skip'>, look: TrainLook): TrainSkipped | null {
  if (skip.includes('holidays') && look.holiday !== null) return { kind: 'holiday', name: look.holiday }
  if (skip.includes('frozen') && look.frozen !== null) return { kind: 'frozen', ...look.frozen }
  return skip.includes('empty') && look.empty ? { kind: 'empty', since: look.since } : null
}

/** The title of the release that a departure becomes, by its scheduled day. */
export const trainTitle = ({ timezone }: Pick<TrainDefinition, 'timezone'>, departs: string): string =>
  `Train of ${dayIn(timezone, departs)}`

function skipped(
  state: TrainState,
  { departs, why }: { readonly departs: string; readonly why: TrainSkipped },
  told: { readonly by: UserId; readonly at: string },
): TrainStep {
  return trainStep(
    endTrip(state, departs, { kind: 'skipped', why, at: told.at }),
    eventOfApp({ kind: 'train.skipped', facts: { departs, why, next: state.departure } }, told),
  )
}

const endTrip = (
  state: TrainState,
  departs: string,
  end: TrainEnd & { readonly at: string },
): TrainState => ({
  ...state,
  gone: end.kind === 'moved' || (state.gone ?? '') > departs ? state.gone : departs,
  trips: state.trips.map((trip) => (trip.departs === departs ? { ...trip, end } : trip)),
})
