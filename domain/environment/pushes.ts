/** Pushes in the lane of a continuous environment: the newest wins, and one that failed is not tried again by itself. */
import type { AuditEvent } from '../change.js'
import { SLIPWAY } from '../identifiers.js'
import type { Closure } from './closures.js'
import { environmentEvent, moved } from './deployment-events.js'
import {
  andThen,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

const REMEMBERED = 100

/** True for a commit whose deployment by push failed here before. */
export function failedBefore(state: EnvironmentState, order: DeploymentRequest): boolean {
  return order.kind === 'push' && state.failedPushes.includes(order.commit)
}

/** Remembers the commit of a push that failed. */
export function rememberFailedPush(
  state: EnvironmentState,
  order: DeploymentRequest,
): Partial<Pick<EnvironmentState, 'failedPushes'>> {
  if (order.kind !== 'push') return {}
  const others = state.failedPushes.filter((commit) => commit !== order.commit)
  return { failedPushes: [...others, order.commit].slice(-REMEMBERED) }
}

/** Says that nothing was started. */
export function refusePush(state: EnvironmentState, order: DeploymentRequest): LaneStep {
  return {
    ...step({ ...state, known: [...state.known, order.id] }),
    events: [
      pushLine(state, {
        kind: 'push.not-retried',
        at: order.requestedAt,
        by: SLIPWAY,
        says: `${nameOfOrder(order)} failed in ${state.name} before and is not tried again by itself; retry it or push a fix.`,
        tell: 'broadcast',
        data: { commit: order.commit },
      }),
    ],
  }
}

/** The waiting pushes that a newer one overtakes; promotions and retries keep their places. */
export function overtakeWaiting(state: EnvironmentState, newer: DeploymentRequest): LaneStep {
  if (newer.kind !== 'push') return step(state)
  const overtaken = state.queue.filter(
    ({ order, attempt }) => order.kind === 'push' && order.id !== newer.id && attempt.number === 1,
  )
  const queue = state.queue.filter((entry) => !overtaken.includes(entry))
  return overtaken.reduce<LaneStep>(
    (before, { order }) =>
      andThen(before, (next) =>
        moved(next, order, {
          to: 'superseded',
          at: newer.requestedAt,
          by: SLIPWAY,
          note: nameOfOrder(newer),
          says: `${nameOfOrder(order)} was overtaken by the newer push ${nameOfOrder(newer)} in ${state.name}.`,
          tell: 'keep',
        }),
      ),
    step({ ...state, queue }),
  )
}

/** Until when a push waits behind a candidate that awaits its decision; null when nothing awaits one. ISO instant. */
export function waitsUntil(state: EnvironmentState): string | null {
  const { current, definition } = state
  if (current?.acceptance !== 'awaiting' || current.order.kind === 'push') return null
  return new Date(Date.parse(current.since) + definition.acceptWithinMs).toISOString()
}

/** Why a push that has just come cannot start, as a line in the channel; nothing when it can. */
export function sayWhyItWaits(
  state: EnvironmentState,
  order: DeploymentRequest,
  because: Closure | null,
): LaneStep {
  if (order.kind !== 'push' || because === null) return step(state)
  return {
    ...step(state),
    events: [
      pushLine(state, {
        kind: 'push.waits',
        at: order.requestedAt,
        by: SLIPWAY,
        says: `${nameOfOrder(order)} waits for ${state.name}: ${whyItWaits(because)}.`,
        tell: 'broadcast',
        data: { commit: order.commit, because: because.kind },
      }),
    ],
  }
}

/** No release's thread is the place for it, also where a release runs now. */
const pushLine = (...[state, what]: Parameters<typeof environmentEvent>): AuditEvent => ({
  ...environmentEvent(state, what),
  releaseId: null,
})

function whyItWaits({ kind, reason }: Closure): string {
  switch (kind) {
    case 'hold':
      return `automation is paused there (${reason})`
    case 'lock':
      return `it is locked (${reason})`
    case 'freeze':
      return `promotion is frozen (${reason})`
    case 'window':
      return `it is closed by its window (${reason})`
    case 'acceptance':
      return reason
  }
}
