/** Named builds of Slipway, which Temporal tells apart by its Worker Deployments. */
import { type Client, isGrpcServiceError, type WorkflowExecutionInfo } from '@temporalio/client'
import { defineSearchAttributeKey } from '@temporalio/common'
import type { Adoption } from '../domain/environment/adoption.js'
import { type BuildId, type Signs, type Standing, UNNAMED } from '../domain/worker-builds.js'
import { GONE, orMissing, unlessGone } from './gateway-gone.js'
import { historiesOf } from './gateway-histories.js'
import { adoptedSignal } from './messages.js'
import { attemptOf, deploymentNameOf, MAIN_QUEUE } from './workflow-ids.js'

/** A running attempt, and the build that it stays with. */
export interface PinnedAttempt {
  readonly workflow: WorkflowExecutionInfo
  readonly build: BuildId
}

/** Which build has the workflows, with Temporal's token to detect changes since. */
export interface Found extends Standing {
  readonly token: Uint8Array | null
}

/** What one build asks about the others, and does about them. */
export interface Builds {
  standing(): Promise<Found>
  /** Of the workers that polled for workflows within the last minutes. */
  signs(): Promise<Signs>
  /** Running attempts that stay with another build. */
  attemptsElsewhere(): Promise<readonly PinnedAttempt[]>
  /**
   * Has Temporal give this build all workflows except other builds' attempts; false when something has changed since, or Temporal
   * does not know this build's worker yet.
   */
  takeOver(found: Found): Promise<boolean>
  historyOf(attempt: PinnedAttempt): ReturnType<typeof historiesOf>
  /** Tells the environment what happens to its attempt, then does it: the attempt continues on this build, or ends. */
  rescue(attempt: PinnedAttempt, goesOn: boolean): Promise<void>
}

/**
 * The named build that has the workflows; {@link UNNAMED} when workers without a name have them, and if the server cannot
 * answer, because no build has a name there. Throws while the server is away.
 */
export async function currentBuild(client: Client, queuePrefix: string): Promise<BuildId> {
  try {
    return (await standingOf(client, queuePrefix, UNNAMED)).current
  } catch (error) {
    if (!isGrpcServiceError(error) || isOneOf(AWAY, error)) throw error
    return UNNAMED
  }
}

export function buildsOf(
  client: Client,
  { queuePrefix, own }: { queuePrefix: string; own: BuildId },
): Builds {
  const { workflowService } = client.connection
  const { namespace } = client.options
  const deploymentName = deploymentNameOf(queuePrefix)
  const queue = `${queuePrefix}${MAIN_QUEUE}`
  return {
    standing: () => standingOf(client, queuePrefix, own),
    signs: async () => {
      const { pollers } = await workflowService.describeTaskQueue({
        ...{ namespace, taskQueue: { name: queue } },
      })
      const signs = new Map<BuildId, string>()
      for (const { deploymentOptions, lastAccessTime: at } of pollers) {
        const build = deploymentOptions?.buildId || UNNAMED
        const sign = `${String(at?.seconds).padStart(20, '0')}.${String(at?.nanos).padStart(9, '0')}`
        if (sign > (signs.get(build) ?? '')) signs.set(build, sign)
      }
      return signs
    },
    attemptsElsewhere: async () => {
      const query = `ExecutionStatus = 'Running' AND WorkflowType = 'deployment' AND TaskQueue = '${queue}'`
      const found: PinnedAttempt[] = []
      for await (const workflow of client.workflow.list({ query })) {
        const build = buildOf(workflow, queuePrefix)
        if (build !== null && build !== own) found.push({ workflow, build })
      }
      return found
    },
    takeOver: async ({ token: conflictToken }) => {
      try {
        await workflowService.setWorkerDeploymentCurrentVersion({
          ...{ namespace, deploymentName, buildId: own, conflictToken },
        })
        return true
      } catch (error) {
        if (isOneOf(NOT_YET, error)) return false
        throw error
      }
    },
    historyOf: ({ workflow }) => historiesOf(client, [workflow]),
    rescue: (attempt, goesOn) => rescue(client, attempt, goesOn ? { deploymentName, buildId: own } : null),
  }
}

async function rescue(
  client: Client,
  { workflow: { workflowId, runId, parentExecution }, build: from }: PinnedAttempt,
  version: { readonly deploymentName: string; readonly buildId: BuildId } | null,
): Promise<void> {
  const attempt = attemptOf(workflowId)
  const environment = parentExecution?.workflowId
  if (attempt === null || !environment) return
  const adoption: Adoption = { ...attempt, from, to: version && version.buildId }
  // First, so that a process interrupted here does it again, and the environment knows why its child ended.
  await client.workflow.getHandle(environment).signal(adoptedSignal, adoption)
  if (version === null) {
    const handle = client.workflow.getHandle(workflowId, runId)
    await unlessGone(() => handle.terminate(`No worker has Slipway ${from} any more`))
    return
  }
  const pinned = { behavior: PINNED, version }
  const options = client.connection.workflowService.updateWorkflowExecutionOptions({
    ...{ namespace: client.options.namespace, workflowExecution: { workflowId, runId } },
    workflowExecutionOptions: { versioningOverride: { pinned } },
    updateMask: { paths: ['versioning_override'] },
  })
  await orMissing(options, null)
}

/** Temporal's `PINNED_OVERRIDE_BEHAVIOR_PINNED`. */
const PINNED = 1
/** gRPC's `DEADLINE_EXCEEDED`, `RESOURCE_EXHAUSTED` and `UNAVAILABLE`. */
const AWAY: ReadonlySet<number> = new Set([4, 8, 14])
/** `NOT_FOUND` and `FAILED_PRECONDITION`. */
const NOT_YET: ReadonlySet<number> = new Set([...GONE, 9])
const isOneOf = (codes: ReadonlySet<number>, error: unknown): boolean =>
  isGrpcServiceError(error) && codes.has(error.code)

async function standingOf(client: Client, queuePrefix: string, own: BuildId): Promise<Found> {
  const asked = { namespace: client.options.namespace, deploymentName: deploymentNameOf(queuePrefix) }
  const { workerDeploymentInfo: info, conflictToken } = await orMissing(
    client.connection.workflowService.describeWorkerDeployment(asked),
    { workerDeploymentInfo: null, conflictToken: null },
  )
  const mine = info?.versionSummaries?.find(({ deploymentVersion }) => deploymentVersion?.buildId === own)
  return {
    own,
    current: info?.routingConfig?.currentDeploymentVersion?.buildId ?? UNNAMED,
    isNew: !mine?.firstActivationTime,
    token: conflictToken,
  }
}

const behavior = defineSearchAttributeKey('TemporalWorkflowVersioningBehavior', 'KEYWORD')
const version = defineSearchAttributeKey('TemporalWorkerDeploymentVersion', 'KEYWORD')

/** The build that a workflow stays with; null: it always continues on the current one. */
function buildOf(
  { typedSearchAttributes: known }: WorkflowExecutionInfo,
  queuePrefix: string,
): BuildId | null {
  if (known.get(behavior) !== 'Pinned') return null
  return known.get(version)?.slice(`${deploymentNameOf(queuePrefix)}:`.length) ?? null
}

/** Whether a workflow would continue on this build: all except attempts that stay with another; without names, all do. */
export const isFor =
  (own: BuildId | null, queuePrefix: string) =>
  (workflow: WorkflowExecutionInfo): boolean => {
    const build = own === null ? null : buildOf(workflow, queuePrefix)
    return build === null || build === own
  }
