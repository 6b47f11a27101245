/** Manual rebuild and patch: what a person may do with an environment at any time (S2.11, S2.14). */
import type { CommitSha, DeploymentId, UserId } from '../identifiers.js'
import type { EnvironmentTask } from '../reasons.js'
import { done, type Outcome, type Refusal, refuse } from '../refusal.js'
import { environmentEvent, moved, subjectOf } from './deployment-events.js'
import { enqueue } from './lane.js'
import { lineFull } from './line-limit.js'
import { reordered } from './override.js'
import { isSetupRequired } from './record.js'
import { isPermanent } from './removal.js'
import type { Answered } from './retry-skip-abort.js'
import { bringBack, rollbackTarget } from './rollback.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  isClosing,
  type LaneEntry,
  nameOfOrder,
  step,
  withLifecycle,
} from './state.js'
import { setupChange } from './versions.js'

export interface ManualOrder {
  readonly deploymentId: DeploymentId
  readonly by: UserId
  readonly at: string
  /** For a patch: the build of this commit instead of the newest. */
  readonly commit?: CommitSha
  /** For a rebuild: the person was told what is lost when setup starts from scratch. */
  readonly confirmed?: boolean
}

/** Runs setup again: for what failed, for what runs, or for the branch's head if nothing ever ran. Repeating it is harmless. */
export function rebuild(state: EnvironmentState, order: ManualOrder): Answered {
  // What failed there was approved including its setup.
  const refusal = closed(state) ?? (state.failed ? null : unapproved(state)) ?? unconfirmed(state, order)
  if (refusal) return no(state, refusal)
  if (state.failed) return setUpFailed(state, state.failed, order)
  if (state.current) return again(state, state.current.order, { ...order, kind: 'rebuild' })
  if (state.definition.branch !== null || state.lifecycle.preview !== null)
    return buildHead(state, order, 'rebuild')
  return putBack(state, order) ?? no(state, { code: 'no-build', environment: state.name })
}

/** There is nothing to run, or a rebuild may lose data stored there and nobody has confirmed that. */
function unconfirmed(state: EnvironmentState, { confirmed = false }: ManualOrder): Refusal | null {
  const { app, name: environment } = state
  if (!state.definition.stages.setup) return { code: 'no-setup-stage', environment }
  const runs = state.current ?? (state.failed?.touched ? state.failed.entry : null)
  if (runs === null || confirmed || !isPermanent(state)) return null
  return { code: 'rebuild-needs-confirmation', app, environment, runs: nameOfOrder(runs.order) }
}

function putBack(state: EnvironmentState, order: ManualOrder): Answered | null {
  const target = rollbackTarget(state)
  const back = target && bringBack(state, order)
  return (
    target &&
    back && { step: back, outcome: begun(state, { kind: 'set-up-again', name: nameOfOrder(target) }) }
  )
}

/** The build of the named commit, or the newest of the followed branch; where only people deploy, what they deployed last. */
export function patch(state: EnvironmentState, order: ManualOrder): Answered {
  const refusal = closed(state) ?? unapproved(state) ?? unprepared(state)
  if (refusal) return no(state, refusal)
  if (order.commit || state.lifecycle.preview !== null || state.definition.branch !== null)
    return buildHead(state, order, 'push')
  if (state.current) return again(state, state.current.order, { ...order, kind: 'redeploy' })
  return no(state, { code: 'no-build', environment: state.name })
}

function closed(state: EnvironmentState): Refusal | null {
  return isClosing(state) ? { code: 'tearing-down', environment: state.name } : null
}

/** S2.4, S2.5, S2.9: the reason why a patch would be refused, reported before anything is queued. */
function unprepared(state: EnvironmentState): Refusal | null {
  if (state.definition.requireSetup !== 'refuse' || !isSetupRequired(state)) return null
  const because = state.setup === null ? 'never' : 'content'
  return { code: 'setup-required', app: state.app, environment: state.name, because, promotion: null }
}

/** S2.24: where deployments need approval, different variables or another template need a promotion with setup. */
function unapproved(state: EnvironmentState): Refusal | null {
  const change = setupChange(state)
  if (change?.way !== 'approval') return null
  const candidate = state.current?.order.candidate ?? null
  const promotion = candidate && {
    ...{ candidate: candidate.name, releaseId: candidate.releaseId, number: candidate.number },
    ...{ override: null, reason: null, olderConfirmed: false },
  }
  const { app, name: environment } = state
  return { code: 'setup-needs-approval', app, environment, because: change.because, promotion }
}

function setUpFailed(
  state: EnvironmentState,
  failed: NonNullable<EnvironmentState['failed']>,
  order: ManualOrder,
): Answered {
  const { attempt } = failed.entry
  const deployment = reordered(failed.entry.order)
  const entry: LaneEntry = {
    order: deployment,
    attempt: { ...firstAttempt, number: attempt.number + 1, from: 'setup', runs: failed.runs },
  }
  return {
    step: moved({ ...state, failed: null, queue: [entry, ...state.queue] }, deployment, {
      kind: 'deployment.queued',
      facts: { ...subjectOf(deployment), how: { kind: 'set-up-again' } },
      at: order.at,
      by: order.by,
      attempt: entry.attempt.number,
    }),
    outcome: begun(state, { kind: 'set-up-again', name: nameOfOrder(deployment) }),
  }
}

function again(
  state: EnvironmentState,
  current: DeploymentRequest,
  order: ManualOrder & { readonly kind: 'rebuild' | 'redeploy' },
): Answered {
  const waiting = lineFull(state)
  if (waiting !== null) return no(state, { code: 'line-full', environment: state.name, waiting })
  const { deploymentId: id, by, at, kind } = order
  const next: DeploymentRequest = {
    ...reordered(current),
    id,
    kind,
    rollbackOnFailedCheck: state.definition.rollbackOnFailedCheck,
    requestedBy: by,
    requestedAt: at,
    acceptance: 'by-check',
    configHash: state.configHash,
  }
  const name = nameOfOrder(current)
  const change = setupChange(state)
  const task: EnvironmentTask =
    kind === 'rebuild'
      ? { kind: 'set-up-again', name }
      : change === null
        ? { kind: 'patched-again', name }
        : { kind: 'set-up-first', name, because: change.because }
  return { step: enqueue(state, next), outcome: begun(state, task) }
}

/** Records that a build is wanted; it runs first, and nothing is deployed before it succeeded (S2.1). */
function buildHead(state: EnvironmentState, order: ManualOrder, kind: 'push' | 'rebuild'): Answered {
  const { deploymentId, by, at } = order
  const { branch, commit } = whatToBuild(state, order)
  if (commit === undefined) return no(state, { code: 'no-build', environment: state.name })
  const next = withLifecycle(state, { wanted: { deploymentId, kind, commit, branch, by, at } })
  const of = branch ?? commit?.slice(0, 7) ?? ''
  return {
    step: {
      ...step(next),
      events: [environmentEvent(next, { kind: 'environment.build_wanted', facts: { of }, at, by })],
    },
    outcome: begun(state, order.commit ? { kind: 'one-build', of } : { kind: 'newest-build', of }),
  }
}

/** A named commit, the head of the branch it follows, or what is there already; undefined: unknown. */
function whatToBuild(
  { definition, lifecycle, current }: EnvironmentState,
  order: ManualOrder,
): { readonly branch: string | null; readonly commit: CommitSha | null | undefined } {
  const { preview, wanted } = lifecycle
  if (order.commit) return { branch: null, commit: order.commit }
  const branch = preview === null ? definition.branch : preview.branch
  if (branch !== null) return { branch, commit: null }
  return { branch, commit: current?.order.commit ?? wanted?.commit ?? preview?.commit }
}

const begun = (state: EnvironmentState, task: EnvironmentTask): Outcome =>
  done({ code: 'environment', environment: state.name, task })
const no = (state: EnvironmentState, refusal: Refusal): Answered => ({
  step: step(state),
  outcome: refuse(refusal),
})
