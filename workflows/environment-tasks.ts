/** The long tasks of an environment: each runs beside the lane and its result is a change of state. */
import { type DriftFound, driftFound } from '../domain/environment/drift.js'
import { enqueue } from '../domain/environment/lane.js'
import { buildFailed } from '../domain/environment/preview.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  step,
  withLifecycle,
} from '../domain/environment/state.js'
import { admit, endTeardown } from '../domain/environment/teardown.js'
import { inspected } from '../domain/environment/versions.js'
import type { AppDefinition } from '../domain/pipeline.js'
import { buildWanted, checkDrift, claimPlace, freePlace, lookAt, tearDown } from './environment-work.js'
import { wordsOf } from './faults.js'
import type { KeptState } from './kept-state.js'
import type { Orders } from './orders.js'

/** The lane as seen by the lifecycle. */
export interface EnvironmentAccess {
  readonly kept: KeptState<EnvironmentState, LaneStep>
  readonly app: () => AppDefinition
  readonly orders: Orders<EnvironmentState, LaneStep>
}

export type Continuation = (state: EnvironmentState) => LaneStep
export type Task = 'build' | 'teardown' | 'drift' | 'place' | 'look'

export async function runTask(task: Task, lane: EnvironmentAccess): Promise<Continuation> {
  const { state } = lane.kept
  switch (task) {
    case 'place':
      await claimPlace(lane.app(), state)
      return step
    case 'look': {
      const found = await lookAt(state)
      return (now) => (found ? inspected(now, found, new Date().toISOString()) : step(now))
    }
    case 'teardown': {
      const result = await tearDown(state)
      if (result.kind === 'gone' && state.lifecycle.preview) await freePlace(state)
      return (now) => endTeardown(now, result, new Date().toISOString())
    }
    case 'drift': {
      const { found, of, runs } = await checkDrift(state)
      return (now) => driftSeen(now, { found, of, runs })
    }
    case 'build':
      return build(state, lane)
  }
}

async function build(state: EnvironmentState, lane: EnvironmentAccess): Promise<Continuation> {
  const { building } = state.lifecycle
  if (building === null) return step
  const built = await buildWanted(lane.app(), state, building)
  return (now) => {
    // A teardown that began in the meantime withdrew the order: an environment that is gone must not come back automatically.
    if (now.lifecycle.building?.deploymentId !== building.deploymentId) return step(now)
    const at = new Date().toISOString()
    if (built.kind === 'failed') return buildFailed(now, built.failure, at)
    const free = withLifecycle(now, { building: null })
    const { order } = built
    return admit(enqueue(free, asConfigured(now, order)), free, order)
  }
}

/** The build is deployed with the environment's present configuration. */
const asConfigured = (
  { configHash, definition }: EnvironmentState,
  order: DeploymentRequest,
): DeploymentRequest => ({
  ...order,
  configHash,
  rollbackOnFailedCheck: definition.rollbackOnFailedCheck,
})

function driftSeen(
  now: EnvironmentState,
  { found, of, runs }: { readonly found: DriftFound; readonly of: string; readonly runs: object },
): LaneStep {
  const counted = withLifecycle(now, { runs: { ...now.lifecycle.runs, ...runs } })
  return driftFound(counted, found, { of, at: new Date().toISOString() })
}

/** A task that ended with an error instead of a result, e.g. because a repository stays unreachable. */
export function failedTask(task: Task, error: unknown): Continuation {
  const failure = { kind: 'fault', message: wordsOf(error) } as const
  const at = new Date().toISOString()
  switch (task) {
    case 'teardown':
      return (now) => endTeardown(now, { kind: 'failed', stage: 'teardown', failure, runs: {} }, at)
    case 'build':
      return (now) => buildFailed(now, failure, at)
    case 'drift':
    case 'look':
    case 'place':
      return (now) => step(withLifecycle(now, { checkedAt: task === 'drift' ? at : now.lifecycle.checkedAt }))
  }
}
