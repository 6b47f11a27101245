/** Locks close one environment for everybody but their owner; freezes close it for all promotions until a time. */
import type { AuditEvent } from '../change.js'
import { SLIPWAY, type UserId } from '../identifiers.js'
import { isFirstLevel } from '../pipeline.js'
import { done, refuse } from '../refusal.js'
import { isOver } from './closures.js'
import { environmentEvent } from './deployment-events.js'
import { blockedBy } from './lane.js'
import type { Answered } from './retry-skip-abort.js'
import { andThen, type EnvironmentState, type LaneStep, step } from './state.js'
import { sayWaits, tellWaiting, toldTo } from './waiting.js'

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

/** A second lock by its owner renews it; somebody else's is taken over only knowingly, and its holder is told. */
export function lock(state: EnvironmentState, order: LockOrder): Answered {
  const { by, at, reason, until } = order
  const held = state.lock && !isOver(state.lock.until, at) && state.lock.owner !== by ? state.lock : null
  if (held && !order.takeOver) {
    const refusal = { code: 'locked', environment: state.name, ...held } as const
    return { step: step(state), outcome: refuse(refusal) }
  }
  const locked = { ...state, lock: { owner: by, reason, since: at, until } }
  const says = `${state.name} was locked: ${reason}`
  const event = environmentEvent(locked, {
    kind: 'environment.locked',
    at,
    by,
    says,
    data: { reason, until },
  })
  const taken = `Your lock of ${state.name} was taken over: ${reason}`
  const first: LaneStep = {
    ...step(locked),
    events: held
      ? [event, toldTo(locked, held.owner, { kind: 'environment.lock-taken', says: taken, by, at })]
      : [event],
  }
  return {
    step: andThen(first, (next) => tellBlocked(next, 'lock', at)),
    outcome: done({ code: 'locked', environment: state.name, until, takenFrom: held?.owner ?? null }),
  }
}

/** Who is in line already hears that it is closed now, by whom and until when. */
function tellBlocked(state: EnvironmentState, by: 'lock' | 'freeze', at: string): LaneStep {
  const now = { at, closed: null }
  return state.queue
    .filter(({ order }) => order.kind === 'promote')
    .reduce((before, { order }) => {
      const because = blockedBy(state, order, now)
      if (because?.kind !== by) return before
      return andThen(before, (next) => sayWaits(next, order, { because, at }))
    }, step(state))
}

/** Whoever may unlock may end somebody else's lock too; then its holder is told. */
export function unlock(state: EnvironmentState, order: Order): Answered {
  const { by, at } = order
  if (!state.lock || isOver(state.lock.until, at))
    return { step: step(state), outcome: refuse({ code: 'not-locked', environment: state.name }) }
  const { owner } = state.lock
  const free = { ...state, lock: null }
  const says = `${state.name} was unlocked.`
  const ended = `Your lock of ${state.name} was ended.`
  const told =
    owner === by ? [] : [toldTo(free, owner, { kind: 'environment.lock-ended', says: ended, by, at })]
  const first: LaneStep = {
    ...step(free),
    events: [environmentEvent(free, { kind: 'environment.unlocked', at, by, says }), ...told],
  }
  return {
    step: andThen(first, (next) => tellWaiting(next, { says, by, at })),
    outcome: done({ code: 'unlocked', environment: state.name }),
  }
}

/** A freeze that is already there gets the new end and reason. */
export function freeze(state: EnvironmentState, order: FreezeOrder): Answered {
  const { by, at, reason, until } = order
  const frozen = { ...state, freeze: { owner: by, reason, since: at, until } }
  const says = `Promotions are frozen: ${reason}`
  const event = tellOnce(frozen, { kind: 'environment.frozen', at, by, says, data: { reason, until } })
  return {
    step: andThen({ ...step(frozen), events: [event] }, (next) => tellBlocked(next, 'freeze', at)),
    outcome: done({ code: 'frozen', until }),
  }
}

export function thaw(state: EnvironmentState, order: Order): Answered {
  const { by, at } = order
  if (!state.freeze || isOver(state.freeze.until, at))
    return { step: step(state), outcome: refuse({ code: 'not-frozen', environment: state.name }) }
  const free = { ...state, freeze: null }
  const says = `The freeze of ${state.name} is over.`
  const event = tellOnce(free, { kind: 'environment.thawed', at, by, says: 'The freeze is over.' })
  const first: LaneStep = { ...step(free), events: [event] }
  return {
    step: andThen(first, (next) => tellWaiting(next, { says, by, at })),
    outcome: done({ code: 'thawed' }),
  }
}

/** A freeze closes every environment of an app at once: the first one tells the channel for all of them. */
function tellOnce(state: EnvironmentState, what: Parameters<typeof environmentEvent>[1]): AuditEvent {
  const speaks = isFirstLevel(state.definition) && !state.lifecycle.preview
  return { ...environmentEvent(state, { ...what, tell: speaks ? 'broadcast' : 'keep' }), releaseId: null }
}

/** Locks and freezes whose time has come end by themselves, and who waited hears of it; null while none has. */
export function endClosures(state: EnvironmentState, at: string): LaneStep | null {
  const lockOver = state.lock !== null && isOver(state.lock.until, at)
  const freezeOver = state.freeze !== null && isOver(state.freeze.until, at)
  if (!lockOver && !freezeOver) return null
  const free: EnvironmentState = {
    ...state,
    lock: lockOver ? null : state.lock,
    freeze: freezeOver ? null : state.freeze,
  }
  const what = lockOver && freezeOver ? 'lock and the freeze' : lockOver ? 'lock' : 'freeze'
  const says = `The ${what} of ${state.name} ended.`
  const by = SLIPWAY
  const first: LaneStep = {
    ...step(free),
    events: [environmentEvent(free, { kind: 'environment.opened', at, by, says })],
  }
  return andThen(first, (next) => tellWaiting(next, { says, by, at }))
}
