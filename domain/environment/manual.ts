/** Rebuild and patch by hand: what a person may have done with an environment at any time (S2.11, S2.14). */
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

export interface HandOrder {
  readonly deploymentId: DeploymentId
  readonly by: UserId
  readonly at: string
  /** Of a patch: the build of this commit instead of the newest. */
  readonly commit?: CommitSha
  /** Of a rebuild: the person was told what is lost where setup begins anew. */
  readonly confirmed?: boolean
}

/** Setup again: of what failed, of what runs, or of the branch's head where nothing ever ran. Twice is harmless. */
export function rebuild(state: EnvironmentState, order: HandOrder): Answered {
  // What failed there was approved with what it brings.
  const refusal = closed(state) ?? (state.failed ? null : unapproved(state)) ?? unconfirmed(state, order)
  if (refusal) return no(state, refusal)
  if (state.failed) return setUpFailed(state, state.failed, order)
  if (state.current) return again(state, state.current.order, { ...order, kind: 'rebuild' })
  if (state.definition.branch !== null || state.lifecycle.preview !== null)
    return buildHead(state, order, 'rebuild')
  return putBack(state, order) ?? no(state, { code: 'no-build', environment: state.name })
}

/** There is nothing to run, or what is there may lose what is stored in it, and nobody has said that they know. */
function unconfirmed(state: EnvironmentState, { confirmed = false }: HandOrder): Refusal | null {
  const { app, name: environment } = state
  if (!state.definition.stages.setup) return { code: 'no-setup-stage', environment }
  const runs = state.current ?? (state.failed?.touched ? state.failed.entry : null)
  if (runs === null || confirmed || !isPermanent(state)) return null
  return { code: 'rebuild-needs-confirmation', app, environment, runs: nameOfOrder(runs.order) }
}

function putBack(state: EnvironmentState, order: HandOrder): Answered | null {
  const target = rollbackTarget(state)
  const back = target && bringBack(state, order)
  return (
    target &&
    back && { step: back, outcome: begun(state, { kind: 'set-up-again', name: nameOfOrder(target) }) }
  )
}

/** The build of the commit that is named, the newest of the branch it follows, or, where only people deploy, what they last put there once more. */
export function patch(state: EnvironmentState, order: HandOrder): Answered {
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

/** S2.4, S2.5, S2.9: what a patch would be refused for, told before anything waits in line. */
function unprepared(state: EnvironmentState): Refusal | null {
  if (state.definition.requireSetup !== 'refuse' || !isSetupRequired(state)) return null
  const because = state.setup === null ? 'never' : 'content'
  return { code: 'setup-required', app: state.app, environment: state.name, because, promotion: null }
}

/** S2.24: where people approve what comes, other variables and another template come by a promotion with a setup. */
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
  order: HandOrder,
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
  order: HandOrder & { readonly kind: 'rebuild' | 'redeploy' },
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

/** Notes that a build is wanted; it is made first, and nothing runs before it succeeded (S2.1). */
function buildHead(state: EnvironmentState, order: HandOrder, kind: 'push' | 'rebuild'): Answered {
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

/** A named commit, the head of the branch it follows, or what is there already; undefined: nothing is known. */
function whatToBuild(
  { definition, lifecycle, current }: EnvironmentState,
  order: HandOrder,
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
