/** Retry, skip, abort and roll back: what a person may do with a deployment in an environment. */
import type { DeploymentId, UserId } from '../identifiers.js'
import { done, type Outcome, refuse } from '../refusal.js'
import type { StageName } from '../stage.js'
import { environmentEvent, moved, recordOf } from './moves.js'
import {
  type Attempt,
  type DeploymentOrder,
  type EnvironmentState,
  type FailedDeployment,
  type LaneEntry,
  type LaneStep,
  nameOfOrder,
  step,
} from './state.js'

/** A step, and what the person is told. */
export interface Answered {
  readonly step: LaneStep
  readonly outcome: Outcome
}

interface By {
  readonly by: UserId
  readonly at: string
}

/** Leaving these out leaves a deployment that is not one. */
const unskippable: ReadonlySet<StageName> = new Set(['setup', 'patch'])

const no = (state: EnvironmentState, outcome: Outcome): Answered => ({ step: step(state), outcome })

/** The next attempt, in front of the line, from the stage that failed. Refused once something overtook it. */
export function retry(state: EnvironmentState, id: DeploymentId, by: By): Answered {
  const failed = state.failed?.entry.order.id === id ? state.failed : null
  if (!failed) return no(state, refuse(cannotRetry(state)))
  return again(state, failed, { from: failed.stage, verb: 'retried', by })
}

/** As {@link retry}, but from the stage after the failed one; only a check can be left out. */
export function skip(state: EnvironmentState, id: DeploymentId, by: By): Answered {
  const failed = state.failed?.entry.order.id === id ? state.failed : null
  if (!failed) return no(state, refuse(cannotRetry(state)))
  if (!failed.stage || unskippable.has(failed.stage)) {
    return no(state, refuse({ code: 'not-supported', what: `Skipping ${failed.stage ?? 'the preparation'}` }))
  }
  return again(state, failed, { from: 'end', verb: 'skipped', by })
}

/** The end of a deployment that waits, runs or failed. A running one is cancelled by the workflow. */
export function abort(state: EnvironmentState, id: DeploymentId, by: By): Answered {
  const waiting = state.queue.find((entry) => entry.order.id === id)
  if (state.running?.entry.order.id === id) {
    const running = { ...state.running, aborting: by.by }
    return { step: step({ ...state, running }), outcome: aborting(state, running.entry.order) }
  }
  if (waiting) {
    const queue = state.queue.filter((entry) => entry !== waiting)
    return { step: ended({ ...state, queue }, waiting.order, by), outcome: aborting(state, waiting.order) }
  }
  if (state.failed?.entry.order.id === id) {
    const { order } = state.failed.entry
    return { step: ended(state, order, by), outcome: aborting(state, order) }
  }
  return no(state, refuse({ code: 'nothing-to-abort', environment: state.name }))
}

/** Where a rollback goes by itself: the last accepted deployment that is not what is (or was being) put there now. */
export function rollbackTarget(state: EnvironmentState): DeploymentOrder | null {
  const inPlace = state.running?.entry.order ?? state.failed?.entry.order ?? state.current?.order
  if (!inPlace) return null
  return (
    state.accepted.findLast((order) => order.id !== inPlace.id && order.commit !== inPlace.commit) ??
    sameCommit(state, inPlace)
  )
}

/** After a failed redeployment of what was accepted before, going back to the same commit still repairs it. */
function sameCommit(state: EnvironmentState, inPlace: DeploymentOrder): DeploymentOrder | null {
  const failedHere = state.failed?.entry.order.id === inPlace.id
  return failedHere ? (state.accepted.findLast((order) => order.id !== inPlace.id) ?? null) : null
}

export interface RollbackOrder extends By {
  readonly deploymentId: DeploymentId
  readonly to: DeploymentId | null
  readonly reason: string
}

/** S3.19, S5.13: the earlier artifacts again, first in line, no build and no gate; then a hold against automation. */
export function rollBack(state: EnvironmentState, order: RollbackOrder): Answered {
  const target = order.to
    ? (state.accepted.find((one) => one.id === order.to) ?? null)
    : rollbackTarget(state)
  if (!target && order.to) {
    return no(state, refuse({ code: 'not-an-accepted-deployment', environment: state.name, text: order.to }))
  }
  if (!target) return no(state, refuse({ code: 'nothing-to-roll-back-to', environment: state.name }))
  const entry = rollbackEntry(state, target, order)
  const queued = moved(state, entry.order, {
    to: 'queued',
    at: order.at,
    by: order.by,
    says: 'The rollback waits in line.',
    tell: 'keep',
  })
  const reason = order.reason || `rolled back to ${nameOfOrder(target)}`
  const held: EnvironmentState = {
    ...state,
    known: [...state.known, order.deploymentId],
    queue: [entry, ...state.queue],
    hold: { by: order.by, reason, since: order.at },
  }
  return {
    step: {
      state: held,
      newDeployments: [recordOf(entry.order)],
      moves: queued.moves,
      news: queued.news,
      events: [
        environmentEvent(held, {
          kind: 'environment.rollback',
          at: order.at,
          by: order.by,
          says: `Rolling ${state.name} back to ${nameOfOrder(target)}.`,
          tell: 'broadcast',
          data: { to: nameOfOrder(target), commit: target.commit, reason },
        }),
      ],
    },
    outcome: done({ code: 'rolling-back', environment: state.name, to: nameOfOrder(target) }),
  }
}

/** The accepted deployment once more, under a new id. */
function rollbackEntry(state: EnvironmentState, target: DeploymentOrder, order: RollbackOrder): LaneEntry {
  return {
    attempt: { number: 1, from: null, runs: {} },
    order: {
      ...target,
      id: order.deploymentId,
      kind: 'rollback',
      definition: state.definition,
      requestedBy: order.by,
      requestedAt: order.at,
      acceptance: 'by-check',
      urgency: 'rollback',
      configHash: state.configHash,
    },
  }
}

function again(
  state: EnvironmentState,
  failed: FailedDeployment,
  how: { readonly from: Attempt['from']; readonly verb: 'retried' | 'skipped'; readonly by: By },
): Answered {
  const { attempt } = failed.entry
  // A check that was left out accepts nothing: a person has to.
  const order: DeploymentOrder =
    how.verb === 'skipped' ? { ...failed.entry.order, acceptance: 'by-person' } : failed.entry.order
  const stage = failed.stage ?? 'the preparation'
  const entry: LaneEntry = {
    order,
    attempt: { number: attempt.number + 1, from: how.from, runs: failed.runs },
  }
  const next = { ...state, failed: null, queue: [entry, ...state.queue] }
  return {
    step: moved(next, order, {
      to: 'queued',
      at: how.by.at,
      by: how.by.by,
      attempt: entry.attempt.number,
      says: `${stage} of ${nameOfOrder(order)} in ${state.name} was ${how.verb}.`,
    }),
    outcome: done({ code: how.verb === 'retried' ? 'retrying' : 'skipping', environment: state.name, stage }),
  }
}

function ended(state: EnvironmentState, order: DeploymentOrder, by: By): LaneStep {
  return moved(state, order, {
    ...by,
    to: 'aborted',
    note: 'aborted',
    says: `The deployment of ${nameOfOrder(order)} to ${state.name} was aborted.`,
  })
}

const aborting = (state: EnvironmentState, order: DeploymentOrder): Outcome =>
  done({ code: 'aborting', environment: state.name, what: nameOfOrder(order) })

function cannotRetry(state: EnvironmentState): Parameters<typeof refuse>[0] {
  const now = state.running?.entry.order ?? state.queue[0]?.order ?? state.current?.order
  return now
    ? { code: 'overtaken', environment: state.name, by: nameOfOrder(now) }
    : { code: 'nothing-to-retry', environment: state.name, state: 'absent' }
}
