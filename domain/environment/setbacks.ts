/** What an environment remembers of failures in it (U.13): kept until something newer is accepted there. */
import type { HoldState } from '../change.js'
import type { ReleaseId } from '../identifiers.js'
import type { Setback } from '../reasons.js'
import { type Cut, compareCuts } from '../version.js'
import { type DeploymentRequest, type EnvironmentState, type FailedDeployment, nameOfOrder } from './state.js'

const MOST = 10

const setbackOf = (order: DeploymentRequest): Setback => ({
  deploymentId: order.id,
  releaseId: order.candidate?.releaseId ?? null,
  version: order.candidate?.version ?? null,
  candidate: order.candidate?.number ?? null,
  commit: order.commit,
  digest: order.artifactDigest,
  failed: null,
  rolledBack: null,
})

const isOf = (setback: Setback, order: DeploymentRequest): boolean =>
  setback.commit === order.commit && setback.digest === order.artifactDigest

/** A deployment failed; repeating setup or patch of what is there says nothing about the build. */
export function withFailure(state: EnvironmentState, failed: FailedDeployment): EnvironmentState {
  const { entry, stage, why, at } = failed
  const { order } = entry
  if (why.kind === 'aborted' || order.kind === 'rebuild' || order.kind === 'redeploy') return state
  const others = state.setbacks.filter((one) => !isOf(one, order))
  const setback = { ...setbackOf(order), failed: { at, stage, failure: why } }
  return { ...state, setbacks: [...others, setback].slice(-MOST) }
}

/**
 * The environment was rolled back: from what ran, and from everything that failed since that was deployed. `to` is the rollback's
 * order, `before` the state before it was deployed.
 */
export function withRolledBack(
  before: EnvironmentState,
  to: DeploymentRequest,
  at: string,
): Pick<EnvironmentState, 'setbacks'> {
  const { current, hold } = before
  const rolledBack = { at, by: to.requestedBy, to: nameOfOrder(to), reason: reasonOf(hold, to) }
  const replaced = current !== null && !isOf(setbackOf(current.order), to) ? current.order : null
  const known = before.setbacks.some((one) => replaced !== null && isOf(one, replaced))
  const all = replaced && !known ? [...before.setbacks, setbackOf(replaced)] : before.setbacks
  const left = (one: Setback): boolean =>
    (replaced !== null && isOf(one, replaced)) ||
    (one.failed !== null && one.failed.at >= (current?.since ?? '') && !isOf(one, to))
  return {
    setbacks: all
      .map((one) => (one.rolledBack === null && left(one) ? { ...one, rolledBack } : one))
      .slice(-MOST),
  }
}

const reasonOf = (hold: HoldState | null, to: DeploymentRequest): string =>
  hold !== null && isHoldOf(hold, to) ? hold.reason : ''

/** Whether a hold was left by this rollback. */
const isHoldOf = ({ rollback, since, by }: HoldState, order: DeploymentRequest): boolean =>
  order.kind === 'rollback' && rollback !== null && since === order.requestedAt && by === order.requestedBy

/** What an accepted deployment settles: its own setbacks, and those of everything older. Rolling back settles nothing else. */
export function withoutSettled(state: EnvironmentState, accepted: DeploymentRequest): EnvironmentState {
  const settled = (one: Setback): boolean =>
    isOf(one, accepted) || (accepted.kind !== 'rollback' && isNewer(accepted, one))
  return { ...state, setbacks: state.setbacks.filter((one) => !settled(one)) }
}

function isNewer(accepted: DeploymentRequest, { version, candidate, failed, rolledBack }: Setback): boolean {
  const cut = compareCuts(cutOf(accepted), { version, candidate })
  // For pushes only the time is known: one that was requested after the failure is newer.
  return cut === null ? accepted.requestedAt > (rolledBack?.at ?? failed?.at ?? '') : cut > 0
}

/** Removes the hold of a rollback that touched nothing, unless what runs was itself rolled back to. */
export function unheld(state: EnvironmentState, order: DeploymentRequest): EnvironmentState {
  const { hold, current } = state
  if (hold === null || !isHoldOf(hold, order) || current?.order.kind === 'rollback') return state
  return { ...state, hold: null }
}

/** What a person must know about an environment before promoting knowingly. */
export interface Standing {
  /** What went wrong with this candidate there. */
  readonly setback: Setback | null
  /** What runs there, if it was cut after this candidate. */
  readonly newer: { readonly name: string; readonly hotfix: boolean } | null
}

/** A candidate that is to be promoted to an environment. */
interface Arriving {
  readonly releaseId: ReleaseId
  readonly version: string | null
  readonly candidate: number
}

export const standingOf = (
  { setbacks, current }: Pick<EnvironmentState, 'setbacks' | 'current'>,
  candidate: Arriving,
): Standing => ({
  setback: setbackOfCandidate(setbacks, candidate),
  newer:
    current !== null && isCutAfter(cutOf(current.order), candidate)
      ? { name: nameOfOrder(current.order), hotfix: current.order.hotfix }
      : null,
})

/** The newest setback of a candidate, null when there is none. */
export const setbackOfCandidate = (
  setbacks: readonly Setback[],
  { releaseId, candidate }: Pick<Arriving, 'releaseId' | 'candidate'>,
): Setback | null =>
  setbacks.findLast((one) => one.releaseId === releaseId && one.candidate === candidate) ?? null

/** Whether the first was cut after the other, as far as versions tell. */
export const isCutAfter = (one: Cut, other: Cut): boolean => (compareCuts(one, other) ?? 0) > 0

const cutOf = ({ candidate }: DeploymentRequest): Cut => ({
  version: candidate?.version ?? null,
  candidate: candidate?.number ?? null,
})
