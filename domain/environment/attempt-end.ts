/** What the end of a deployment attempt means for its environment. */
import type { AuditEvent } from '../events.js'
import { type CommitSha, type DeploymentId, SLIPWAY, type UserId } from '../identifiers.js'
import { type AbortCause, type Failure, nameOfSetback, type Setback, type SetupNeed } from '../reasons.js'
import type { StageName } from '../stage.js'
import { aborted, eventOf, moved, reportsOf, subjectOf } from './deployment-events.js'
import { reportBlocked } from './lane.js'
import type { Inspected } from './plan.js'
import { announceReady } from './preview.js'
import { rememberFailedPush } from './pushes.js'
import { doneAgain, inPlace, isSameAgain } from './rebuild.js'
import { isSameBuild } from './rollback.js'
import { unheld, withFailure, withoutSettled, withRolledBack } from './setbacks.js'
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
      readonly failure: Failure
      readonly touched: boolean
      readonly runs: Readonly<Partial<Record<StageName, number>>>
      /** A setup that succeeded before a later stage failed still counts. */
      readonly setup: SetupRecord | null
      readonly inspected?: Inspected | null
    }
  | {
      readonly kind: 'aborted'
      readonly touched: boolean
      readonly stage: StageName | null
      /** The last run of each stage: a retry must not reuse an aborted run. */
      readonly runs?: Readonly<Partial<Record<StageName, number>>>
    }
  /** It never started: its release is gone, or it left the queue. */
  | {
      readonly kind: 'refused'
      readonly cause: Extract<AbortCause, { kind: 'release-deleted' | 'not-in-line' | 'not-approved' }>
    }

/** Frees the lane and records how the attempt ended. */
export function finish(state: EnvironmentState, result: DeploymentResult, at: string): LaneStep {
  const { running } = state
  if (!running) return step(state)
  const free: EnvironmentState = { ...state, running: null }
  const { order, attempt } = running.entry
  switch (result.kind) {
    case 'succeeded':
      return announceReady(
        state,
        inPlace(succeeded(withSetup(withTime(free, state, at), result), order, at), {
          ...{ order, at, observed: result.observed },
        }),
        at,
      )
    case 'refused':
      return aborted(unheld(free, order), order, { at, by: SLIPWAY, cause: result.cause })
    case 'aborted':
      return abortedRun(free, running.entry, {
        at,
        by: running.aborting ?? SLIPWAY,
        touched: result.touched,
        stage: result.stage,
        runs: result.runs ?? {},
      })
    case 'failed': {
      const { stage, failure, touched, runs } = result
      if (failure.kind === 'setup-required') {
        return notSetUp(withSetup(free, result), running.entry, { because: failure.because, runs, at })
      }
      const failed = { entry: running.entry, stage, why: failure, runs, touched, at }
      const remembered = rememberFailedPush(free, order)
      const left = withFailure(withSetup(touched ? free : unheld(free, order), result), failed)
      const ended = moved({ ...left, failed, ...remembered }, order, {
        kind: 'deployment.failed',
        facts: { ...subjectOf(order), stage, failure, touched },
        at,
        by: SLIPWAY,
        attempt: attempt.number,
        failedStage: stage,
        note: { kind: 'failure', failure },
      })
      return andThen(ended, (next) => reportBlocked(next, 'lost-host', at))
    }
  }
}

/** Nothing was touched, so nothing failed (S2.23); a rebuild runs setup with what was turned away. */
function notSetUp(
  state: EnvironmentState,
  entry: LaneEntry,
  {
    because,
    runs,
    at,
  }: { readonly because: SetupNeed; readonly at: string } & Pick<FailedDeployment, 'runs'>,
): LaneStep {
  const failed = { entry, stage: null, why: { kind: 'aborted' }, runs, touched: false, at } as const
  const cause = { kind: 'setup-required', because } as const
  return aborted({ ...state, failed, ...rememberFailedPush(state, entry.order) }, entry.order, {
    at,
    by: SLIPWAY,
    cause,
  })
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
  const { stage, runs, touched, at, by } = end
  const failed: FailedDeployment = { entry, stage, why: { kind: 'aborted' }, runs, touched: true, at }
  const cause = { kind: 'running', touched } as const
  return aborted(touched ? { ...state, failed } : unheld(state, order), order, { at, by, cause })
}

function succeeded(state: EnvironmentState, order: DeploymentRequest, at: string): LaneStep {
  const before = state.current
  if (before && isSameAgain(before, order)) return doneAgain(state, order, at)
  const deployed: Deployed = { order: order, acceptance: 'awaiting', since: at }
  const replaced = before && before.order.id !== order.id ? before.order : null
  const rolledBack = order.kind === 'rollback' && replaced !== null && !isSameBuild(replaced, order)
  const { setbacks } = order.kind === 'rollback' ? withRolledBack(state, order, at) : state
  const now: LaneStep = {
    state: { ...state, setbacks, current: deployed, failed: null },
    moves: [],
    events: [
      eventOf(order, { kind: 'deployment.completed', facts: subjectOf(order), at, by: SLIPWAY }),
      ...(order.kind === 'rollback' ? awayLines(setbacks, order, at) : []),
    ],
    reports: replaced
      ? reportsOf(replaced, {
          to: null,
          at,
          by: SLIPWAY,
          note: { kind: 'superseded', by: nameOfOrder(order) },
          touched: true,
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
          kind: 'deployment.awaiting_acceptance',
          facts: subjectOf(order),
          at,
          by: SLIPWAY,
        }),
  )
}

/** Reports to each rolled-back release, in its own thread, that the rollback is done. */
function awayLines(
  setbacks: readonly Setback[],
  order: DeploymentRequest,
  at: string,
): readonly AuditEvent[] {
  return setbacks
    .filter(({ rolledBack }) => rolledBack?.at === at)
    .map((away) => ({
      kind: 'environment.rolled_back',
      facts: {
        name: nameOfSetback(away),
        commit: away.commit,
        requester: order.requestedBy,
        to: nameOfOrder(order),
        tookMs: tookMs(order, at),
        sameRelease: away.releaseId === (order.candidate?.releaseId ?? null),
      },
      ...{ at, actor: order.requestedBy, environment: order.environment },
      ...{ releaseId: away.releaseId, deploymentId: away.deploymentId },
    }))
}

const tookMs = ({ requestedAt }: DeploymentRequest, at: string): number =>
  Math.max(0, Date.parse(at) - Date.parse(requestedAt))

function accept(
  state: EnvironmentState,
  order: DeploymentRequest,
  by: { readonly by: UserId; readonly at: string },
): LaneStep {
  const isBack = order.kind === 'rollback'
  const how = isBack ? 'rollback' : 'check'
  return moved(remember(state, order, 'accepted'), order, {
    kind: 'deployment.accepted',
    facts: { ...subjectOf(order), by: how, comment: null, tookMs: isBack ? tookMs(order, by.at) : null },
    ...by,
  })
}

/** Records a person's decision, made in the release, for later rollbacks. */
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
  const remembered = { ...state, accepted, current }
  return acceptance === 'accepted' ? withoutSettled(remembered, order) : remembered
}

/** A person's decision on a deployment, made in its release. */
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
