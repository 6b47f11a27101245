/** Whether a candidate may be prepared for an environment, and what keeps a prepared one from starting. */

import type { Promotable } from '../change.js'
import type { Standing } from '../environment/setbacks.js'
import type { DeploymentId, EnvironmentName } from '../identifiers.js'
import { nearest } from '../nearest.js'
import { type EnvironmentDefinition, environmentsBelow, findEnvironment } from '../pipeline.js'
import type { Closure, OverriddenRule } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import { lacksTicket } from './change-ticket.js'
import { soakOf } from './gates.js'
import { gateFor } from './policy.js'
import { requiredChecks } from './required-checks.js'
import type { ActorSnapshot, Candidate, ReleaseDeployment, ReleaseState } from './state.js'
import { nameOfCandidate } from './step.js'

export interface PromoteOrder {
  readonly deploymentId: DeploymentId
  readonly candidate: number
  readonly environment: string
  /** The reason of an override; whether the person may override was decided by `authorize`. */
  readonly override: string | null
  /** What closed the environment when the order was given: a lock, a freeze. The lane decides finally. */
  readonly closed?: readonly Closure[]
  /** True: setup runs first, even where it does not run automatically. */
  readonly setUp?: boolean
  readonly olderConfirmed: boolean
  /** Why what failed there is promoted again; null when no reason was given. */
  readonly reason?: string | null
  /** The state of the environment when the order was given. */
  readonly standing?: Standing
  readonly by: ActorSnapshot
}

export type PromotionDecision =
  | {
      readonly kind: 'prepare'
      readonly deployment: ReleaseDeployment
      readonly overrode: readonly OverriddenRule[]
    }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

const refuse = (refusal: Refusal): PromotionDecision => ({ kind: 'refuse', refusal })

/** States in which a candidate's deployment occupies its place in an environment, until something replaces it. */
const occupying: ReadonlySet<string> = new Set([
  'prepared',
  'queued',
  'running',
  'awaiting_acceptance',
  'failed',
  'accepted',
])

/** Whether this deployment of the candidate is in an environment, or on its way there. */
export const isThere = (
  { candidate, environment, state, replaced }: ReleaseDeployment,
  place: Pick<ReleaseDeployment, 'candidate' | 'environment'>,
): boolean =>
  candidate === place.candidate && environment === place.environment && !replaced && occupying.has(state)

/** S3.8, S3.9, S5.5, S5.10: prepares exactly the named candidate, or says what is missing. */
export function decidePromotion(state: ReleaseState, order: PromoteOrder): PromotionDecision {
  if (state.lifecycle !== 'open' && state.lifecycle !== 'released') {
    return refuse({ code: 'release-ended', state: state.lifecycle })
  }
  const target = findEnvironment(state.app, order.environment)
  if (!target) {
    const names = state.app.environments.map((environment) => environment.name)
    return refuse({
      code: 'unknown-environment',
      text: order.environment,
      nearest: nearest(order.environment, names),
    })
  }
  const candidate = state.candidates.find((one) => one.number === order.candidate)
  if (!candidate)
    return refuse({ code: 'unknown-release', text: nameOfCandidate(state, order.candidate), nearest: [] })
  const newer = order.olderConfirmed ? null : newerCandidate(state, candidate, target.name)
  const blocked =
    refuseCandidate(state, candidate) ??
    newer ??
    refuseOccupied(state, candidate, target, order.setUp) ??
    refuseStanding(state, order, target.name)
  if (blocked) return refuse(blocked)

  const missing = missingBelow(state, candidate.number, target)
  if (missing.length > 0 && order.override === null) {
    return refuse({
      code: 'not-accepted-below',
      candidate: nameOfCandidate(state, candidate.number),
      missing,
    })
  }
  const overrode = order.override === null ? [] : passed(state, order, { target, missing })
  return { kind: 'prepare', overrode, deployment: prepared(state, order, { target, overrode }) }
}

/** What an override sets aside: each rule is reported where everybody sees it. */
function passed(
  state: ReleaseState,
  order: PromoteOrder,
  {
    target,
    missing,
  }: { readonly target: EnvironmentDefinition; readonly missing: readonly EnvironmentName[] },
): readonly OverriddenRule[] {
  const environment = target.name
  const soaks = soakOf(state, { candidate: order.candidate, environment })
  return [
    ...(missing.length > 0 ? [{ kind: 'not-accepted-below', environments: missing } as const] : []),
    ...(lacksTicket(state, target) ? [{ kind: 'no-ticket' } as const] : []),
    ...(soaks !== null && soaks.until > order.by.at ? [{ kind: 'soak', ms: target.soakMs } as const] : []),
    ...uncheckedBy(state, target),
    ...(order.closed ?? []).map((closure) => ({ kind: 'closed', environment, closure }) as const),
  ]
}

function uncheckedBy(state: ReleaseState, target: EnvironmentDefinition): readonly OverriddenRule[] {
  const names = requiredChecks(state.app, target)
  return names.length === 0 ? [] : [{ kind: 'checks', names }]
}

/** The environments below that have not accepted this candidate (S3.9, S4.9); empty when nothing is missing. */
export function missingBelow(
  state: ReleaseState,
  candidate: number,
  target: EnvironmentDefinition,
): readonly EnvironmentName[] {
  const below = environmentsBelow(state.app, target).map((environment) => environment.name)
  const missing = below.filter((name) => !acceptedIn(state, candidate, name))
  return target.requires === 'any' && missing.length < below.length ? [] : missing
}

/** An acceptance is for a candidate in an environment; later deployments there do not undo it (S3.18). */
export function acceptedIn(state: ReleaseState, candidate: number, environment: EnvironmentName): boolean {
  return state.deployments.some(
    (one) => one.candidate === candidate && one.environment === environment && one.state === 'accepted',
  )
}

/** Where each good candidate may be promoted without an override: exactly there it is offered. */
export function promotable(state: ReleaseState): readonly Promotable[] {
  if (state.lifecycle !== 'open' && state.lifecycle !== 'released') return []
  return state.candidates
    .filter((candidate) => refuseCandidate(state, candidate) === null)
    .flatMap((candidate) =>
      state.app.environments
        .filter(
          (target) =>
            refuseOccupied(state, candidate, target) === null &&
            missingBelow(state, candidate.number, target).length === 0,
        )
        .map(({ name }) => ({
          candidate: candidate.number,
          environment: name,
          again: acceptedIn(state, candidate.number, name),
        })),
    )
}

function refuseCandidate(state: ReleaseState, candidate: Candidate): Refusal | null {
  const name = nameOfCandidate(state, candidate.number)
  if (candidate.state === 'rejected') return { code: 'candidate-rejected', candidate: name }
  return candidate.state === 'ready' ? null : { code: 'not-ready', candidate: name, state: candidate.state }
}

/** While a newer candidate is good, promoting an older one needs confirmation. */
function newerCandidate(
  state: ReleaseState,
  candidate: Candidate,
  environment: EnvironmentName,
): Refusal | null {
  const newer = state.candidates.find((one) => one.number > candidate.number && one.state === 'ready')
  if (!newer) return null
  return {
    code: 'newer-candidate',
    candidate: nameOfCandidate(state, candidate.number),
    newer: nameOfCandidate(state, newer.number),
    again: { app: state.app.name, releaseId: state.id, candidate: candidate.number, environment },
  }
}

/** U.13: promoting what failed there, or over something newer, needs confirmation. */
function refuseStanding(
  state: ReleaseState,
  order: PromoteOrder,
  environment: EnvironmentName,
): Refusal | null {
  const { standing, olderConfirmed, override } = order
  const reasoned = (order.reason ?? '').trim() !== ''
  if (!standing || override !== null) return null
  const { candidate } = order
  const again = { app: state.app.name, releaseId: state.id, candidate, environment }
  const named = { candidate: nameOfCandidate(state, candidate), environment, again }
  const { setback, newer } = standing
  if (setback !== null && !reasoned) return { code: 'went-wrong-before', setback, ...named }
  return newer === null || olderConfirmed || reasoned ? null : { code: 'newer-runs', newer, ...named }
}

function refuseOccupied(
  state: ReleaseState,
  candidate: Candidate,
  target: EnvironmentDefinition,
  setUp = false,
): Refusal | null {
  const place = { candidate: candidate.number, environment: target.name }
  const there = state.deployments.find((one) => isThere(one, place))
  // What runs there is promoted again if it needs a different setup.
  if (!there || (setUp && there.state === 'accepted')) return null
  return {
    code: 'already-there',
    candidate: nameOfCandidate(state, candidate.number),
    environment: target.name,
    state: there.state,
  }
}

function prepared(
  state: ReleaseState,
  order: PromoteOrder,
  {
    target,
    overrode,
  }: { readonly target: EnvironmentDefinition; readonly overrode: readonly OverriddenRule[] },
): ReleaseDeployment {
  return {
    id: order.deploymentId,
    environment: target.name,
    candidate: order.candidate,
    state: 'prepared',
    requestedBy: order.by.user,
    preparedAt: order.by.at,
    gate: gateFor(state, target),
    approvals: [],
    decision: null,
    replaced: false,
    note: null,
    override:
      order.override === null ? null : { reason: order.override, passes: overrode.map(({ kind }) => kind) },
    again: order.reason?.trim() || null,
    checks: null,
    ...(order.setUp ? { setUp: true } : {}),
  }
}
