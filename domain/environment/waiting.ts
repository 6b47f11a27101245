/** Who is queued, why, and for how long, estimated from earlier deployments. */

import type { UserId } from '../identifiers.js'
import type { Closure, Opened } from '../reasons.js'
import { eventOf, subjectOf } from './deployment-events.js'
import { type DeploymentRequest, type EnvironmentState, type LaneStep, step } from './state.js'

/** How many deployments the estimate is based on. */
const REMEMBERED_TIMES = 9

export interface LinePlace {
  readonly id: DeploymentRequest['id']
  /** 1 is next. */
  readonly place: number
  /** Estimated milliseconds until it starts; null without history. */
  readonly inMs: number | null
}

/** Records how long a finished attempt took, for later estimates. */
export function withTime(
  state: EnvironmentState,
  { running }: Pick<EnvironmentState, 'running'>,
  at: string,
): EnvironmentState {
  const since = running?.since
  if (since === undefined) return state
  const took = Math.max(0, Date.parse(at) - Date.parse(since))
  return { ...state, took: [...state.took, took].slice(-REMEMBERED_TIMES) }
}

/** The queue in the order of execution; the estimate ignores locks and freezes. */
export function lineOf(state: EnvironmentState, now: string): readonly LinePlace[] {
  const usual = median(state.took)
  const { running } = state
  const ran = running?.since === undefined ? 0 : Date.parse(now) - Date.parse(running.since)
  const rest = running === null || usual === null ? 0 : Math.max(0, usual - ran)
  return state.queue.map(({ order }, index) => ({
    id: order.id,
    place: index + 1,
    inMs: usual === null ? null : rest + index * usual,
  }))
}

function median(times: readonly number[]): number | null {
  return times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? null
}

/** Reports in its release's thread why an order does not start at once. */
export function sayWaits(
  state: EnvironmentState,
  order: DeploymentRequest,
  { closure, at }: { readonly closure: Closure | null; readonly at: string },
): LaneStep {
  const found = lineOf(state, at).find(({ id }) => id === order.id)
  if (!found || (closure === null && found.place === 1 && !state.running)) return step(state)
  const { place, inMs } = found
  const facts = { ...subjectOf(order), place, inMs, closure }
  return {
    ...step(state),
    events: [eventOf(order, { kind: 'deployment.waits', facts, at, by: order.requestedBy })],
  }
}

/** Tells each waiting release, and the people who ordered, that the environment is free again. */
export function reportWaiting(
  state: EnvironmentState,
  { opened, by, at }: { readonly opened: Opened; readonly by: UserId; readonly at: string },
): LaneStep {
  const people = new Set<UserId>()
  const events = state.queue.flatMap(({ order }) => {
    const told = people.has(order.requestedBy) || order.requestedBy === by || order.kind === 'push'
    people.add(order.requestedBy)
    const facts = { ...subjectOf(order), opened, person: told ? null : order.requestedBy }
    return [eventOf(order, { kind: 'deployment.unblocked', facts, at, by })]
  })
  return { ...step(state), events }
}
