/** A hold pauses automation in one environment; people's promotions and rollbacks pass it. */

import type { UserId } from '../identifiers.js'
import { done, refuse } from '../refusal.js'
import { environmentEvent } from './deployment-events.js'
import type { Answered } from './retry-skip-abort.js'
import { type EnvironmentState, step } from './state.js'

interface Order {
  readonly by: UserId
  readonly at: string
  readonly reason: string
}

export function pause(state: EnvironmentState, order: Order): Answered {
  if (state.hold)
    return {
      step: step(state),
      outcome: refuse({
        code: 'held',
        environment: state.name,
        reason: state.hold.reason,
        rollback: state.hold.rollback,
      }),
    }
  const { by, at, reason } = order
  const held = { ...state, hold: { by, reason, since: at, rollback: null } }
  return {
    step: {
      ...step(held),
      events: [environmentEvent(held, { kind: 'environment.paused', facts: { reason }, at, by })],
    },
    outcome: done({ code: 'held', environment: state.name }),
  }
}

export function resume(state: EnvironmentState, order: Order): Answered {
  if (!state.hold)
    return { step: step(state), outcome: refuse({ code: 'not-held', environment: state.name }) }
  const free = { ...state, hold: null }
  const { by, at } = order
  return {
    step: {
      ...step(free),
      events: [environmentEvent(free, { kind: 'environment.resumed', facts: {}, at, by })],
    },
    outcome: done({ code: 'resumed', environment: state.name }),
  }
}
