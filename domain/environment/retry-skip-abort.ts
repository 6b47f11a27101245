/** Retry, skip and abort: what a person may do with a deployment in an environment. */
import type { QueuedHow } from '../events.js'
import type { DeploymentId, UserId } from '../identifiers.js'
import { done, type Outcome, refuse } from '../refusal.js'
import type { StageName } from '../stage.js'
import { aborted, moved, subjectOf } from './deployment-events.js'
import { reordered } from './override.js'
import { unheld } from './setbacks.js'
import {
  type Attempt,
  type DeploymentRequest,
  type EnvironmentState,
  type FailedDeployment,
  firstAttempt,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

/** A step, and the answer to the person. */
export interface Answered {
  readonly step: LaneStep
  readonly outcome: Outcome
}

/** Who gave the order, and when. */
export interface By {
  readonly by: UserId
  readonly at: string
}

/** An attempt ordered by a person; an override applies to this one attempt. */
export interface AttemptBy extends By {
  /** The reason for the override; the failed attempt's own override no longer applies. */
  readonly override?: string | null
}

/** Leaving these out would leave no deployment. */
const unskippable: ReadonlySet<StageName> = new Set(['setup', 'patch'])

const no = (state: EnvironmentState, outcome: Outcome): Answered => ({ step: step(state), outcome })

/** The next attempt, at the front of the queue, from the stage that failed. Refused once something overtook it. */
export function retry(state: EnvironmentState, id: DeploymentId, by: AttemptBy): Answered {
  const failed = state.failed?.entry.order.id === id ? state.failed : null
  if (!failed) return no(state, refuse(cannotRetry(state)))
  return again(state, failed, { from: failed.stage, how: { kind: 'retried', stage: failed.stage }, by })
}

/** Like {@link retry}, but from the stage after the failed one; only a check can be skipped. */
export function skip(state: EnvironmentState, id: DeploymentId, by: AttemptBy): Answered {
  const failed = state.failed?.entry.order.id === id ? state.failed : null
  if (!failed) return no(state, refuse(cannotRetry(state)))
  if (!failed.stage || unskippable.has(failed.stage)) {
    return no(state, refuse({ code: 'unskippable', stage: failed.stage }))
  }
  return again(state, failed, { from: 'end', how: { kind: 'skipped', stage: failed.stage }, by })
}

/** Ends a deployment that is queued, running or failed. A running one is cancelled by the workflow. */
export function abort(state: EnvironmentState, id: DeploymentId, by: By): Answered {
  const waiting = state.queue.find((entry) => entry.order.id === id)
  if (state.running?.entry.order.id === id) {
    const running = { ...state.running, aborting: by.by }
    return { step: step({ ...state, running }), outcome: aborting(state, running.entry.order) }
  }
  if (waiting) {
    const queue = state.queue.filter((entry) => entry !== waiting)
    // What failed there before still needs a decision.
    const failed = state.failed ?? (waiting.attempt.number > 1 ? withoutRetry(waiting, by.at) : null)
    return {
      step: aborted(unheld({ ...state, queue, failed }, waiting.order), waiting.order, {
        ...by,
        cause: { kind: 'waiting' },
      }),
      outcome: aborting(state, waiting.order),
    }
  }
  if (state.failed?.entry.order.id === id && state.failed.why.kind !== 'aborted') {
    const { order } = state.failed.entry
    const failed: FailedDeployment = { ...state.failed, why: { kind: 'aborted' } }
    const cause = { kind: 'failed' } as const
    return { step: aborted({ ...state, failed }, order, { ...by, cause }), outcome: aborting(state, order) }
  }
  return no(state, refuse({ code: 'nothing-to-abort', environment: state.name }))
}

/** What an earlier attempt left behind is still there when its retry is aborted. */
function withoutRetry(entry: LaneEntry, at: string): FailedDeployment {
  const { from, runs } = entry.attempt
  return {
    entry,
    stage: from === 'end' ? null : from,
    why: { kind: 'aborted' },
    runs,
    touched: true,
    at,
  }
}

function again(
  state: EnvironmentState,
  failed: FailedDeployment,
  {
    from,
    how,
    by,
  }: {
    readonly from: Attempt['from']
    readonly how: Extract<QueuedHow, { kind: 'retried' | 'skipped' }>
    readonly by: AttemptBy
  },
): Answered {
  const { attempt } = failed.entry
  const { override = null, at } = by
  const anew = reordered(failed.entry.order, override === null ? null : { reason: override, at })
  // A skipped check accepts nothing: a person has to.
  const order: DeploymentRequest = how.kind === 'skipped' ? { ...anew, acceptance: 'by-person' } : anew
  const entry: LaneEntry = {
    order,
    attempt: { ...firstAttempt, number: attempt.number + 1, from, runs: failed.runs },
  }
  const next = { ...state, failed: null, queue: [entry, ...state.queue] }
  return {
    step: moved(next, order, {
      kind: 'deployment.queued',
      facts: { ...subjectOf(order), how },
      ...by,
      attempt: entry.attempt.number,
    }),
    outcome: done(
      how.kind === 'retried'
        ? { code: 'retrying', environment: state.name, stage: how.stage }
        : { code: 'skipping', environment: state.name, stage: how.stage },
    ),
  }
}

const aborting = (state: EnvironmentState, order: DeploymentRequest): Outcome =>
  done({ code: 'aborting', environment: state.name, what: nameOfOrder(order) })

function cannotRetry(state: EnvironmentState): Parameters<typeof refuse>[0] {
  const now = state.running?.entry.order ?? state.queue[0]?.order ?? state.current?.order
  return now
    ? { code: 'overtaken', environment: state.name, by: nameOfOrder(now) }
    : { code: 'nothing-to-retry', environment: state.name, wanted: 'failure' }
}
