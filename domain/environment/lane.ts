/** The lane: what is queued, what runs next, and what its end means. One deployment at a time (S4.10). */
import { earliest } from '../instant.js'
import type { Closure, PushWait } from '../reasons.js'
import { isRepeat } from '../states.js'
import { closuresAt, type LaneNow, passedBy, stopping } from './closures.js'
import { eventOf, moved, recordOf, reportsOf, subjectOf, superseded } from './deployment-events.js'
import { nextFence } from './fence.js'
import { refuseIfFull, withKnown } from './line-limit.js'
import { closable } from './lost-host.js'
import { failedBefore, overtakeWaiting, refusePush, sayWhyItWaits, waitsUntil } from './pushes.js'
import { dropOlder } from './queue-policy.js'
import {
  andThen,
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'
import { sayWaits } from './waiting.js'

/** Rollbacks go first, then hotfixes. */
const rankOf = ({ kind, hotfix }: DeploymentRequest): number =>
  kind === 'rollback' ? 0 : kind === 'promote' && hotfix ? 1 : 2

/** Adds an order once; a repeated one changes nothing. With `now`, its release is told why it has to wait. */
export function enqueue(
  state: EnvironmentState,
  order: DeploymentRequest,
  now: LaneNow | null = null,
): LaneStep {
  if (state.known.includes(order.id)) return step(state)
  if (failedBefore(state, order)) return refusePush(state, order)
  const taken = refuseIfFull(
    andThen(
      andThen(overtakeWaiting(state, order), (next) => take(next, order)),
      (next) => dropOlder(next, order),
    ),
    order,
  )
  if (!taken.state.queue.some((entry) => entry.order.id === order.id)) return taken
  const clock = now ?? { at: order.requestedAt, closed: null }
  return andThen(taken, (next) => {
    const because = blockedBy(next, order, clock)
    if (order.kind === 'push') return sayWhyItWaits(next, order, because)
    return now ? sayWaits(next, order, { closure: closureIn(because), at: now.at }) : step(next)
  })
}

function take(state: EnvironmentState, order: DeploymentRequest): LaneStep {
  const entry: LaneEntry = { order, attempt: firstAttempt }
  const taken = {
    ...state,
    known: withKnown(state, order.id),
    queue: insert(state.queue, entry),
  }
  const queued = moved(taken, order, {
    kind: 'deployment.queued',
    facts: { ...subjectOf(order), how: { kind: 'asked' } },
    at: order.requestedAt,
    by: order.requestedBy,
  })
  return order.kind !== 'promote' && order.kind !== 'rollback'
    ? { ...queued, newDeployments: [recordOf(order)] }
    : queued
}

/** Inserts an entry behind the last one that is at least as urgent. */
function insert(queue: readonly LaneEntry[], entry: LaneEntry): readonly LaneEntry[] {
  const place = queue.findIndex((one) => rankOf(one.order) > rankOf(entry.order))
  return place < 0 ? [...queue, entry] : queue.toSpliced(place, 0, entry)
}

/** Why an entry may not start now, null when it may. */
export function blockedBy(state: EnvironmentState, order: DeploymentRequest, now: LaneNow): PushWait | null {
  const [closure] = stopping(closuresAt(closable(state), now), order)
  if (closure) return closure
  const until = order.kind === 'push' && order.override === null ? waitsUntil(state) : null
  if (until === null || until <= now.at) return null
  return { kind: 'acceptance', name: state.current ? nameOfOrder(state.current.order) : '' }
}

/** The closure among what blocks an entry, if any; a pending decision closes nothing. */
export const closureIn = (because: PushWait | null): Closure | null =>
  because === null || because.kind === 'acceptance' ? null : because

/** Tells those already queued that the environment is now closed, by whom and until when. */
export function reportBlocked(state: EnvironmentState, by: Closure['kind'], at: string): LaneStep {
  const now = { at, closed: null }
  return state.queue
    .filter(({ order }) => order.kind === 'promote')
    .reduce((before, { order }) => {
      const closure = closureIn(blockedBy(state, order, now))
      if (closure?.kind !== by) return before
      return andThen(before, (next) => sayWaits(next, order, { closure, at }))
    }, step(state))
}

/** The entry that starts next, null while the lane is in use, empty or closed for everything in it. */
export function nextEntry(state: EnvironmentState, now: LaneNow): LaneEntry | null {
  if (state.running) return null
  return state.queue.find((entry) => blockedBy(state, entry.order, now) === null) ?? null
}

/** Gives the lane to an entry. What awaits acceptance there, or failed there, is visibly superseded. */
export function start(state: EnvironmentState, entry: LaneEntry, now: LaneNow): LaneStep {
  const { at } = now
  const taken: EnvironmentState = {
    ...state,
    queue: state.queue.filter((one) => one.order.id !== entry.order.id),
    running: { entry, aborting: null, since: at },
    fence: nextFence(state.fence, at),
  }
  return andThen(overtake(taken, entry.order, at), (next) => ({
    ...step(next),
    events: overrode(next, entry.order, now),
    reports: reportsOf(entry.order, {
      to: 'running',
      at,
      by: entry.order.requestedBy,
      note: null,
      touched: false,
      replaced: false,
      rolledBack: false,
    }),
  }))
}

/** An override is reported where everybody sees it: what it passed, and why. */
function overrode(state: EnvironmentState, order: DeploymentRequest, now: LaneNow): LaneStep['events'] {
  const by = { at: now.at, by: order.requestedBy }
  const closures = closuresAt(closable(state), now)
  const [closure = null] = passedBy(closures, order)
  if (closure !== null) {
    const rule = { kind: 'closed', environment: state.name, closure } as const
    const facts = { name: nameOfOrder(order), rule, reason: order.override?.reason ?? '' }
    return [eventOf(order, { kind: 'gate.overridden', facts, ...by })]
  }
  const freeze = order.passesFreeze ? closures.find(({ kind }) => kind === 'freeze') : null
  if (!freeze) return []
  return [eventOf(order, { kind: 'freeze.passed', facts: { ...subjectOf(order), freeze }, ...by })]
}

/** When something about the lane changes automatically: a lock or freeze ends, or the lane opens for what is queued. */
export function nextWake(state: EnvironmentState, { at: now, closed }: LaneNow): string | null {
  const opens = state.queue.length > 0 ? [closed?.until, waitsUntil(state)] : []
  const ahead = opens.filter((until) => until != null && until > now)
  // A closure that has just ended counts too: it stays in the state until its end is recorded.
  return earliest([...ahead, state.lock?.until, state.freeze?.until])
}

/** The same deployment, or the same bytes deployed there again. */
const isSame = (there: DeploymentRequest, by: DeploymentRequest): boolean =>
  there.id === by.id ||
  (isRepeat(by.kind) && there.commit === by.commit && there.artifactDigest === by.artifactDigest)

function overtake(state: EnvironmentState, by: DeploymentRequest, at: string): LaneStep {
  const awaiting =
    state.current?.acceptance === 'awaiting' && !isSame(state.current.order, by) ? state.current : null
  const failed = state.failed && state.failed.entry.order.id !== by.id ? state.failed : null
  const first = awaiting
    ? replaced({ ...state, current: { ...awaiting, acceptance: 'superseded' } }, awaiting.order, { by, at })
    : step(state)
  return andThen(first, (next) =>
    failed && failed.why.kind !== 'aborted'
      ? replaced({ ...next, failed: null }, failed.entry.order, { by, at })
      : step({ ...next, failed: null }),
  )
}

function replaced(
  state: EnvironmentState,
  order: DeploymentRequest,
  { by, at }: { readonly by: DeploymentRequest; readonly at: string },
): LaneStep {
  return superseded(state, order, { why: 'replaced', newer: by, by: by.requestedBy, at })
}
