/** One attempt to put a build into an environment. It never waits for a person: a failure ends it with its stage. */
import { ApplicationFailure, isCancellation, proxyActivities, workflowInfo } from '@temporalio/workflow'
import { emptyChange } from '../domain/change.js'
import type { DeploymentResult } from '../domain/environment/attempt-end.js'
import { eventOf, subjectOf } from '../domain/environment/deployment-events.js'
import { planStages } from '../domain/environment/plan.js'
import type { LaneEntry, SetupRecord } from '../domain/environment/state.js'
import { parseCommitSha, SLIPWAY } from '../domain/identifiers.js'
import type { ArtifactVerdict } from '../domain/image.js'
import type { Failure } from '../domain/reasons.js'
import type { StageName } from '../domain/stage.js'
import type { DeploymentActivities, Inspection, RecordActivities } from './activities/index.js'
import type { DeploymentInput } from './messages.js'
import { type StageOutcome, StageSequence } from './stage-sequence.js'
import { environmentWorkflowId } from './workflow-ids.js'

const { startDeployment, inspect, recordChange } = proxyActivities<DeploymentActivities & RecordActivities>({
  startToCloseTimeout: '1 minute',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})

export async function deployment(input: DeploymentInput): Promise<DeploymentResult> {
  const { order, attempt } = input.entry
  // Its stages come with its input, so nobody but the environment may give it.
  if (workflowInfo().parent?.workflowId !== environmentWorkflowId(order.app, order.environment)) {
    throw ApplicationFailure.nonRetryable('Only its environment begins a deployment', 'ConfigInvalid')
  }
  const { commit, artifactDigest } = order
  const started = await startDeployment({ id: order.id, attempt: attempt.number, commit, artifactDigest })
  if (started.kind === 'refused') return started
  const sequence: Progress = { touched: false, stage: null, runs: attempt.runs }
  try {
    return await runStages(input, sequence)
  } catch (error) {
    if (isCancellation(error)) return { kind: 'aborted', ...sequence }
    throw error instanceof Error ? error : ApplicationFailure.nonRetryable(String(error))
  }
}

/** How far the attempt came, also when it is cancelled on the way. */
interface Progress {
  touched: boolean
  stage: StageName | null
  /** Kept over a failure before any stage too: a later retry must never repeat the key of a run that ended. */
  runs: LaneEntry['attempt']['runs']
}

async function runStages(input: DeploymentInput, progress: Progress): Promise<DeploymentResult> {
  const { order, attempt } = input.entry
  const { app, environment, configHash, repository, commit } = order
  const key = { app, environment, configHash, variablesOf: input.variablesOf }
  const { definition, ...now } = await inspect({ ...key, repository, commit })
  const plan = planStages(definition, {
    setup: input.setup,
    now,
    rebuild: order.kind === 'rebuild' || order.setUp === true,
    from: attempt.from,
  })
  if (plan.kind === 'refuse')
    return failedBefore(
      { kind: 'setup-required', because: plan.because },
      { now, runs: progress.runs, stage: null },
    )
  const stages = await StageSequence.on(input, definition)
  progress.runs = stages.runs
  const verdict = await stages.verify()
  if (verdict.kind === 'unchecked') await tellUnchecked(input.entry, verdict)
  if (verdict.kind === 'unfit') {
    const { failure } = verdict
    const stage = failure.kind === 'host-lost' ? goesOnAt(attempt) : null
    return failedBefore(failure, { now, runs: stages.runs, stage })
  }

  return runPlanned({ input, progress, now, template: definition.template, stages }, plan.stages)
}

/** Told once for each attempt that nobody could say whether the image is what was built. */
async function tellUnchecked(
  { order, attempt }: LaneEntry,
  { words, because }: Extract<ArtifactVerdict, { kind: 'unchecked' }>,
): Promise<void> {
  const facts = { ...subjectOf(order), image: order.artifactReference ?? '', words, because }
  const line = { at: new Date().toISOString(), by: SLIPWAY }
  await recordChange({
    ...emptyChange(order.app, `${order.id}/unchecked/${attempt.number}`),
    events: [eventOf(order, { kind: 'deployment.image_unchecked', facts, ...line })],
  })
}

/** The stage that a host was lost at before; a second silence does not forget it. */
const goesOnAt = ({ from }: LaneEntry['attempt']): StageName | null => (from === 'end' ? null : from)

interface Run {
  readonly input: DeploymentInput
  readonly progress: Progress
  readonly now: Inspection
  /** Path of it in the repository. */
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
    if (end.kind === 'failed')
      return {
        kind: 'failed',
        ...{ stage, failure: end.failure, touched: progress.touched },
        ...{ runs: stages.runs, setup, inspected: now },
      }
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

function failedBefore(
  failure: Failure,
  {
    now,
    runs,
    stage,
  }: { readonly now: Inspection; readonly runs: Progress['runs']; readonly stage: StageName | null },
): DeploymentResult {
  return { kind: 'failed', stage, failure, touched: false, setup: null, runs, inspected: now }
}
