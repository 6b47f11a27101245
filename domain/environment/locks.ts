/** Locks close one environment for everybody but their owner; freezes close it for all promotions until a given time. */

import { SLIPWAY, type UserId } from '../identifiers.js'
import { isFirstLevel } from '../pipeline.js'
import type { Opened } from '../reasons.js'
import { done, refuse } from '../refusal.js'
import { isOver } from './closures.js'
import { appEvent, environmentEvent } from './deployment-events.js'
import { reportBlocked } from './lane.js'
import type { Answered } from './retry-skip-abort.js'
import { andThen, type EnvironmentState, type LaneStep, step } from './state.js'
import { reportWaiting } from './waiting.js'

interface Order {
  readonly by: UserId
  /** ISO instant. */
  readonly at: string
  readonly reason: string
}

export interface LockOrder extends Order {
  /** ISO instant; null: until it is unlocked. */
  readonly until: string | null
  readonly takeOver: boolean
}
export interface FreezeOrder extends Order {
  readonly until: string
}

/** A second lock by its owner renews it; another person's is taken over only after confirmation, and its holder is notified. */
export function lock(state: EnvironmentState, order: LockOrder): Answered {
  const { by, at, reason, until } = order
  const held = state.lock && !isOver(state.lock.until, at) && state.lock.owner !== by ? state.lock : null
  if (held && !order.takeOver) {
    const refusal = { code: 'locked', environment: state.name, ...held } as const
    return { step: step(state), outcome: refuse(refusal) }
  }
  const locked = { ...state, lock: { owner: by, reason, since: at, until } }
  const taken = held && { reason, person: held.owner }
  const first: LaneStep = {
    ...step(locked),
    events: [
      environmentEvent(locked, { kind: 'environment.locked', facts: { reason, until }, at, by }),
      ...(taken ? [appEvent(locked, { kind: 'environment.lock_taken', facts: taken, at, by })] : []),
    ],
  }
  return {
    step: andThen(first, (next) => reportBlocked(next, 'lock', at)),
    outcome: done({ code: 'locked', environment: state.name, until, takenFrom: held?.owner ?? null }),
  }
}

/** People who may unlock may also end another person's lock; its holder is then notified. */
export function unlock(state: EnvironmentState, order: Order): Answered {
  const { by, at, reason } = order
  if (!state.lock || isOver(state.lock.until, at))
    return { step: step(state), outcome: refuse({ code: 'not-locked', environment: state.name }) }
  const { owner } = state.lock
  const free = { ...state, lock: null }
  const ended = { kind: 'environment.lock_ended', facts: { reason, person: owner }, at, by } as const
  const first: LaneStep = {
    ...step(free),
    events: [
      environmentEvent(free, { kind: 'environment.unlocked', facts: {}, at, by }),
      ...(owner === by ? [] : [appEvent(free, ended)]),
    ],
  }
  const opened: Opened = { what: ['lock'], byPerson: true }
  return {
    step: andThen(first, (next) => reportWaiting(next, { opened, by, at })),
    outcome: done({ code: 'unlocked', environment: state.name }),
  }
}

/** Freezing again sets the new end and reason. */
export function freeze(state: EnvironmentState, order: FreezeOrder): Answered {
  const { by, at, reason, until } = order
  const frozen = { ...state, freeze: { owner: by, reason, since: at, until } }
  const facts = { reason, until, announces: announces(state) }
  const event = appEvent(frozen, { kind: 'environment.frozen', facts, at, by })
  return {
    step: andThen({ ...step(frozen), events: [event] }, (next) => reportBlocked(next, 'freeze', at)),
    outcome: done({ code: 'frozen', until }),
  }
}

export function thaw(state: EnvironmentState, order: Order): Answered {
  const { by, at } = order
  if (!state.freeze || isOver(state.freeze.until, at))
    return { step: step(state), outcome: refuse({ code: 'not-frozen', environment: state.name }) }
  const free = { ...state, freeze: null }
  const facts = { announces: announces(state) }
  const event = appEvent(free, { kind: 'environment.thawed', facts, at, by })
  const first: LaneStep = { ...step(free), events: [event] }
  const opened: Opened = { what: ['freeze'], byPerson: true }
  return {
    step: andThen(first, (next) => reportWaiting(next, { opened, by, at })),
    outcome: done({ code: 'thawed' }),
  }
}

/** A freeze closes every environment of an app at once: the first one notifies the channel for all of them. */
const announces = (state: EnvironmentState): boolean =>
  isFirstLevel(state.definition) && state.lifecycle.preview === null

/** Ends expired locks and freezes, and notifies those who waited; null when none has expired. */
export function endClosures(state: EnvironmentState, at: string): LaneStep | null {
  const lockOver = state.lock !== null && isOver(state.lock.until, at)
  const freezeOver = state.freeze !== null && isOver(state.freeze.until, at)
  if (!lockOver && !freezeOver) return null
  const free: EnvironmentState = {
    ...state,
    lock: lockOver ? null : state.lock,
    freeze: freezeOver ? null : state.freeze,
  }
  const what = [...(lockOver ? ['lock' as const] : []), ...(freezeOver ? ['freeze' as const] : [])]
  const opened: Opened = { what, byPerson: false }
  const first: LaneStep = {
    ...step(free),
    events: [environmentEvent(free, { kind: 'environment.opened', facts: { opened }, at, by: SLIPWAY })],
  }
  return andThen(first, (next) => reportWaiting(next, { opened, by: SLIPWAY, at }))
}
