/** Who waits in line, why, and for how long by what deployments took before. */
import { sayDuration } from '../durations.js'
import type { UserId } from '../identifiers.js'
import { type Closure, sayClosure } from './closures.js'
import { environmentEvent, eventOf } from './deployment-events.js'
import { type DeploymentRequest, type EnvironmentState, type LaneStep, nameOfOrder, step } from './state.js'

/** How many deployments the expected time is read off. */
const REMEMBERED_TIMES = 9

export interface LinePlace {
  readonly id: DeploymentRequest['id']
  /** 1 is next. */
  readonly place: number
  /** Milliseconds until it probably starts; null without history. */
  readonly inMs: number | null
}

/** How long a finished attempt took is kept for the next estimates. */
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

/** The line as it would be worked off; what a lock or a freeze does to it is not in the estimate. */
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

/** As data of an audit line, so that people are named and instants shown in each reader's zone. */
export const closureData = (closure: Closure | null): Readonly<Record<string, string | null>> =>
  closure === null ? {} : { owner: closure.owner, until: closure.until }

/** Says in its release's thread why an order does not start at once. */
export function sayWaits(
  state: EnvironmentState,
  order: DeploymentRequest,
  about: { readonly because: Closure | null; readonly at: string },
): LaneStep {
  const place = lineOf(state, about.at).find(({ id }) => id === order.id)
  if (!place || (about.because === null && place.place === 1 && !state.running)) return step(state)
  const line = `${nameOfOrder(order)} is number ${place.place} in line for ${state.name}`
  const expected = place.inMs === null ? '' : `, its turn comes in about ${sayDuration(place.inMs)}`
  const says =
    about.because === null ? `${line}${expected}.` : `${line}; ${state.name} is ${sayClosure(about.because)}`
  return {
    ...step(state),
    events: [
      eventOf(order, {
        kind: 'deployment.waits',
        at: about.at,
        by: order.requestedBy,
        says,
        data: closureData(about.because),
      }),
    ],
  }
}

/** Tells each waiting release, and the people who asked, that the environment is free again. */
export function tellWaiting(
  state: EnvironmentState,
  about: { readonly says: string; readonly by: UserId; readonly at: string },
): LaneStep {
  const people = new Set<UserId>()
  const events = state.queue.flatMap(({ order }) => {
    const told = people.has(order.requestedBy) || order.requestedBy === about.by || order.kind === 'push'
    people.add(order.requestedBy)
    const says = `${about.says} ${nameOfOrder(order)} goes on in its turn.`
    const data: Record<string, string> = told ? {} : { person: order.requestedBy }
    return [eventOf(order, { kind: 'deployment.unblocked', at: about.at, by: about.by, says, data })]
  })
  return { ...step(state), events }
}

/** A line of the audit trail about the environment that one person is told in a direct message. */
export function toldTo(
  state: EnvironmentState,
  person: UserId,
  what: { readonly kind: string; readonly says: string; readonly by: UserId; readonly at: string },
): LaneStep['events'][number] {
  return { ...environmentEvent(state, { ...what, tell: 'keep', data: { person } }), releaseId: null }
}
