/** One attempt to deploy a build to an environment. It never waits for a person: a failure ends it together with its stage. */

import type { WorkflowDefinitionOptions } from '@temporalio/common'
import {
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  setWorkflowOptions,
  workflowInfo,
} from '@temporalio/workflow'
import type { DeploymentResult } from '../domain/environment/attempt-end.js'
import { planStages } from '../domain/environment/plan.js'
import type { LaneEntry, SetupRecord } from '../domain/environment/state.js'
import { parseCommitSha } from '../domain/identifiers.js'
import type { Failure } from '../domain/reasons.js'
import type { StageName } from '../domain/stage.js'
import type { DeploymentActivities, Inspected, Inspection } from './activities/index.js'
import type { DeploymentInput } from './messages.js'
import { startOnFreeHost } from './own-queues.js'
import { type StageOutcome, StageSequence, stagesWish } from './stage-sequence.js'
import { environmentWorkflowId } from './workflow-ids.js'

const { startDeployment } = proxyActivities<DeploymentActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

export async function deployment(input: DeploymentInput): Promise<DeploymentResult> {
  const { order, attempt } = input.entry
  // Its stages come with its input, so only the environment may start it.
  if (workflowInfo().parent?.workflowId !== environmentWorkflowId(order.app, order.environment)) {
    throw ApplicationFailure.nonRetryable('Only its environment begins a deployment', 'ConfigInvalid')
  }
  const sequence: Progress = { touched: false, stage: null, runs: attempt.runs }
  try {
    const { id, app, environment, configHash, repository, commit, artifactDigest, artifactReference } = order
    const what = { app, environment, configHash, variablesOf: input.variablesOf, repository, commit }
    const start = { ...what, id, attempt: attempt.number, artifactDigest, artifactReference }
    const onHost = attempt.host === null ? await startOnFreeHost(stagesWish(input), start) : null
    const started = onHost?.started ?? (await startDeployment(start))
    if (started.kind === 'refused') return started
    return await runStages({ input, progress: sequence, host: onHost?.host ?? null }, started)
  } catch (error) {
    if (isCancellation(error)) return { kind: 'aborted', ...sequence }
    throw error instanceof Error ? error : ApplicationFailure.nonRetryable(String(error))
  }
}

/** It ends under the build it began with, if that has a name; from workers without one Temporal does not accept the option. */
export const staysWithItsBuild = (): WorkflowDefinitionOptions =>
  workflowInfo().currentDeploymentVersion?.deploymentName ? { versioningBehavior: 'PINNED' } : {}

setWorkflowOptions(staysWithItsBuild, deployment)

/** How far the attempt got, also when it is cancelled midway. */
interface Progress {
  touched: boolean
  stage: StageName | null
  /** Kept even if it fails before the first stage: a later retry must never repeat the key of a run that ended. */
  runs: LaneEntry['attempt']['runs']
}

interface Begun {
  readonly input: DeploymentInput
  readonly progress: Progress
  /** Null when none had a free slot. */
  readonly host: string | null
}

async function runStages(
  { input, progress, host }: Begun,
  { definition, templateHash, variablesHash }: Inspected,
): Promise<DeploymentResult> {
  const { order, attempt } = input.entry
  const now = { templateHash, variablesHash }
  const plan = planStages(definition, {
    setup: input.setup,
    now,
    rebuild: order.kind === 'rebuild' || order.setUp === true,
    from: attempt.from,
  })
  if (plan.kind === 'refuse')
    return failedBefore({ kind: 'setup-required', because: plan.because }, { now, runs: progress.runs })
  const stages = await StageSequence.on(input, definition, host)
  progress.runs = stages.runs
  return runPlanned({ input, progress, now, template: definition.template, stages }, plan.stages)
}

interface Run {
  readonly input: DeploymentInput
  readonly progress: Progress
  readonly now: Inspection
  /** Its path in the repository. */
  readonly template: string | null
  readonly stages: StageSequence
}

async function runPlanned(run: Run, planned: readonly StageName[]): Promise<DeploymentResult> {
  const { input, progress, now, stages } = run
  let setup: SetupRecord | null = null
  let observed: string | null = null
  for (const stage of planned) {
    progress.stage = stage
    if (stage !== 'check') progress.touched = true
    const end = await stages.run(stage, setup?.outputs ?? input.setup?.outputs ?? {})
    if (end.kind === 'aborted') return { kind: 'aborted', ...progress }
    if (end.kind === 'failed') return failed(run, end, { stage, setup })
    if (stage === 'setup') setup = recordSetup(run, end)
    if (stage === 'check') observed = end.outputs['commit'] ?? null
  }
  const seen = observed === null ? null : parseCommitSha(observed)
  return { kind: 'succeeded', setup, observed: seen, inspected: now }
}

function recordSetup(
  { input: { entry, variablesOf }, now, template }: Run,
  end: Extract<StageOutcome, { kind: 'passed' }>,
): SetupRecord {
  return {
    ...now,
    outputs: end.outputs,
    commit: entry.order.commit,
    template,
    variablesOf,
    at: end.finishedAt,
    order: entry.order,
  }
}

function failed(
  { input, progress, now, stages }: Run,
  { failure, unfit }: Extract<StageOutcome, { kind: 'failed' }>,
  { stage, setup }: { readonly stage: StageName; readonly setup: SetupRecord | null },
): DeploymentResult {
  if (unfit) return failedBefore(failure, { now, runs: input.entry.attempt.runs })
  const { touched } = progress
  return { kind: 'failed', stage, failure, touched, runs: stages.runs, setup, inspected: now }
}

function failedBefore(
  failure: Failure,
  { now, runs }: { readonly now: Inspection; readonly runs: Progress['runs'] },
): DeploymentResult {
  return { kind: 'failed', stage: null, failure, touched: false, setup: null, runs, inspected: now }
}
