/** Rolling back: deploys again what was accepted in an environment before, without a build and without gates. */
import type { DeploymentId } from '../identifiers.js'
import type { Failure } from '../reasons.js'
import { done, refuse } from '../refusal.js'
import { environmentEvent, moved, recordOf, subjectOf } from './deployment-events.js'
import { withKnown } from './line-limit.js'
import { reordered } from './override.js'
import type { Answered, By } from './retry-skip-abort.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

/** The same bytes: one commit may have been built twice, with different configurations. */
export const isSameBuild = (one: DeploymentRequest, other: DeploymentRequest): boolean =>
  one.commit === other.commit && one.artifactDigest === other.artifactDigest

/**
 * Where a rollback may go, oldest first: what was accepted there, without what was rolled back from. That returns only by a
 * person's promotion with its gates, so rolling back again goes further back.
 */
export function rollbackTargets(state: EnvironmentState): readonly DeploymentRequest[] {
  return state.accepted.reduce<readonly DeploymentRequest[]>((lineage, order) => {
    const origin = order.kind === 'rollback' ? lineage.findLastIndex((one) => isSameBuild(one, order)) : -1
    return [...(origin < 0 ? lineage : lineage.slice(0, origin)), order]
  }, [])
}

/**
 * The default target of a rollback: the last one that is not what is (or was being) deployed there now. After a failed
 * redeployment of what was accepted before, going back to the same build still repairs it.
 */
export function rollbackTarget(state: EnvironmentState): DeploymentRequest | null {
  const inPlace = state.running?.entry.order ?? state.failed?.entry.order ?? state.current?.order
  // After a teardown nothing is deployed: the target is the last good deployment that ran there.
  if (!inPlace) return state.lifecycle.tornDown === null ? null : (rollbackTargets(state).at(-1) ?? null)
  const others = rollbackTargets(state).filter((order) => order.id !== inPlace.id)
  const failedHere = state.failed?.entry.order.id === inPlace.id
  return (
    others.findLast((order) => !isSameBuild(order, inPlace)) ?? (failedHere ? (others.at(-1) ?? null) : null)
  )
}

/** The target that a person named; a build that was later rolled back to counts as that later deployment. */
function namedTarget(state: EnvironmentState, id: DeploymentId): DeploymentRequest | null {
  const named = state.accepted.find((one) => one.id === id)
  const targets = rollbackTargets(state)
  return (
    targets.find((one) => one.id === id) ??
    (named ? targets.findLast((one) => isSameBuild(one, named)) : null) ??
    null
  )
}

export interface RollbackOrder extends By {
  readonly deploymentId: DeploymentId
  readonly to: DeploymentId | null
  /** The person's reason, empty when none was given. */
  readonly reason: string
  /** The failed check that triggers it automatically; null when a person requested it. */
  readonly failure: Failure | null
}

/** The most rollbacks in one queue; they go first and find room where nothing else does. */
const MOST_ROLLBACKS = 3

/** S3.19, S5.13: the earlier artifacts again, first in the queue, no build and no gate; then a hold against automation. */
export function rollBack(state: EnvironmentState, order: RollbackOrder): Answered {
  const target = order.to ? namedTarget(state, order.to) : rollbackTarget(state)
  if (!target && order.to) {
    return {
      step: step(state),
      outcome: refuse({ code: 'not-an-accepted-deployment', environment: state.name, text: order.to }),
    }
  }
  if (!target)
    return {
      step: step(state),
      outcome: refuse({ code: 'nothing-to-roll-back-to', environment: state.name }),
    }
  return goBack(state, target, order)
}

/** S2.11: sets up and deploys again the last good deployment from before the teardown; null when there is none. */
export function bringBack(
  state: EnvironmentState,
  order: By & { readonly deploymentId: DeploymentId },
): LaneStep | null {
  const target = state.lifecycle.tornDown === null ? null : rollbackTarget(state)
  if (target === null) return null
  return goBack(state, target, { ...order, to: null, reason: '', failure: null }).step
}

function goBack(state: EnvironmentState, target: DeploymentRequest, order: RollbackOrder): Answered {
  const waiting = state.queue.filter((entry) => entry.order.kind === 'rollback').length
  if (waiting >= MOST_ROLLBACKS) {
    return {
      step: step(state),
      outcome: refuse({ code: 'line-full', environment: state.name, waiting: state.queue.length }),
    }
  }
  const entry = rollbackEntry(state, target, order)
  const { at, by, reason, failure } = order
  const rollback = { to: nameOfOrder(target), failure }
  const isBare = state.lifecycle.tornDown !== null && state.current === null
  const held: EnvironmentState = {
    ...state,
    known: withKnown(state, order.deploymentId),
    queue: [entry, ...state.queue],
    // A person's own hold keeps its reason.
    // Where nothing is deployed, there is nothing that automation could bring back.
    hold: state.hold?.rollback === null || isBare ? state.hold : { by, reason, since: at, rollback },
  }
  const queued = moved(held, entry.order, {
    kind: 'deployment.queued',
    facts: { ...subjectOf(entry.order), how: { kind: 'asked' } },
    at,
    by,
  })
  const facts = { ...rollback, commit: target.commit, reason }
  return {
    step: {
      ...queued,
      newDeployments: [recordOf(entry.order)],
      events: [environmentEvent(held, { kind: 'environment.rollback', facts, at, by })],
    },
    outcome: done({ code: 'rolling-back', environment: state.name, to: nameOfOrder(target) }),
  }
}

/** The accepted deployment again, under a new id. */
function rollbackEntry(state: EnvironmentState, target: DeploymentRequest, order: RollbackOrder): LaneEntry {
  return {
    attempt: firstAttempt,
    order: {
      ...reordered(target),
      id: order.deploymentId,
      kind: 'rollback',
      rollbackOnFailedCheck: state.definition.rollbackOnFailedCheck,
      requestedBy: order.by,
      requestedAt: order.at,
      acceptance: 'by-check',
      configHash: state.configHash,
      ...(state.setup === null ? { setUp: true } : {}),
    },
  }
}
