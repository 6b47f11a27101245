/** What an environment does besides deployments: its own builds, drift checks, and its teardown. */
import { proxyActivities, workflowInfo } from '@temporalio/workflow'
import type { DriftFound } from '../domain/environment/drift.js'
import { type Wanted } from '../domain/environment/lifecycle.js'
import type { Inspected } from '../domain/environment/plan.js'
import type { Origin } from '../domain/environment/preview.js'
import {
  type DeploymentRequest,
  type EnvironmentState,
  firstAttempt,
  type LaneEntry,
} from '../domain/environment/state.js'
import { type TeardownResult, teardownEntry } from '../domain/environment/teardown.js'
import type { CommitSha } from '../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../domain/pipeline.js'
import { type Failure, isVerdict } from '../domain/reasons.js'
import type { Refusal } from '../domain/refusal.js'
import type { StageDefinition, StageName } from '../domain/stage.js'
import type {
  BuildResult,
  DefinitionKey,
  DeploymentActivities,
  EnvironmentActivities,
} from './activities/index.js'
import { buildOnce } from './build-once.js'
import type { DeploymentInput } from './messages.js'
import { type StageOutcome, StageSequence } from './stage-sequence.js'

const short = proxyActivities<EnvironmentActivities & Pick<DeploymentActivities, 'inspect'>>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

/** What the ref of a new preview resolves to, or why it does not. */
export const resolveOrigin = (
  app: AppDefinition,
  ref: string,
): Promise<
  | { readonly kind: 'resolved'; readonly origin: Origin }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
> => short.resolveOrigin({ app, ref })

/** Requests a place among the limited number of previews. */
export async function claimPlace(app: AppDefinition, state: EnvironmentState): Promise<void> {
  const { preview } = state.lifecycle
  const claim = { name: state.name, branch: preview?.branch ?? null, most: app.previews?.most ?? 0 }
  await short.claimPlace({ app: app.name, claim })
}

/** Starts the owner of the places from its record if needed: otherwise the place would stay taken forever. */
export const freePlace = ({ app, name }: EnvironmentState): Promise<void> => short.freePlace({ app, name })

/** What a setup would apply now, preferably for what was refused or failed; null while no commit is known. */
export async function lookAt(state: EnvironmentState): Promise<Inspected | null> {
  const { repository, setup, failed, current } = state
  const commit = failed?.entry.order.commit ?? current?.order.commit ?? setup?.commit ?? null
  if (commit === null) return null
  const { templateHash, variablesHash } = await short.inspect({ ...presentKey(state), repository, commit })
  return { templateHash, variablesHash }
}

/** The keys of today's definition. */
const presentKey = ({ app, name: environment, configHash }: EnvironmentState): DefinitionKey => ({
  app,
  environment,
  configHash,
  variablesOf: configHash,
})

export type Built =
  | { readonly kind: 'built'; readonly order: DeploymentRequest }
  | { readonly kind: 'failed'; readonly failure: Failure }

/** Makes, or finds, the one build of what is wanted, and returns the order that deploys it here. */
export async function buildWanted(
  app: AppDefinition,
  state: EnvironmentState,
  wanted: Wanted,
): Promise<Built> {
  const commit = wanted.commit ?? (await short.branchHead({ app, branch: wanted.branch ?? app.trunk }))
  if (commit === null) {
    return { kind: 'failed', failure: { kind: 'no-branch', branch: wanted.branch ?? app.trunk } }
  }
  const result = await buildOnce({
    app,
    commit,
    releaseId: null,
    owner: `${app.name}/${state.name}/${wanted.deploymentId}`,
    activityId: `build/${wanted.deploymentId}/${workflowInfo().historyLength}`,
  })
  if (result.kind === 'failed') return result
  return { kind: 'built', order: orderFor(app, state, { wanted, commit, ...result }) }
}

function orderFor(
  app: AppDefinition,
  state: EnvironmentState,
  build: { readonly wanted: Wanted; readonly commit: CommitSha } & Pick<
    Extract<BuildResult, { kind: 'built' }>,
    'digest' | 'reference'
  >,
): DeploymentRequest {
  const { wanted, commit, digest, reference } = build
  return {
    id: wanted.deploymentId,
    kind: wanted.kind,
    app: app.name,
    environment: state.name,
    repository: state.repository,
    candidate: null,
    commit,
    artifactDigest: digest,
    artifactReference: reference,
    requestedBy: wanted.by,
    requestedAt: new Date().toISOString(),
    rollbackOnFailedCheck: state.definition.rollbackOnFailedCheck,
    acceptance: state.definition.accept ? 'by-person' : 'by-check',
    hotfix: false,
    configHash: state.configHash,
    override: null,
    passesFreeze: false,
  }
}

/** Stages that belong to no deployment: their key contains the environment's generation. */
function sequence(
  state: EnvironmentState,
  what: Pick<DeploymentInput, 'entry' | 'variablesOf'>,
  definition: EnvironmentDefinition,
): Promise<StageSequence> {
  const work = `${state.app}/${state.name}/${state.lifecycle.generation}`
  const { setup, fence } = state
  const input = { ...what, setup, preview: false, fence, runsOn: definition.runsOn ?? null, work }
  return StageSequence.on(input, definition)
}

/** Runs the teardown and then the probe, each with setup's outputs (S2.16, S2.18). */
export async function tearDown(state: EnvironmentState): Promise<TeardownResult> {
  const last = teardownEntry(state)
  if (last === null) return { kind: 'gone', runs: {} }
  const { configHash } = last.entry.order
  const key = { ...presentKey(state), configHash, variablesOf: last.variablesOf }
  const definition = await short.readDefinition(key)
  const run = await sequence(state, last, definition)
  const outputs = state.setup?.outputs ?? {}
  const steps: readonly (readonly [StageName, StageDefinition | null])[] = [
    ['teardown', definition.stages.teardown],
    ['check', definition.probe],
  ]
  for (const [stage, how] of steps) {
    if (how === null) continue
    const end = await run.run(stage, outputs, how)
    if (end.kind !== 'passed')
      return { kind: 'failed', stage, failure: whyNotGone(stage, end), runs: run.runs }
  }
  return { kind: 'gone', runs: run.runs }
}

function whyNotGone(stage: StageName, end: Exclude<StageOutcome, { kind: 'passed' }>): Failure {
  return end.kind === 'failed' ? end.failure : { kind: 'exit', stage, exit: { kind: 'cancelled' } }
}

export interface Looked {
  readonly found: DriftFound
  readonly of: string
  readonly runs: Readonly<Partial<Record<StageName, number>>>
}

/** Runs only the check and reads what it observed. */
export async function checkDrift(state: EnvironmentState): Promise<Looked> {
  const order = state.current?.order
  const runs = state.lifecycle.runs
  if (!order) return { found: null, of: '', runs }
  const entry: LaneEntry = {
    order,
    attempt: { ...firstAttempt, runs },
  }
  const key = presentKey(state)
  const definition = await short.readDefinition(key)
  const run = await sequence(state, { entry, variablesOf: key.variablesOf }, definition)
  const end = await run.run('check', state.setup?.outputs ?? {})
  return { found: found(end), of: order.id, runs: run.runs }
}

function found(end: StageOutcome): DriftFound {
  switch (end.kind) {
    case 'passed':
      return { kind: 'passed', commit: end.outputs['commit'] ?? null, digest: end.outputs['digest'] ?? null }
    case 'failed':
      // Not knowing is not drift: a lost host, an inconclusive check and a check that errs say nothing about it.
      return isVerdict(end.failure) ? end : null
    case 'aborted':
      return null
  }
}
