/** The end of an environment: asked for, waiting for its turn, running, failed, gone (S2.15–S2.18). */
import { type DeploymentId, SLIPWAY, type UserId } from '../identifiers.js'
import { done, refuse } from '../refusal.js'
import type { StageName } from '../stage.js'
import { environmentEvent, moved, reportsOf } from './deployment-events.js'
import { awaitTeardown } from './expiry.js'
import { nextFence } from './fence.js'
import { newLifecycle } from './lifecycle.js'
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
  /** The person was told what is there and wants it gone all the same. */
  readonly confirmed: boolean
  /** What the question spoke of; null when nothing was named. */
  readonly seen: DeploymentId | null
}

/** S2.15: an explicit order. What runs or waits there is named first, and has to be confirmed. */
export function requestTeardown(state: EnvironmentState, order: TeardownOrder): Answered {
  const { teardown } = state.lifecycle
  const here = { environment: state.name }
  if (isClosing(state)) return { step: step(state), outcome: refuse({ code: 'tearing-down', ...here }) }
  const inUse = needs(state)
  const stale = order.seen !== null && order.seen !== state.current?.order.id
  if (inUse !== null && teardown === null && (!order.confirmed || stale)) {
    return {
      step: step(state),
      outcome: refuse({ code: 'teardown-needs-confirmation', ...here, because: inUse }),
    }
  }
  const because = teardown === null ? `<@${order.by}> asked for it` : teardown.because
  const { by, at } = order
  return {
    step: awaitTeardown(state, { because: teardown === null ? 'it was asked for' : because, by, at }),
    outcome: done({ code: 'environment', ...here, doing: 'it is torn down' }),
  }
}

/** What still needs the environment, as one sentence's part; null when nothing does. */
function needs(state: EnvironmentState): string | null {
  const { current, queue, running } = state
  const parts = [
    ...(running ? [`${nameOfOrder(running.entry.order)} is being deployed`] : []),
    ...(queue.length > 0
      ? [`${queue.length} ${queue.length === 1 ? 'deployment waits' : 'deployments wait'}`]
      : []),
    ...(current?.acceptance === 'awaiting' ? [`${nameOfOrder(current.order)} awaits acceptance`] : []),
    ...(current !== null && current.acceptance !== 'awaiting'
      ? [`${nameOfOrder(current.order)} runs there`]
      : []),
  ]
  return parts.length === 0 ? null : parts.join(', ')
}

/** The lane is free: from here on the environment is not what it was. What waited there has nowhere to go. */
export function startTeardown(state: EnvironmentState, at: string): LaneStep {
  const { teardown } = state.lifecycle
  if (teardown === null) return step(state)
  // A build that is still being made for it has nowhere to go either, also should the teardown fail.
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
  return moved(state, order, {
    to: 'aborted',
    at,
    by: SLIPWAY,
    note: `${state.name} is torn down`,
    says: `The deployment of ${nameOfOrder(order)} to ${state.name} ended: ${state.name} is torn down.`,
    tell: 'broadcast',
  })
}

function dropFailed(state: EnvironmentState, at: string): LaneStep {
  return state.failed === null ? step(state) : turnAway(state, state.failed.entry, at)
}

function dropAwaiting(state: EnvironmentState, at: string): LaneStep {
  const { current } = state
  if (current?.acceptance !== 'awaiting') return step(state)
  return moved({ ...state, current: { ...current, acceptance: 'rejected' } }, current.order, {
    to: 'superseded',
    at,
    by: SLIPWAY,
    note: `${state.name} was torn down`,
    says: `${nameOfOrder(current.order)} in ${state.name} was not accepted before ${state.name} was torn down.`,
    replaced: true,
  })
}

/** An order that comes while the environment goes away is taken and ended at once, so that its release learns why. */
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
  | { readonly kind: 'failed'; readonly reason: string; readonly runs: Runs }
type Runs = Readonly<Partial<Record<StageName, number>>>

/** Gone is only what is surely gone; anything else stays visible until somebody tries again (S2.17). */
export function endTeardown(state: EnvironmentState, result: TeardownResult, at: string): LaneStep {
  return result.kind === 'gone' ? gone(state, at) : leftOver(state, result, at)
}

function gone(state: EnvironmentState, at: string): LaneStep {
  const { generation, preview, notices, teardown, runs: _runs } = state.lifecycle
  const because = teardown?.because ?? 'it was asked for'
  const says = `${state.name} is gone: ${because}, and everything that was set up is removed.`
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
    },
  }
  const told = withNotice(empty, { kind: 'torn-down', says, at, until: null })
  const last = state.current?.order ?? null
  return {
    ...step(told),
    events: [
      environmentEvent(state, {
        kind: 'environment.torn_down',
        at,
        by: teardown?.by ?? SLIPWAY,
        says,
        tell: 'thread',
      }),
    ],
    reports: last
      ? reportsOf(last, {
          to: null,
          at,
          by: SLIPWAY,
          note: `${state.name} was torn down`,
          replaced: true,
          rolledBack: false,
        })
      : [],
  }
}

function leftOver(
  state: EnvironmentState,
  { reason, runs }: Extract<TeardownResult, { kind: 'failed' }>,
  at: string,
): LaneStep {
  const { teardown } = state.lifecycle
  const says = `The teardown of ${state.name} failed: ${reason}. What was set up may still be there.`
  const failed = withLifecycle(state, {
    runs: { ...state.lifecycle.runs, ...runs },
    teardown: {
      phase: 'failed',
      by: teardown?.by ?? SLIPWAY,
      because: teardown?.because ?? 'it was asked for',
      at,
      reason,
    },
  })
  const next = withNotice(failed, { kind: 'teardown-failed', says, at, until: null })
  return {
    ...step(next),
    events: [
      environmentEvent(next, {
        kind: 'environment.teardown_failed',
        at,
        by: SLIPWAY,
        says,
        tell: 'broadcast',
      }),
    ],
  }
}

/** What a teardown works on: the definition, commit and outputs of the last setup, not today's (S2.18). */
export function teardownEntry(state: EnvironmentState): LaneEntry | null {
  const base = state.current?.order ?? state.failed?.entry.order ?? state.setup?.order ?? null
  if (base === null) return null
  const { setup } = state
  const order: DeploymentRequest = setup
    ? { ...setup.order, commit: setup.commit, definition: setup.definition }
    : base
  return { order, attempt: { ...firstAttempt, runs: state.lifecycle.runs } }
}
