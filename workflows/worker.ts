/** The worker process: workflows, short activities, stages and builds, each on a queue with limits of its own (S5.14). */
import { fileURLToPath } from 'node:url'
import type { DataConverter } from '@temporalio/common'
import {
  type ActivityInterceptorsFactory,
  type NativeConnection,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import { isLikelyBuilt } from '../domain/delivery/rules.js'
import type { AppName } from '../domain/identifiers.js'
import { awaitedLater } from '../domain/promises.js'
import { type HostWork, type RunsOn, runsOn } from '../domain/runs-on.js'
import { checkoutOf } from '../domain/stage.js'
import type { StoredState } from '../domain/stored-state.js'
import type { CheckActivities } from './activities/check-types.js'
import type { DeliveryActivities, LookedOnHost } from './activities/delivery-types.js'
import type { FollowActivity } from './activities/followed.js'
import { withSignOfLife } from './activities/heartbeat.js'
import type {
  BeginOrder,
  BegunOnHost,
  BuildActivities,
  DeploymentActivities,
  EnvironmentActivities,
  HostActivities,
  RecordActivities,
  ReleaseActivities,
  SignOfLifeActivities,
  StageActivities,
  StartActivities,
  WaitActivities,
} from './activities/index.js'
import type { PickActivities } from './activities/pick-types.js'
import { redactFailures } from './activities/redact-failures.js'
import { ASK_AGAIN_MS, countSlots, type Slots } from './activities/slots.js'
import { stillWaiting } from './activities/still-waiting.js'
import type { TrainActivities } from './activities/train-types.js'
import type { ForeseeStage } from './activities/workspace.js'
import { buildContent, stageContent } from './activities/workspace-content.js'
import {
  BUILDS_QUEUE,
  buildsQueueOf,
  deploymentNameOf,
  hostQueueOf,
  MAIN_QUEUE,
  queueOfLabel,
  STAGES_QUEUE,
  stagesQueueOf,
} from './workflow-ids.js'

export interface WorkerSettings {
  readonly connection: NativeConnection
  readonly namespace: string
  /** Prefix of every task queue. */
  readonly queuePrefix: string
  /** The name of the build of Slipway that the workflows belong to; null: it has no name, and there is one build at a time. */
  readonly buildId: string | null
  /** This host's own id; after a restart, its job folders are found again under it. */
  readonly host: string
  readonly main: RecordActivities &
    ReleaseActivities &
    PickActivities &
    DeploymentActivities &
    EnvironmentActivities &
    DeliveryActivities &
    TrainActivities &
    CheckActivities &
    WaitActivities
  readonly stages: StageActivities
  readonly builds: BuildActivities
  /** The labels that this host serves; empty: work without a label. */
  readonly runsOn: readonly string[]
  /** The label for the work by today's configuration, looked up when work is offered under a label. */
  readonly runsOnToday: (work: HostWork, asked: RunsOn) => RunsOn
  /** How many stages and how many builds may run at once on this host. */
  readonly limits: { readonly stages: number; readonly builds: number }
  readonly foresee: ForeseeStage
  /** Why this host starts no build now; null when it may. Then another host takes it, or it waits. */
  readonly noRoomToBuild: () => Promise<string | null>
  /** Null: nothing is traced. */
  readonly follow?: FollowActivity | null
  /** Blanks the secrets in a text. */
  readonly redact: (text: string) => string
  /** Temporal's own unless given; the bundle has its failure converter. */
  readonly dataConverter?: DataConverter
  /** A prebuilt bundle; null bundles the sources now. */
  readonly bundle: string | null
  /** Workflows kept in memory; 0 replays every task, as one run of the test suite does. */
  readonly cachedWorkflows: number
}

export interface RunningWorkers {
  /** Stops taking work; running commands continue and are watched again after the next start. */
  stop(): Promise<void>
  /** Rejects when a worker fails. */
  readonly failed: Promise<never>
}

export async function startWorkers(settings: WorkerSettings): Promise<RunningWorkers> {
  const { main, limits } = settings
  const slots = { stages: countSlots(limits.stages), builds: countSlots(limits.builds) }
  const workers = await Promise.all([
    Worker.create({
      ...shared(settings),
      ...(settings.bundle === null
        ? { workflowsPath: fileURLToPath(new URL(`./index${import.meta.url.slice(-3)}`, import.meta.url)) }
        : { workflowBundle: { codePath: settings.bundle } }),
      taskQueue: `${settings.queuePrefix}${MAIN_QUEUE}`,
      activities: { ...main, ...offeringToBuild(settings, slots.builds) },
      ...versioned(settings),
      // After a worker was killed, the next one continues within a second instead of ten (measured).
      stickyQueueScheduleToStartTimeout: '1s',
      maxCachedWorkflows: settings.cachedWorkflows,
      // Without a cache, a task that arrives while another is processed is lost until it times out (measured: 10 s).
      ...(settings.cachedWorkflows === 0
        ? { maxConcurrentWorkflowTaskExecutions: 1, maxConcurrentWorkflowTaskPolls: 1 }
        : {}),
    }),
    ...partWorkers(settings, slots),
  ])
  return run(workers)
}

/** Long-lived workflows continue with the newest build; only a workflow that says otherwise stays with its own. */
function versioned({ queuePrefix, buildId }: WorkerSettings): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  if (buildId === null) return {}
  const version = { deploymentName: deploymentNameOf(queuePrefix), buildId }
  return {
    workerDeploymentOptions: {
      version,
      useWorkerVersioning: true,
      defaultVersioningBehavior: 'AUTO_UPGRADE',
    },
  }
}

/**
 * Workers for the host's liveness queue; and for each part that this process has, the queue that chooses a host, and the host's
 * own queue.
 */
function partWorkers(
  settings: WorkerSettings,
  slots: { readonly stages: Slots; readonly builds: Slots },
): readonly Promise<Worker>[] {
  const { host, limits } = settings
  const sign: SignOfLifeActivities = { answer: async () => undefined }
  const parts = [
    { part: 'stages', shared: STAGES_QUEUE, own: stagesQueueOf(host), activities: settings.stages },
    { part: 'builds', shared: BUILDS_QUEUE, own: buildsQueueOf(host), activities: settings.builds },
  ] as const
  return [
    activityWorker(settings, { taskQueue: hostQueueOf(host), activities: { ...sign } }),
    ...parts
      .filter(({ part }) => limits[part] > 0)
      .flatMap(({ part, shared: queue, own, activities }) => {
        const free = slots[part]
        const starts = queue === STAGES_QUEUE ? starting(settings) : () => ({})
        return [
          ...labelsOf(settings).map((label) => {
            const { chooseHost } = choosing(settings, label, { part, slots: free })
            const taskQueue = queueOfLabel(queue, label)
            return activityWorker(settings, { taskQueue, activities: { chooseHost, ...starts(chooseHost) } })
          }),
          activityWorker(settings, {
            taskQueue: own,
            activities: Object.fromEntries(
              Object.entries(activities).map(([name, activity]) => [name, free.counted(activity)]),
            ),
            maxConcurrentActivityTaskExecutions: limits[part],
          }),
        ]
      }),
  ]
}

const labelsOf = ({ runsOn: labels }: WorkerSettings): readonly RunsOn[] =>
  labels.length === 0 ? [null] : labels

/** How often a host without room is asked again. */
const NO_ROOM_MS = 5_000

/**
 * A host refuses work that the configuration has moved elsewhere, since a release may carry the label it was cut with, and work
 * that it has no room for.
 */
const choosing = (
  { host, runsOnToday, noRoomToBuild }: WorkerSettings,
  label: RunsOn,
  { part, slots }: { readonly part: 'stages' | 'builds'; readonly slots: Slots },
): HostActivities => ({
  chooseHost: async (work) => {
    if (runsOnToday(work, label) !== label)
      throw stillWaiting('RunsElsewhere', `${work.app} does not run on ${host} any more`, ASK_AGAIN_MS)
    const why = part === 'builds' ? await noRoomToBuild() : null
    if (why !== null) throw stillWaiting('NoRoom', `${host} starts no build: ${why}`, NO_ROOM_MS)
    return slots.offer(host)
  },
})

const starting =
  ({ main, foresee }: WorkerSettings) =>
  (choose: HostActivities['chooseHost']): StartActivities => ({
    startOnHost: async (work, order) => {
      const host = await choose(work)
      const started = await main.startDeployment(order)
      if (started.kind === 'started') {
        const { setup, patch } = started.definition.stages
        // Most deployments patch what is there.
        const first = patch ?? setup
        if (first !== null) foresee({ app: order.app, run: first.run }, stageContent(order, first.run))
      }
      return { host, started }
    },
  })

interface OfferingToBuild extends Pick<DeliveryActivities<LookedOnHost>, 'lookAtBranch'> {
  beginRelease(order: BeginOrder): Promise<BegunOnHost<StoredState>>
}

/** Do what a build follows, and offer this host for it if it has room now. */
function offeringToBuild(settings: WorkerSettings, slots: Slots): OfferingToBuild {
  const { main, limits, foresee } = settings
  const offer = async (app: AppName, label: RunsOn): Promise<string | null> => {
    if (limits.builds === 0 || !labelsOf(settings).includes(label)) return null
    const { chooseHost } = choosing(settings, label, { part: 'builds', slots })
    const work = { id: '', app, environment: null, deploymentId: null, commit: null }
    return chooseHost(work).catch(() => null)
  }
  return {
    beginRelease: async (order) => {
      const begun = await main.beginRelease(order)
      const { app } = order.cut
      const builder = begun.kind === 'begun' ? await offer(app.name, runsOn(app, null)) : null
      // A draft is built when it is cut.
      if (builder !== null && order.cut.draft === null)
        foresee({ app: app.name, run: app.build.stage.run }, null)
      return { ...begun, builder }
    },
    lookAtBranch: async (order) => {
      const found = await main.lookAtBranch(order)
      if (found.kind !== 'found') return { ...found, builder: null }
      const { repository, runsOn: label, build, since } = order
      const { app } = repository
      const builder = await offer(app, label)
      if (builder !== null && build && isLikelyBuilt(found, since))
        foresee({ app, run: build }, buildContent({ repository, commit: found.commit }, checkoutOf(build)))
      return { ...found, builder }
    },
  }
}

const signOfLife: ActivityInterceptorsFactory = (context) => ({
  inbound: { execute: (input, next) => withSignOfLife(context, () => next(input)) },
})

const redacting =
  (redact: WorkerSettings['redact']): ActivityInterceptorsFactory =>
  () => ({ inbound: { execute: (input, next) => redactFailures(redact, () => next(input)) } })

const following =
  (follow: FollowActivity): ActivityInterceptorsFactory =>
  ({ info: { activityType: name, attempt, workflowExecution } }) => ({
    inbound: {
      execute: (input, next) => {
        const activity = { name, attempt, workflow: workflowExecution?.workflowId ?? '', given: input.args }
        return follow(activity, () => next(input))
      },
    },
  })

function shared({
  connection,
  namespace,
  host,
  redact,
  follow,
  dataConverter = {},
}: WorkerSettings): Pick<WorkerOptions, 'connection'> & Partial<WorkerOptions> {
  return {
    connection,
    namespace,
    dataConverter,
    identity: `slipway-${host}-${process.pid}`,
    // Detects a cancelled stage within a second, not after most of the heartbeat timeout (measured).
    maxHeartbeatThrottleInterval: '1s',
    interceptors: { activity: [signOfLife, redacting(redact), ...(follow ? [following(follow)] : [])] },
    shutdownGraceTime: '5s',
    shutdownForceTime: '20s',
  }
}

function activityWorker(
  settings: WorkerSettings,
  options: Pick<WorkerOptions, 'taskQueue'> & Partial<WorkerOptions>,
): Promise<Worker> {
  const taskQueue = `${settings.queuePrefix}${options.taskQueue}`
  return Worker.create({ ...shared(settings), ...options, taskQueue })
}

function run(workers: readonly Worker[]): RunningWorkers {
  const running = Promise.all(workers.map((worker) => worker.run()))
  let stopping = false
  const failing = running.then(
    () => new Promise<never>(() => {}),
    (error: unknown) => {
      if (stopping) return new Promise<never>(() => {})
      throw error
    },
  )
  return {
    failed: awaitedLater(failing),
    stop: async () => {
      stopping = true
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await Promise.allSettled([running])
    },
  }
}
