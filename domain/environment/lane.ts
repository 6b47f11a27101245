/** The lane: what waits, what runs next, and what its end means. One deployment at a time (S4.10). */
import { moved, newsOf, recordOf } from './moves.js'
import { failedBefore, overtakeWaiting, refusePush, sayWhyItWaits, waitsUntil } from './pushes.js'
import {
  andThen,
  type DeploymentOrder,
  type EnvironmentState,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

const KNOWN = 500
const rank = { rollback: 0, hotfix: 1, normal: 2 } as const

/** Takes an order once; a repeated one changes nothing. */
export function enqueue(state: EnvironmentState, order: DeploymentOrder): LaneStep {
  if (state.known.includes(order.id)) return step(state)
  if (failedBefore(state, order)) return refusePush(state, order)
  return andThen(overtakeWaiting(state, order), (next) => {
    const taken = take(next, order)
    const blocked = blockedBy(taken.state, order, order.requestedAt)
    return andThen(taken, (now) => sayWhyItWaits(now, order, blocked))
  })
}

function take(state: EnvironmentState, order: DeploymentOrder): LaneStep {
  const entry: LaneEntry = { order, attempt: { number: 1, from: null, runs: {} } }
  const taken = {
    ...state,
    known: [...state.known, order.id].slice(-KNOWN),
    queue: insert(state.queue, entry),
  }
  const queued = moved(taken, order, {
    to: 'queued',
    at: order.requestedAt,
    by: order.requestedBy,
    says: `${nameOfOrder(order)} waits in line for ${state.name}.`,
    tell: 'keep',
  })
  return order.kind !== 'promote' && order.kind !== 'rollback'
    ? { ...queued, newDeployments: [recordOf(order)] }
    : queued
}

/** Puts an entry behind the last one that is at least as urgent. */
function insert(queue: readonly LaneEntry[], entry: LaneEntry): readonly LaneEntry[] {
  const place = queue.findIndex((one) => rank[one.order.urgency] > rank[entry.order.urgency])
  return place < 0 ? [...queue, entry] : queue.toSpliced(place, 0, entry)
}

/** Why an entry may not start now, null when it may. `now` is an ISO instant. */
export function blockedBy(
  state: EnvironmentState,
  order: DeploymentOrder,
  now: string,
): 'lock' | 'hold' | 'freeze' | 'acceptance' | null {
  if (order.kind === 'rollback') return null
  if (state.lock && !ended(state.lock.until, now) && state.lock.owner !== order.requestedBy) return 'lock'
  if (state.freeze && !ended(state.freeze.until, now)) return 'freeze'
  if (order.kind !== 'push') return null
  if (state.hold) return 'hold'
  const until = waitsUntil(state)
  return until !== null && until > now ? 'acceptance' : null
}

const ended = (until: string | null, now: string): boolean => until !== null && until <= now

/** The entry that starts next, null while the lane is taken, empty or closed for all that wait. */
export function nextEntry(state: EnvironmentState, now: string): LaneEntry | null {
  if (state.running) return null
  return state.queue.find((entry) => blockedBy(state, entry.order, now) === null) ?? null
}

/** Takes the lane for an entry. What waits for acceptance there, or failed there, is overtaken visibly. */
export function start(state: EnvironmentState, entry: LaneEntry, at: string): LaneStep {
  const taken: EnvironmentState = {
    ...state,
    queue: state.queue.filter((one) => one.order.id !== entry.order.id),
    running: { entry, aborting: null },
  }
  return andThen(overtake(taken, entry.order, at), (next) => ({
    ...step(next),
    news: newsOf(entry.order, {
      to: 'running',
      at,
      by: entry.order.requestedBy,
      note: null,
      replaced: false,
      rolledBack: false,
    }),
  }))
}

const earliest = (instants: readonly (string | null | undefined)[]): string | null | undefined =>
  instants.toSorted((one, other) => (String(one) < String(other) ? -1 : 1))[0]

/** When a lock or freeze ends by itself, if something waits for it; null when nothing does. ISO instants. */
export function nextWake(state: EnvironmentState, now: string): string | null {
  const ends = [state.lock?.until, state.freeze?.until, waitsUntil(state)].filter(
    (until) => until != null && until > now,
  )
  return state.queue.length > 0 ? (earliest(ends) ?? null) : null
}

/** The same deployment, or the same bytes put there once more. */
const isSame = (there: DeploymentOrder, by: DeploymentOrder): boolean =>
  there.id === by.id ||
  ((by.kind === 'rebuild' || by.kind === 'redeploy') &&
    there.commit === by.commit &&
    there.artifactDigest === by.artifactDigest)

function overtake(state: EnvironmentState, by: DeploymentOrder, at: string): LaneStep {
  const says = (order: DeploymentOrder): string =>
    `${nameOfOrder(order)} in ${state.name} was superseded by ${nameOfOrder(by)}.`
  const note = nameOfOrder(by)
  const awaiting =
    state.current?.acceptance === 'awaiting' && !isSame(state.current.order, by) ? state.current : null
  const failed = state.failed && state.failed.entry.order.id !== by.id ? state.failed : null
  const first = awaiting
    ? moved(state, awaiting.order, {
        to: 'superseded',
        at,
        by: by.requestedBy,
        says: says(awaiting.order),
        note,
        replaced: true,
      })
    : step(state)
  return andThen(first, (next) =>
    failed && !failed.aborted
      ? moved({ ...next, failed: null }, failed.entry.order, {
          to: 'superseded',
          at,
          by: by.requestedBy,
          says: says(failed.entry.order),
          note,
          replaced: true,
        })
      : step({ ...next, failed: null }),
  )
}
