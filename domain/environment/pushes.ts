/** Pushes in the lane of a continuous environment: the newest wins, and a failed one is not retried automatically. */

import { SLIPWAY } from '../identifiers.js'
import type { PushWait } from '../reasons.js'
import { appEvent, superseded } from './deployment-events.js'
import { withKnown } from './line-limit.js'
import {
  andThen,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

const REMEMBERED = 50

/** True for a commit whose deployment by push failed here before; a person may still deploy it. */
export function failedBefore(state: EnvironmentState, order: DeploymentRequest): boolean {
  return order.kind === 'push' && order.requestedBy === SLIPWAY && state.failedPushes.includes(order.commit)
}

/** Remembers the commit of a failed push. */
export function rememberFailedPush(
  state: EnvironmentState,
  order: DeploymentRequest,
): Partial<Pick<EnvironmentState, 'failedPushes'>> {
  if (order.kind !== 'push') return {}
  const others = state.failedPushes.filter((commit) => commit !== order.commit)
  return { failedPushes: [...others, order.commit].slice(-REMEMBERED) }
}

/** Reports that nothing was started. */
export function refusePush(state: EnvironmentState, order: DeploymentRequest): LaneStep {
  return {
    ...step({ ...state, known: withKnown(state, order.id) }),
    events: [
      appEvent(state, {
        kind: 'push.not_redeployed',
        facts: { name: nameOfOrder(order), commit: order.commit },
        at: order.requestedAt,
        by: SLIPWAY,
      }),
    ],
  }
}

/** Removes the queued pushes that a newer one replaces; promotions and retries keep their places. */
export function overtakeWaiting(state: EnvironmentState, newer: DeploymentRequest): LaneStep {
  if (newer.kind !== 'push') return step(state)
  const overtaken = state.queue.filter(
    ({ order, attempt }) => order.kind === 'push' && order.id !== newer.id && attempt.number === 1,
  )
  const queue = state.queue.filter((entry) => !overtaken.includes(entry))
  return overtaken.reduce<LaneStep>(
    (before, { order }) =>
      andThen(before, (next) =>
        superseded(next, order, { why: 'newer-push', newer, at: newer.requestedAt, by: SLIPWAY }),
      ),
    step({ ...state, queue }),
  )
}

/** Until when a push waits behind a candidate that awaits its decision; null when there is none. ISO instant. */
export function waitsUntil(state: EnvironmentState): string | null {
  const { current, definition } = state
  if (current?.acceptance !== 'awaiting' || current.order.kind === 'push') return null
  return new Date(Date.parse(current.since) + definition.acceptWithinMs).toISOString()
}

/** Why a new push cannot start, as a line in the channel; nothing when it can. */
export function sayWhyItWaits(
  state: EnvironmentState,
  order: DeploymentRequest,
  behind: PushWait | null,
): LaneStep {
  if (order.kind !== 'push' || behind === null) return step(state)
  const facts = { name: nameOfOrder(order), commit: order.commit, behind }
  // It does not belong in a release's thread, even if a release runs here now.
  const line = { kind: 'push.waits', facts, at: order.requestedAt, by: SLIPWAY } as const
  return { ...step(state), events: [appEvent(state, line)] }
}
