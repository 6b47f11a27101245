/** The teardown of an environment: requested, waiting for its turn, running, failed, gone (S2.15–S2.18). */
import { type DeploymentId, SLIPWAY, type UserId } from '../identifiers.js'
import type { StillNeeded, TeardownFailure } from '../reasons.js'
import { done, refuse } from '../refusal.js'
import type { StageName } from '../stage.js'
import { awaitTeardown } from './await-teardown.js'
import { aborted, environmentEvent, reportsOf, superseded } from './deployment-events.js'
import { nextFence } from './fence.js'
import { newLifecycle } from './lifecycle.js'
import { isPermanent, requestRemoval } from './removal.js'
import type { Answered } from './retry-skip-abort.js'
import {
  andThen,
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  isClosing,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
  withLifecycle,
  withNotice,
} from './state.js'

export interface TeardownOrder {
  readonly by: UserId
  readonly at: string
  /** The person was told what is there and wants to tear it down anyway. */
  readonly confirmed: boolean
  /** What the confirmation question named; null when nothing was named. */
  readonly seen: DeploymentId | null
  /** Its name as the person typed it, required for a permanent one; null if it was not asked for. */
  readonly typed: string | null
}

/** S2.15: an explicit order. What runs or is queued there is named first and has to be confirmed. */
export function requestTeardown(state: EnvironmentState, order: TeardownOrder): Answered {
  const { teardown } = state.lifecycle
  const here = { environment: state.name }
  if (isClosing(state)) return { step: step(state), outcome: refuse({ code: 'tearing-down', ...here }) }
  if (isPermanent(state)) return requestRemoval(state, order)
  const inUse = needs(state)
  const stale = order.seen !== null && order.seen !== state.current?.order.id
  if (inUse !== null && teardown === null && (!order.confirmed || stale)) {
    return {
      step: step(state),
      outcome: refuse({ code: 'teardown-needs-confirmation', app: state.app, ...here, needs: inUse }),
    }
  }
  const { by, at } = order
  return {
    step: awaitTeardown(state, { cause: teardown?.cause ?? { kind: 'asked' }, by, at }),
    outcome: done({ code: 'environment', ...here, task: { kind: 'torn-down' } }),
  }
}

/** What still needs the environment; null when nothing does. */
function needs({ current, queue, running }: EnvironmentState): StillNeeded | null {
  if (!running && queue.length === 0 && current === null) return null
  const name = current && nameOfOrder(current.order)
  const awaits = current?.acceptance === 'awaiting'
  return {
    deploying: running && nameOfOrder(running.entry.order),
    waiting: queue.length,
    awaiting: awaits ? name : null,
    runs: awaits ? null : name,
  }
}

/** The lane is free: from here on the environment changes. What is queued for it is turned away. */
export function startTeardown(state: EnvironmentState, at: string): LaneStep {
  const { teardown } = state.lifecycle
  if (teardown === null) return step(state)
  // A build in progress for it becomes obsolete too, even if the teardown fails.
  const running = withLifecycle(state, {
    teardown: { ...teardown, phase: 'running', at },
    wanted: null,
    building: null,
  })
  const dropped = state.queue.reduce<LaneStep>(
    (before, entry) => andThen(before, (next) => turnAway(next, entry, at)),
    step({ ...running, queue: [], fence: nextFence(state.fence, at) }),
  )
  return andThen(
    andThen(dropped, (next) => dropFailed(next, at)),
    (next) => dropAwaiting(next, at),
  )
}

function turnAway(state: EnvironmentState, { order }: LaneEntry, at: string): LaneStep {
  return aborted(state, order, { cause: { kind: 'torn-down' }, at, by: SLIPWAY })
}

function dropFailed(state: EnvironmentState, at: string): LaneStep {
  return state.failed === null ? step(state) : turnAway(state, state.failed.entry, at)
}

function dropAwaiting(state: EnvironmentState, at: string): LaneStep {
  const { current } = state
  if (current?.acceptance !== 'awaiting') return step(state)
  const next: EnvironmentState = { ...state, current: { ...current, acceptance: 'rejected' } }
  return superseded(next, current.order, { why: 'torn-down', newer: null, at, by: SLIPWAY })
}

/** An order that arrives during the teardown is accepted and ended at once, so that its release learns why. */
export function admit(taken: LaneStep, before: EnvironmentState, order: DeploymentRequest): LaneStep {
  if (before.lifecycle.teardown?.phase !== 'running' || before.known.includes(order.id)) return taken
  return andThen(taken, (state) => {
    const entry = state.queue.find((one) => one.order.id === order.id)
    if (!entry) return step(state)
    const queue = state.queue.filter((one) => one !== entry)
    return turnAway({ ...state, queue }, entry, order.requestedAt)
  })
}

export type TeardownResult =
  | { readonly kind: 'gone'; readonly runs: Runs }
  | ({ readonly kind: 'failed'; readonly runs: Runs } & TeardownFailure)
type Runs = Readonly<Partial<Record<StageName, number>>>

/** Only what is certainly gone counts as gone; anything else stays visible until a person retries (S2.17). */
export function endTeardown(state: EnvironmentState, result: TeardownResult, at: string): LaneStep {
  return result.kind === 'gone' ? gone(state, at) : leftOver(state, result, at)
}

function gone(state: EnvironmentState, at: string): LaneStep {
  const { generation, preview, notices, teardown, runs: _runs } = state.lifecycle
  const { cause, by } = teardown ?? { cause: { kind: 'asked' } as const, by: SLIPWAY }
  const permanent = isPermanent(state)
  const last = state.current?.order ?? null
  const name = last && nameOfOrder(last)
  const empty: EnvironmentState = {
    ...state,
    current: null,
    failed: null,
    setup: null,
    template: { ...state.template, applied: 0 },
    variables: { ...state.variables, applied: 0 },
    lifecycle: {
      ...newLifecycle,
      generation: generation + 1,
      preview: preview && { ...preview, place: null },
      notices,
      tornDown: permanent ? { at, by, cause, ran: last?.id ?? null, name } : null,
    },
  }
  const told = withNotice(empty, { kind: 'torn-down', cause, by, ran: name, permanent }, at)
  return {
    ...step(told),
    events: [
      environmentEvent(state, {
        kind: 'environment.torn_down',
        facts: { cause, by, ran: name },
        at,
        by,
      }),
    ],
    reports: last
      ? reportsOf(last, {
          to: null,
          at,
          by: SLIPWAY,
          note: { kind: 'superseded', by: null },
          touched: true,
          replaced: true,
          rolledBack: false,
        })
      : [],
  }
}

function leftOver(
  state: EnvironmentState,
  { stage, failure, runs }: Extract<TeardownResult, { kind: 'failed' }>,
  at: string,
): LaneStep {
  const { teardown } = state.lifecycle
  const facts: TeardownFailure = { stage, failure }
  const failed = withLifecycle(state, {
    runs: { ...state.lifecycle.runs, ...runs },
    teardown: {
      phase: 'failed',
      by: teardown?.by ?? SLIPWAY,
      cause: teardown?.cause ?? { kind: 'asked' },
      at,
      failure: facts,
    },
  })
  const next = withNotice(failed, { kind: 'teardown-failed', ...facts }, at)
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.teardown_failed', facts, at, by: SLIPWAY })],
  }
}

/** What a teardown works with: the stages, variables and commit of the last setup (S2.18); today's if nothing was set up. */
export function teardownEntry(
  state: EnvironmentState,
): { readonly entry: LaneEntry; readonly variablesOf: string } | null {
  const { setup, configHash } = state
  const order = orderToTearDown(state)
  if (order === null) return null
  const entry = { order, attempt: { ...firstAttempt, runs: state.lifecycle.runs } }
  return { entry, variablesOf: setup?.variablesOf ?? configHash }
}

function orderToTearDown({ setup, current, failed, configHash }: EnvironmentState): DeploymentRequest | null {
  if (setup) return { ...setup.order, commit: setup.commit }
  return current ? { ...current.order, configHash } : (failed?.entry.order ?? null)
}
