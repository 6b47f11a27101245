/** One attempt to put a build into an environment. It never waits for a person: a failure ends it with its stage. */
import { ApplicationFailure, isCancellation, proxyActivities } from '@temporalio/workflow'
import type { DeploymentResult } from '../domain/environment/finish.js'
import { planStages } from '../domain/environment/plan.js'
import type { LaneEntry, SetupRecord } from '../domain/environment/state.js'
import { parseCommitSha } from '../domain/identifiers.js'
import { isFirstLevel } from '../domain/pipeline.js'
import type { StageName } from '../domain/stage.js'
import type { DeploymentActivities, HostActivities, Inspection } from './activities/index.js'
import { type StageOutcome, StageSequence } from './stage-sequence.js'
import { STAGES_QUEUE } from './workflow-ids.js'

const { startDeployment, inspect } = proxyActivities<DeploymentActivities>({
  startToCloseTimeout: '1 minute',
  retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
})
const { chooseHost } = proxyActivities<HostActivities>({
  taskQueue: STAGES_QUEUE,
  startToCloseTimeout: '10 seconds',
})

export interface DeploymentInput {
  readonly entry: LaneEntry
  /** What the last setup of the environment did, null before the first. */
  readonly setup: SetupRecord | null
  readonly preview: boolean
  readonly fence: number
}

export async function deployment(input: DeploymentInput): Promise<DeploymentResult> {
  const { order, attempt } = input.entry
  const started = await startDeployment({
    id: order.id,
    app: order.app,
    environment: order.environment,
    releaseId: order.releaseId,
    attempt: attempt.number,
    by: order.requestedBy,
    links: !isFirstLevel(order.definition) && !input.preview,
  })
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
  const now = await inspect(order)
  const plan = planStages(order.definition, {
    setup: input.setup,
    now,
    rebuild: order.kind === 'rebuild',
    from: attempt.from,
  })
  if (plan.kind === 'refuse') return failedBefore(`setup is required: ${plan.because}`, progress)
  const stages = new StageSequence(input, await chooseHost())
  progress.runs = stages.runs
  const tampered = await stages.verify()
  if (tampered) return failedBefore(tampered, progress)

  let setup: SetupRecord | null = null
  let observed: string | null = null
  for (const stage of plan.stages) {
    progress.stage = stage
    if (stage !== 'check') progress.touched = true
    const end = await stages.run(stage, setup?.outputs ?? input.setup?.outputs ?? {})
    if (end.kind === 'aborted') return { kind: 'aborted', ...progress }
    if (end.kind === 'failed')
      return failed(stage, end, { touched: progress.touched, runs: stages.runs, setup })
    if (stage === 'setup') setup = recordSetup(input, now, end)
    observed = end.outputs['commit'] ?? observed
  }
  return { kind: 'succeeded', setup, observed: observed === null ? null : parseCommitSha(observed) }
}

function recordSetup(
  { entry: { order } }: DeploymentInput,
  now: Inspection,
  end: Extract<StageOutcome, { kind: 'passed' }>,
): SetupRecord {
  return {
    ...now,
    outputs: end.outputs,
    commit: order.commit,
    definition: order.definition,
    at: end.finishedAt,
  }
}

function failedBefore(reason: string, { runs }: Progress): DeploymentResult {
  return { kind: 'failed', stage: null, reason, inconclusive: false, touched: false, runs, setup: null }
}

function failed(
  stage: StageName,
  end: Extract<StageOutcome, { kind: 'failed' }>,
  rest: Pick<Extract<DeploymentResult, { kind: 'failed' }>, 'touched' | 'runs' | 'setup'>,
): DeploymentResult {
  return { kind: 'failed', stage, reason: end.reason, inconclusive: end.inconclusive, ...rest }
}
