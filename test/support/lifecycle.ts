/** Environments with a life cycle: previews, and environments that are set up, run, fail and are torn down. */

import type { Done } from '../../domain/done.js'
import type { EnvironmentLifecycle } from '../../domain/environment/lifecycle.js'
import { createPreview, previewDefinition } from '../../domain/environment/preview.js'
import { newEnvironment } from '../../domain/environment/record.js'
import type {
  Deployed,
  DeploymentRequest,
  EnvironmentState,
  FailedDeployment,
  SetupRecord,
} from '../../domain/environment/state.js'
import { firstAttempt, withLifecycle } from '../../domain/environment/state.js'
import { parseEnvironmentName } from '../../domain/identifiers.js'
import type { Failure } from '../../domain/reasons.js'
import type { Outcome, Refusal } from '../../domain/refusal.js'
import { anApp } from './app-definition.js'
import { ALICE, anOrder, commitOf, deploymentId, minute, sure } from './lane.js'

/** An environment checked for drift every hour, and previews like it: for an hour, two extensions, at most four hours. */
export const previewApp = anApp({
  environments: `
      - { name: integration, mode: continuous, driftEvery: 1h, variables: { LEVEL: info }, setup: { run: s }, patch: { run: p }, check: { run: c }, teardown: { run: t } }`,
  more: `    previews: { like: integration, expires: 1h, notice: [30m, 10m], extensions: 2, maxAge: 4h, most: 2, variables: { SCHEMA: "s_{name}" } }`,
})

const NAME = sure(parseEnvironmentName('pr-9'))
const origin = { commit: commitOf(1), branch: 'feature' }

/** A preview name that is not in use. */
export function noPreview(): EnvironmentState {
  return newEnvironment(previewApp, sure(previewDefinition(previewApp, NAME, 'feature')))
}

/** Just created; it has requested a place and a build. */
export function aPreview(change: Partial<EnvironmentLifecycle> = {}): EnvironmentState {
  const order = { deploymentId: deploymentId(1), by: ALICE, at: minute(0), ref: null, origin }
  return withLifecycle(createPreview(noPreview(), previewApp, order).state, change)
}

/** A preview with a place that expires at minute 60, still empty. */
export const aLivingPreview = (change: Partial<EnvironmentLifecycle> = {}): EnvironmentState =>
  aPreview({
    expiry: { startedAt: minute(0), at: minute(60), extensions: 0, noticed: [] },
    wanted: null,
    ...change,
  })

/** The environment with a running deployment. */
export function running(
  state: EnvironmentState,
  order: DeploymentRequest = orderFor(state),
  acceptance: Deployed['acceptance'] = 'accepted',
): EnvironmentState {
  return { ...state, current: { order, acceptance, since: minute(1) } }
}

/** The deployment of a push. */
export const orderFor = (state: EnvironmentState, number = 1): DeploymentRequest =>
  anOrder(number, { environment: state.name })

export const exit: Failure = { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } }

/** The environment after a failed deployment. */
export function failing(
  state: EnvironmentState,
  order: DeploymentRequest = orderFor(state),
  change: Partial<FailedDeployment> = {},
): EnvironmentState {
  const entry = { order, attempt: firstAttempt }
  const failed = {
    entry,
    stage: 'patch',
    why: exit,
    runs: { setup: 1 },
    touched: true,
    at: minute(2),
  } as const
  return { ...state, failed: { ...failed, ...change } }
}

/** The record of its last setup. */
export const setUp = (state: EnvironmentState, change: Partial<SetupRecord> = {}): EnvironmentState => ({
  ...state,
  setup: {
    templateHash: null,
    variablesHash: 'v1',
    outputs: {},
    commit: commitOf(1),
    template: null,
    variablesOf: state.configHash,
    at: minute(1),
    order: orderFor(state),
    ...change,
  },
})

/** The deployment that has the lane. */
export const deploying = (state: EnvironmentState, order = orderFor(state)): EnvironmentState => ({
  ...state,
  running: { entry: { order, attempt: firstAttempt }, aborting: null, since: minute(3) },
})

/** The deployments in the queue. */
export const queued = (
  state: EnvironmentState,
  ...orders: readonly DeploymentRequest[]
): EnvironmentState => ({
  ...state,
  queue: orders.map((order) => ({ order, attempt: firstAttempt })),
  known: orders.map(({ id }) => id),
})

/** The answer to an order: what was done, or why it was not. */
export const answered = (outcome: Outcome): Done | Refusal =>
  outcome.kind === 'done' ? outcome.done : outcome.refusal
