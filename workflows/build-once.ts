/** The one build of (app, commit, build definition), requested by a release or a push alike (S5.4, S5.11). */
import { proxyActivities } from '@temporalio/workflow'
import type { CommitSha, ReleaseId } from '../domain/identifiers.js'
import { type AppDefinition, repositoryOf } from '../domain/pipeline.js'
import type { RepositoryRef } from '../domain/ports.js'
import { runsOn } from '../domain/runs-on.js'
import type { BuildActivities, BuildResult } from './activities/index.js'
import { wordsOf } from './faults.js'
import {
  ASKED_AFTER,
  chooseHost,
  HostSilentError,
  type HostWish,
  MOST_CARRIED_MS,
  onHost,
  ownQueue,
} from './own-queues.js'
import { BUILDS_QUEUE, buildsQueueOf } from './workflow-ids.js'

export interface BuildWish {
  readonly app: AppDefinition
  readonly commit: CommitSha
  /** Where the commit is, unless it is on a branch of the app's repository. */
  readonly repository?: RepositoryRef
  readonly releaseId: ReleaseId | null
  /** Who builds; another owner of the same build waits for its end. */
  readonly owner: string
  /** The host that offered to build it; without one it is chosen. */
  readonly host?: string | null
  /** A fixed id, so that a replay notices when builds change places. */
  readonly activityId: string
}

/** Builds, or finds the existing build. A build that the builder gave up on is a failed build, never an exception. */
export async function buildOnce(wish: BuildWish): Promise<BuildResult> {
  try {
    return await build(wish)
  } catch (error) {
    return { kind: 'failed', failure: { kind: 'fault', message: wordsOf(error) } }
  }
}

/** If a host is gone, another can build everything again. */
async function build(wish: BuildWish): Promise<BuildResult> {
  const wanted = hostWish(wish)
  for (let offered = wish.host ?? null; ; offered = null) {
    const host = offered ?? (await chooseHost(wanted))
    try {
      return await onHost(host, wanted, () => buildOn(host, wish))
    } catch (error) {
      if (!(error instanceof HostSilentError)) throw error
    }
  }
}

/** The same for everything that waits for this build. */
function hostWish({ app, commit }: BuildWish): HostWish {
  const id = `build/${app.name}/${commit}`
  const work = { id, app: app.name, environment: null, deploymentId: null, commit }
  return { work, part: BUILDS_QUEUE, runsOn: runsOn(app, null) }
}

function buildOn(
  host: string,
  { app, commit, repository = repositoryOf(app), releaseId, owner, activityId }: BuildWish,
): Promise<BuildResult> {
  const { timeoutMs, retries } = app.build.stage
  const builder = proxyActivities<BuildActivities>({
    activityId,
    taskQueue: ownQueue(buildsQueueOf(host)),
    scheduleToStartTimeout: ASKED_AFTER,
    startToCloseTimeout: timeoutMs * (retries + 1) + MOST_CARRIED_MS,
    heartbeatTimeout: '10 seconds',
    cancellationType: 'WAIT_CANCELLATION_COMPLETED',
    retry: { initialInterval: '500 milliseconds', maximumInterval: '30 seconds' },
  })
  return builder.build({ app: app.name, repository, commit, build: app.build, releaseId, owner })
}
