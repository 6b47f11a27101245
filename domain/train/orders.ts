/** The orders that a train takes: hold, resume, leave early. */
import { eventOfApp } from '../events.js'
import { done, type Outcome, type Refusal, refuse } from '../refusal.js'
import type { ActorSnapshot } from '../release/state.js'
import { leave, type NextDeparture, type TrainStep, type TripIds, trainStep } from './rules.js'
import type { TrainState } from './state.js'

export interface TrainOrder {
  /** The departure that the person saw; null: the next one. */
  readonly departs: string | null
  readonly reason: string | null
  readonly ids: TripIds
  readonly by: ActorSnapshot
}

/** By the name of their update; each is answered with an `Outcome`. */
export interface TrainOrders {
  readonly hold: TrainOrder
  readonly leave: TrainOrder
  readonly resume: TrainOrder
}

interface Answered {
  readonly step: TrainStep
  readonly outcome: Outcome
}
type Rule = (state: TrainState, order: TrainOrder) => Answered

export const trainRules = (next: NextDeparture): { readonly [Verb in keyof TrainOrders]: Rule } => ({
  hold,
  leave: (state, order) => leaveNow(state, order, next),
  resume,
})

function hold(state: TrainState, order: TrainOrder): Answered {
  const { held, departure } = state
  const refused = cannot(state, order)
  if (refused || departure === null) return refusedWith(state, refused)
  if (held !== null) return refusedWith(state, { code: 'train-held', by: held.by, at: held.at })
  const { by, reason } = order
  const facts = { departs: departure, reason }
  return {
    step: trainStep(
      { ...state, held: { by: by.user, at: by.at, reason } },
      eventOfApp({ kind: 'train.held', facts }, told(order)),
    ),
    outcome: done({ code: 'train-held', departs: departure }),
  }
}

function resume(state: TrainState, order: TrainOrder): Answered {
  const { held, departure, overdue } = state
  if (state.train === null) return refusedWith(state, null)
  if (held === null) return refusedWith(state, { code: 'train-not-held', next: departure })
  const free = { ...state, held: null, overdue: null }
  const event = eventOfApp({ kind: 'train.resumed', facts: { departs: overdue ?? departure } }, told(order))
  if (overdue !== null) {
    const leaving = { departs: overdue, how: 'caught-up', by: order.by.user, at: order.by.at } as const
    return {
      step: trainStep(leave(free, order.ids, leaving), event),
      outcome: done({ code: 'train-leaving', departs: overdue }),
    }
  }
  return { step: trainStep(free, event), outcome: done({ code: 'train-resumed', departs: departure }) }
}

/** The early trip replaces the next departure; if one was held at its departure time, it replaces that one. */
function leaveNow(state: TrainState, order: TrainOrder, next: NextDeparture): Answered {
  const { train, departure, overdue } = state
  const refused = cannot(state, order)
  if (refused || train === null || departure === null) return refusedWith(state, refused)
  const { by, ids } = order
  // If two people order this at once, the second means the train that has left, not the one after it.
  if (order.departs === null && overdue === null && state.gone !== null && state.gone > by.at)
    return refusedWith(state, { code: 'train-gone', departs: state.gone, next: departure })
  const departs = overdue ?? departure
  const onward = overdue === null ? next(train, departure) : departure
  const leaving = { departs, how: overdue === null ? 'early' : 'caught-up', by: by.user, at: by.at } as const
  return {
    step: trainStep(leave({ ...state, held: null, overdue: null, departure: onward }, ids, leaving)),
    outcome: done({ code: 'train-leaving', departs }),
  }
}

function cannot({ train, departure, overdue, leaving }: TrainState, { departs }: TrainOrder): Refusal | null {
  if (train === null || departure === null) return { code: 'no-train' }
  if (leaving !== null) return { code: 'train-leaves', departs: leaving.departs }
  return departs === null || departs === departure || departs === overdue
    ? null
    : { code: 'train-gone', departs, next: departure }
}

const told = ({ by }: TrainOrder): { readonly by: ActorSnapshot['user']; readonly at: string } => ({
  by: by.user,
  at: by.at,
})

const refusedWith = (state: TrainState, refusal: Refusal | null): Answered => ({
  step: trainStep(state),
  outcome: refuse(refusal ?? { code: 'no-train' }),
})
