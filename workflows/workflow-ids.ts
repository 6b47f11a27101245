/** Workflow ids and task queues: defined only here. */
import {
  type AppName,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  parseDeploymentId,
  type ReleaseId,
} from '../domain/identifiers.js'
import type { RunsOn } from '../domain/runs-on.js'

export const releaseWorkflowId = (app: AppName, release: ReleaseId): string => `release/${app}/${release}`
export const environmentWorkflowId = (app: AppName, environment: EnvironmentName): string =>
  `environment/${app}/${environment}`
export const deploymentWorkflowId = (deployment: DeploymentId, attempt: number): string =>
  `deployment/${deployment}/${attempt}`

/** Of an id that `deploymentWorkflowId` made; null for any other. */
export function attemptOf(
  workflowId: string,
): { readonly deploymentId: DeploymentId; readonly attempt: number } | null {
  const [kind, id = '', attempt] = workflowId.split('/')
  const deploymentId = parseDeploymentId(id)
  return kind !== 'deployment' || deploymentId === null ? null : { deploymentId, attempt: Number(attempt) }
}

/** The one owner of an app's preview places. */
export const previewsWorkflowId = (app: AppName): string => `previews/${app}`

/** The build of one head of a pull request. */
export const pullWorkflowId = (app: AppName, number: number, commit: CommitSha): string =>
  `pull/${app}/${number}/${commit}`

/** Continuous mode of one branch. */
export const deliveryWorkflowId = (app: AppName, branch: string): string => `delivery/${app}/${branch}`

/** The release train of an app. */
export const trainWorkflowId = (app: AppName): string => `train/${app}`

/** Workflows and short activities. Each queue name is preceded by the installation's optional prefix. */
export const MAIN_QUEUE = 'slipway'
/** The first contact of an attempt: any host may take it and returns its id. */
export const STAGES_QUEUE = 'stages'
export const BUILDS_QUEUE = 'builds'
/** The queue for workers with a label; null: those without one. */
export const queueOfLabel = (queue: typeof STAGES_QUEUE | typeof BUILDS_QUEUE, label: RunsOn): string =>
  label === null ? queue : `${queue}@${label}`
/** Everything after the first contact stays on the host that has the job folders. */
export const stagesQueueOf = (host: string): string => `stages/${host}`
export const buildsQueueOf = (host: string): string => `builds/${host}`
/** To check whether a host is alive, however busy it is. */
export const hostQueueOf = (host: string): string => `hosts/${host}`
/** The name that Temporal gives all workers of the main queue together, of any build. It accepts no dots. */
export const deploymentNameOf = (queuePrefix: string): string =>
  `${queuePrefix}${MAIN_QUEUE}`.replaceAll('.', '%2E')

/** The prefix of a prefixed {@link MAIN_QUEUE}. */
export const queuePrefixOf = (mainQueue: string): string => mainQueue.slice(0, -MAIN_QUEUE.length)

/** The owner of a workflow, by its id; a deployment's is found through its environment. */
export function ownerOf(workflowId: string): {
  readonly app: string | null
  readonly environment: string | null
} {
  const [kind, app, environment] = workflowId.split('/')
  if (app === undefined || kind === 'deployment') return { app: null, environment: null }
  return { app, environment: kind === 'environment' ? (environment ?? null) : null }
}
