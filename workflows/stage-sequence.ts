/** Runs the stages of one attempt on one host, each with its retry policy and its idempotency keys. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  proxyActivities,
  sleep,
} from '@temporalio/workflow'
import { unreachable } from '../domain/exhaustive.js'
import type { EnvironmentDefinition } from '../domain/pipeline.js'
import type { Failure } from '../domain/reasons.js'
import {
  judgeExit,
  type StageDefinition,
  type StageExit,
  type StageName,
  type StageReport,
  type StageRun,
} from '../domain/stage.js'
import type { StageActivities } from './activities/index.js'
import { wordsOf } from './faults.js'
import type { DeploymentInput } from './messages.js'
import {
  ASKED_AFTER,
  chooseHost,
  HostSilentError,
  type HostWish,
  MOST_CARRIED_MS,
  onHost,
  ownQueue,
} from './own-queues.js'
import { STAGES_QUEUE, stagesQueueOf } from './workflow-ids.js'

export type StageOutcome =
  | {
      readonly kind: 'passed'
      readonly outputs: Readonly<Record<string, string>>
      readonly finishedAt: string
    }
  /** `unfit`: nothing was begun, since the artifact is not what was built. */
  | { readonly kind: 'failed'; readonly failure: Failure; readonly unfit?: true }
  | { readonly kind: 'aborted' }

const FIRST_BACKOFF_MS = 1_000
const LONGEST_BACKOFF_MS = 60_000

export class StageSequence {
  private readonly input: DeploymentInput
  private readonly environment: EnvironmentDefinition
  private host: string
  private readonly wish: HostWish
  private readonly last: Partial<Record<StageName, number>>
  /** The first stage of a deployment first verifies that the artifact is what was built. */
  private verify: boolean

  private constructor(
    input: DeploymentInput,
    environment: EnvironmentDefinition,
    host: string,
    wish: HostWish,
  ) {
    this.input = input
    this.environment = environment
    this.host = host
    this.wish = wish
    this.last = { ...input.entry.attempt.runs }
    this.verify = input.work === null
  }

  /** Uses the given host or the one where its stages began, else waits for one. */
  static async on(
    input: DeploymentInput,
    definition: EnvironmentDefinition,
    given: string | null = null,
  ): Promise<StageSequence> {
    const wish = stagesWish(input)
    const host = given ?? input.entry.attempt.host ?? (await chooseHost(wish))
    return new StageSequence(input, definition, host, wish)
  }

  /** The last run of each stage, so that a person's retry is a new one. */
  get runs(): Readonly<Partial<Record<StageName, number>>> {
    return this.last
  }

  /** Runs a stage until its end is known; exit 75 and the errors of a check are retried with a new run. */
  async run(
    stage: StageName,
    outputs: Readonly<Record<string, string>>,
    definition: StageDefinition | null = this.definitionOf(stage),
  ): Promise<StageOutcome> {
    if (!definition) return { kind: 'passed', outputs: {}, finishedAt: new Date().toISOString() }
    for (let tried = 0; ; tried++) {
      const run =
        tried === 0 && this.reattaches(stage) ? (this.last[stage] ?? 1) : (this.last[stage] ?? 0) + 1
      this.last[stage] = run
      const outcome = await this.once({ stage, run, definition, outputs })
      if (outcome.kind !== 'again') return outcome
      if (tried >= definition.retries) {
        return {
          kind: 'failed',
          failure: { kind: 'kept-failing', stage, runs: run, timedOutMs: timeOf(outcome.exit) },
        }
      }
      await sleep(Math.min(FIRST_BACKOFF_MS * 2 ** tried, LONGEST_BACKOFF_MS))
    }
  }

  private async once(order: {
    readonly stage: StageName
    readonly run: number
    readonly definition: StageDefinition
    readonly outputs: Readonly<Record<string, string>>
  }): Promise<StageOutcome | Again> {
    const { entry, fence, work } = this.input
    const { variables, secrets } = this.environment
    const given = { variables, secrets }
    try {
      const id = `${work === null ? '' : `${work}/`}${order.stage}/${order.run}`
      const activities = this.activities(id, order.definition.timeoutMs)
      const { verify } = this
      const end = await onHost(this.host, this.wish, () =>
        activities.runStage({ ...order, given, entry, fence, work, verify, next: this.after(order.stage) }),
      )
      if ('elsewhere' in end) {
        // An interrupted attempt began it: starting it here too would do everything twice.
        this.host = end.elsewhere
        return await this.once(order)
      }
      this.verify = false
      return 'unfit' in end
        ? { kind: 'failed', failure: end.unfit, unfit: true }
        : judge(order.stage, end.report)
    } catch (error) {
      if (isCancellation(error)) return { kind: 'aborted' }
      if (error instanceof HostSilentError)
        return { kind: 'failed', failure: { kind: 'host-lost', host: this.host } }
      const fault = finalFault(error)
      if (fault) return { kind: 'failed', failure: { kind: 'fault', message: fault } }
      throw error
    }
  }

  /** After a lost contact that a person waited for, the same key finds the command that may still run. */
  private reattaches(stage: StageName): boolean {
    const { from, reattach } = this.input.entry.attempt
    return reattach && from === stage
  }

  private definitionOf(stage: StageName): StageDefinition | null {
    const { stages } = this.environment
    return stage === 'build' ? null : stages[stage]
  }

  /** A deployment is checked. */
  private after(stage: StageName): StageRun | null {
    return stage === 'setup' || stage === 'patch' ? (this.definitionOf('check')?.run ?? null) : null
  }

  /** Fixed ids, so that a replay notices when stages are added or change places. */
  private activities(activityId: string, timeoutMs: number): StageActivities {
    return proxyActivities<StageActivities>({
      activityId,
      taskQueue: ownQueue(stagesQueueOf(this.host)),
      scheduleToStartTimeout: ASKED_AFTER,
      // The supervisor enforces the command's own timeout, and heartbeats detect a lost worker; this is only for one that hangs.
      startToCloseTimeout: timeoutMs + MOST_CARRIED_MS,
      heartbeatTimeout: '10 seconds',
      cancellationType: 'WAIT_CANCELLATION_COMPLETED',
      retry: { initialInterval: '500 milliseconds', maximumInterval: '10 seconds' },
    })
  }
}

/** What the stages of a deployment, or of an environment's own work, want of a host. */
export function stagesWish({ entry, work: own, runsOn }: DeploymentInput): HostWish {
  const { app, environment, id: deployment } = entry.order
  const [id, deploymentId] = own === null ? [deployment, deployment] : [own, null]
  const work = { id: `stages/${id}`, app, environment, deploymentId, commit: null }
  return { work, part: STAGES_QUEUE, runsOn }
}

/** The message of an activity's permanent failure; null for everything else. */
function finalFault(error: unknown): string | null {
  const cause = error instanceof ActivityFailure ? error.cause : null
  return cause instanceof ApplicationFailure && cause.nonRetryable ? wordsOf(error) : null
}

/** Worth one more run, if one is left. */
interface Again {
  readonly kind: 'again'
  readonly exit: StageExit
}

const timeOf = (exit: StageExit): number | null => (exit.kind === 'timed-out' ? exit.afterMs : null)

function judge(stage: StageName, report: StageReport): StageOutcome | Again {
  const verdict = judgeExit(stage, report.exit)
  switch (verdict) {
    case 'passed':
      return { kind: 'passed', outputs: report.outputs, finishedAt: report.finishedAt }
    case 'retry':
      return { kind: 'again', exit: report.exit }
    case 'cancelled':
      return { kind: 'aborted' }
    case 'inconclusive':
      return { kind: 'failed', failure: { kind: 'inconclusive', stage } }
    case 'failed':
      return { kind: 'failed', failure: { kind: 'exit', stage, exit: report.exit } }
    default:
      return unreachable(verdict)
  }
}
