/** What the end of a deployment's attempt means for its environment. */
import { type CommitSha, type DeploymentId, SLIPWAY, type UserId } from '../identifiers.js'
import type { StageName } from '../stage.js'
import { eventOf, moved, reportsOf } from './deployment-events.js'
import type { Inspected } from './plan.js'
import { rememberFailedPush } from './pushes.js'
import { doneAgain, inPlace, isSameAgain } from './rebuild.js'
import { isSameBuild } from './rollback.js'
import {
  andThen,
  type Deployed,
  type DeploymentRequest,
  type EnvironmentState,
  type FailedDeployment,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  REMEMBERED,
  type SetupRecord,
  step,
} from './state.js'
import { withApplied, withInspected } from './versions.js'
import { withTime } from './waiting.js'

/** How a deployment's attempt ended. */
export type DeploymentResult =
  | {
      readonly kind: 'succeeded'
      readonly setup: SetupRecord | null
      readonly observed: CommitSha | null
      readonly inspected?: Inspected | null
    }
  | {
      readonly kind: 'failed'
      readonly stage: StageName | null
      readonly reason: string
      readonly inconclusive: boolean
      readonly touched: boolean
      readonly runs: Readonly<Partial<Record<StageName, number>>>
      /** A setup that succeeded before a later stage failed still counts. */
      readonly setup: SetupRecord | null
      readonly inspected?: Inspected | null
      readonly lostHost?: string | null
      /** True when nothing is known of what the stage would have found. */
      readonly unsure?: boolean
    }
  | {
      readonly kind: 'aborted'
      readonly touched: boolean
      readonly stage: StageName | null
      /** The last run of each stage: a retry must not take an aborted run for its own. */
      readonly runs?: Readonly<Partial<Record<StageName, number>>>
    }
  /** It never started: its release is gone. */
  | { readonly kind: 'refused'; readonly reason: string }

/** Frees the lane and records how the attempt ended. */
export function finish(state: EnvironmentState, result: DeploymentResult, at: string): LaneStep {
  const { running } = state
  if (!running) return step(state)
  const free: EnvironmentState = { ...state, running: null }
  const { order, attempt } = running.entry
  switch (result.kind) {
    case 'succeeded':
      return inPlace(succeeded(withSetup(withTime(free, state, at), result), order, at), {
        order,
        at,
        observed: result.observed,
      })
    case 'refused':
      return moved(free, order, { to: 'aborted', at, by: SLIPWAY, note: result.reason, says: result.reason })
    case 'aborted':
      return abortedRun(free, running.entry, {
        at,
        by: running.aborting ?? SLIPWAY,
        touched: result.touched,
        stage: result.stage,
        runs: result.runs ?? {},
      })
    case 'failed': {
      const { stage, reason, inconclusive, touched, runs } = result
      const lostHost = result.lostHost ?? null
      const failed = {
        entry: running.entry,
        stage,
        reason,
        inconclusive,
        runs,
        touched,
        aborted: false,
        lostHost,
        at,
      }
      const remembered = rememberFailedPush(free, order)
      return moved({ ...withSetup(free, result), failed, ...remembered }, order, {
        to: 'failed',
        at,
        by: SLIPWAY,
        attempt: attempt.number,
        failedStage: stage,
        note: reason,
        says: `${nameOfOrder(order)} failed in ${state.name}: ${reason}`,
        tell: 'broadcast',
        data: { stage, inconclusive, touched },
      })
    }
  }
}

function withSetup(
  state: EnvironmentState,
  result: { readonly setup: SetupRecord | null; readonly inspected?: Inspected | null },
): EnvironmentState {
  const looked = result.inspected ? withInspected(state, result.inspected) : state
  return result.setup ? withApplied(looked, result.setup) : looked
}

function abortedRun(
  state: EnvironmentState,
  entry: LaneEntry,
  end: {
    readonly at: string
    readonly by: UserId
    readonly touched: boolean
    readonly stage: StageName | null
    readonly runs: FailedDeployment['runs']
  },
): LaneStep {
  const { order } = entry
  const { stage, runs, at } = end
  const reason = 'It was aborted.'
  const failed = {
    entry,
    stage,
    reason,
    inconclusive: false,
    runs,
    touched: true,
    aborted: true,
    lostHost: null,
    at,
  }
  return moved(end.touched ? { ...state, failed } : state, order, {
    to: 'aborted',
    at: end.at,
    by: end.by,
    note: end.touched ? 'aborted while it changed the environment' : 'aborted before anything changed',
    says: `The deployment of ${nameOfOrder(order)} to ${state.name} was aborted.`,
    tell: 'broadcast',
  })
}

function succeeded(state: EnvironmentState, order: DeploymentRequest, at: string): LaneStep {
  const before = state.current
  if (before && isSameAgain(before, order)) return doneAgain(state, order, at)
  const deployed: Deployed = { order, acceptance: 'awaiting', since: at }
  const replaced = before && before.order.id !== order.id ? before.order : null
  const rolledBack = order.kind === 'rollback' && replaced !== null && !isSameBuild(replaced, order)
  const now: LaneStep = {
    state: { ...state, current: deployed, failed: null },
    moves: [],
    events: [
      eventOf(order, {
        kind: 'deployment.completed',
        at,
        by: SLIPWAY,
        says: `${nameOfOrder(order)} runs in ${state.name}.`,
        // The line that says what it waits for, or that it is accepted, says this too.
        tell: 'keep',
      }),
    ],
    reports: replaced
      ? reportsOf(replaced, {
          to: null,
          at,
          by: SLIPWAY,
          note: nameOfOrder(order),
          replaced: true,
          rolledBack,
        })
      : [],
    newDeployments: [],
  }
  return andThen(now, (next) =>
    order.acceptance === 'by-check'
      ? accept(next, order, { by: order.kind === 'rollback' ? order.requestedBy : SLIPWAY, at })
      : moved(next, order, {
          to: 'awaiting_acceptance',
          at,
          by: SLIPWAY,
          says: `${nameOfOrder(order)} runs in ${state.name} and waits for acceptance.`,
          tell: 'broadcast',
        }),
  )
}

function accept(
  state: EnvironmentState,
  order: DeploymentRequest,
  by: { readonly by: UserId; readonly at: string },
): LaneStep {
  return moved(remember(state, order, 'accepted'), order, {
    to: 'accepted',
    at: by.at,
    by: by.by,
    says:
      order.kind === 'rollback'
        ? `${state.name} is back on ${nameOfOrder(order)}.`
        : `${nameOfOrder(order)} runs in ${state.name}; its passing check accepted it.`,
  })
}

/** Keeps a person's decision, made in the release, for later rollbacks. */
function remember(
  state: EnvironmentState,
  order: DeploymentRequest,
  acceptance: 'accepted' | 'rejected',
): EnvironmentState {
  const accepted =
    acceptance === 'accepted'
      ? [...state.accepted.filter((one) => one.id !== order.id), order].slice(-REMEMBERED)
      : state.accepted
  const current = state.current?.order.id === order.id ? { ...state.current, acceptance } : state.current
  return { ...state, accepted, current }
}

/** What a person decided, in its release, on a deployment. */
export interface Judgement {
  readonly deploymentId: DeploymentId
  readonly acceptance: 'accepted' | 'rejected'
}

/** A person accepted or rejected, in the release, what was deployed here. */
export function judged(state: EnvironmentState, judgement: Judgement): LaneStep {
  const current = state.current?.order
  return current?.id === judgement.deploymentId
    ? step(remember(state, current, judgement.acceptance))
    : step(state)
}
