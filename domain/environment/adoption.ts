/** An attempt stays with the build of Slipway that it began under. What happens to it when that build has no worker left. */
import { type DeploymentId, SLIPWAY } from '../identifiers.js'
import type { BuildId } from '../worker-builds.js'
import type { DeploymentResult } from './attempt-end.js'
import { eventOf, subjectOf } from './deployment-events.js'
import { type EnvironmentState, type LaneEntry, type LaneStep, step } from './state.js'

export interface Adoption {
  readonly deploymentId: DeploymentId
  readonly attempt: number
  /** The build that has no worker left. */
  readonly from: BuildId
  /** The build that continues it; null: that build would do something else than was done, so the attempt is ended. */
  readonly to: BuildId | null
}

/** Whether it concerns the running attempt and says something new. */
export function isUnreported(
  { running }: EnvironmentState,
  found: Adoption,
  known: Adoption | null,
): boolean {
  const { deploymentId, attempt, from, to } = found
  const isRunning = running?.entry.order.id === deploymentId && running.entry.attempt.number === attempt
  const isKnown = known?.deploymentId === deploymentId && known.attempt === attempt && known.from === from
  return isRunning && !(isKnown && known.to === to)
}

/** Reports an attempt that continues; one that ends is reported by its failure. */
export function adopted(state: EnvironmentState, { from, to }: Adoption, at: string): LaneStep {
  if (to === null || state.running === null) return step(state)
  const { order } = state.running.entry
  const facts = { ...subjectOf(order), from, to }
  return { ...step(state), events: [eventOf(order, { kind: 'deployment.adopted', facts, at, by: SLIPWAY })] }
}

/** The result of an attempt whose workflow reported none. A retry finds its command if that still runs. */
export function lostAttempt(
  { order, attempt }: LaneEntry,
  found: Adoption | null,
  words: string,
): Extract<DeploymentResult, { kind: 'failed' }> {
  const isEnded = found?.deploymentId === order.id && found.attempt === attempt.number && found.to === null
  const failure = isEnded
    ? ({ kind: 'interrupted', build: found.from } as const)
    : ({ kind: 'workflow-lost', message: words } as const)
  return { kind: 'failed', stage: null, failure, touched: true, runs: attempt.runs, setup: null }
}
