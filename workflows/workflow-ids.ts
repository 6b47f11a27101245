/** Workflow ids and task queues: the only place that spells them. */
import type { AppName, CommitSha, DeploymentId, EnvironmentName, ReleaseId } from '../domain/identifiers.js'
import type { RunsOn } from '../domain/runs-on.js'

export const releaseWorkflowId = (app: AppName, release: ReleaseId): string => `release/${app}/${release}`
export const environmentWorkflowId = (app: AppName, environment: EnvironmentName): string =>
  `environment/${app}/${environment}`
export const deploymentWorkflowId = (deployment: DeploymentId, attempt: number): string =>
  `deployment/${deployment}/${attempt}`

/** The one owner of an app's places for previews. */
export const previewsWorkflowId = (app: AppName): string => `previews/${app}`

/** The build of one head of a pull request. */
export const pullWorkflowId = (app: AppName, number: number, commit: CommitSha): string =>
  `pull/${app}/${number}/${commit}`

/** Continuous mode of one branch. */
export const deliveryWorkflowId = (app: AppName, branch: string): string => `delivery/${app}/${branch}`

/** The train of an app: what leaves by its timetable. */
export const trainWorkflowId = (app: AppName): string => `train/${app}`

/** Workflows and short activities. Before the name of each queue stands the prefix that a company may give them. */
export const MAIN_QUEUE = 'slipway'
/** The first contact of an attempt: any host may take it and answers with its id. */
export const STAGES_QUEUE = 'stages'
export const BUILDS_QUEUE = 'builds'
/** Where the workers of a label are asked; null: those without one. */
export const queueOfLabel = (queue: typeof STAGES_QUEUE | typeof BUILDS_QUEUE, label: RunsOn): string =>
  label === null ? queue : `${queue}@${label}`
/** Everything after the first contact stays on the host that holds the job folders. */
export const stagesQueueOf = (host: string): string => `stages/${host}`
export const buildsQueueOf = (host: string): string => `builds/${host}`
/** Whether a host lives, however busy it is. */
export const hostQueueOf = (host: string): string => `hosts/${host}`
/** Of the prefix and {@link MAIN_QUEUE} the prefix. */
export const queuePrefixOf = (mainQueue: string): string => mainQueue.slice(0, -MAIN_QUEUE.length)

/** Whose workflow it is, by its id; a deployment's is found through its environment. */
export function ownerOf(workflowId: string): {
  readonly app: string | null
  readonly environment: string | null
} {
  const [kind, app, environment] = workflowId.split('/')
  if (app === undefined || kind === 'deployment') return { app: null, environment: null }
  return { app, environment: kind === 'environment' ? (environment ?? null) : null }
}
