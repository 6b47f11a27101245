/** The worker process: workflows, short activities, stages and builds, each on a queue with limits of its own (S5.14). */
import { fileURLToPath } from 'node:url'
import {
  type ActivityInterceptorsFactory,
  type NativeConnection,
  Worker,
  type WorkerOptions,
} from '@temporalio/worker'
import type { HostWork, RunsOn } from '../domain/runs-on.js'
import { blankFailures } from './activities/blank-failures.js'
import type { CheckActivities } from './activities/check-types.js'
import type { DeliveryActivities } from './activities/delivery-types.js'
import type { FollowActivity } from './activities/followed.js'
import { withSignOfLife } from './activities/heartbeat.js'
import type {
  BuildActivities,
  DeploymentActivities,
  EnvironmentActivities,
  HostActivities,
  RecordActivities,
  ReleaseActivities,
  SignOfLifeActivities,
  StageActivities,
  WaitActivities,
} from './activities/index.js'
import type { PickActivities } from './activities/pick-types.js'
import { ASK_AGAIN_MS, countSlots, type Slots } from './activities/slots.js'
import { stillWaiting } from './activities/still-waiting.js'
import type { TrainActivities } from './activities/train-types.js'
import {
  BUILDS_QUEUE,
  buildsQueueOf,
  hostQueueOf,
  MAIN_QUEUE,
  queueOfLabel,
  STAGES_QUEUE,
  stagesQueueOf,
} from './workflow-ids.js'

export interface WorkerSettings {
  readonly connection: NativeConnection
  readonly namespace: string
  /** Before the name of every task queue. */
  readonly queuePrefix: string
  /** This host's own id; its job folders are found under it again after a restart. */
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
  /** The labels that this host serves; empty: what has none. */
  readonly runsOn: readonly string[]
  /** What the work is to run on by today's configuration, asked by whom it is offered under a label. */
  readonly runsOnToday: (work: HostWork, asked: RunsOn) => RunsOn
  /** How many stages and how many builds may run at once on this host. */
  readonly limits: { readonly stages: number; readonly builds: number }
  /** Why no build starts on this host now; null when one may. Another host takes it then, or it waits. */
  readonly noRoomToBuild: () => Promise<string | null>
  /** Null: nobody follows what is done. */
  readonly follow?: FollowActivity | null
  /** Blanks the secrets in a text. */
  readonly blank: (text: string) => string
  /** A bundle made beforehand; null bundles the sources now. */
  readonly bundle: string | null
  /** Workflows kept in memory; 0 replays every task, as one run of the test suite does. */
  readonly cachedWorkflows: number
}

export interface RunningWorkers {
  /** Stops taking work; running commands go on and are watched again by the next start. */
  stop(): Promise<void>
  /** Rejects when a worker fails. */
  readonly failed: Promise<never>
}

export async function startWorkers(settings: WorkerSettings): Promise<RunningWorkers> {
  const workers = await Promise.all([
    Worker.create({
      ...shared(settings),
      ...(settings.bundle === null
        ? { workflowsPath: fileURLToPath(new URL(`./index${import.meta.url.slice(-3)}`, import.meta.url)) }
        : { workflowBundle: { codePath: settings.bundle } }),
      taskQueue: `${settings.queuePrefix}${MAIN_QUEUE}`,
      activities: { ...settings.main },
      // After a killed worker the next one goes on within a second instead of ten (measured).
      stickyQueueScheduleToStartTimeout: '1s',
      maxCachedWorkflows: settings.cachedWorkflows,
      // Without a cache, a task that arrives while another is worked on is lost until it times out (measured: 10 s).
      ...(settings.cachedWorkflows === 0
        ? { maxConcurrentWorkflowTaskExecutions: 1, maxConcurrentWorkflowTaskPolls: 1 }
        : {}),
    }),
    ...partWorkers(settings),
  ])
  return run(workers)
}

/** The host's sign of life; for each part that this process has, whoever asks which host takes it, and the host's own queue. */
function partWorkers(settings: WorkerSettings): readonly Promise<Worker>[] {
  const { host, limits } = settings
  const sign: SignOfLifeActivities = { answer: async () => undefined }
  const parts = [
    { shared: STAGES_QUEUE, own: stagesQueueOf(host), activities: settings.stages, most: limits.stages },
    { shared: BUILDS_QUEUE, own: buildsQueueOf(host), activities: settings.builds, most: limits.builds },
  ] as const
  return [
    activityWorker(settings, { taskQueue: hostQueueOf(host), activities: { ...sign } }),
    ...parts
      .filter(({ most }) => most > 0)
      .flatMap(({ shared: queue, own, activities, most }) => {
        const slots = countSlots(most)
        const noRoom = queue === BUILDS_QUEUE ? settings.noRoomToBuild : async () => null
        return [
          ...labelsOf(settings).map((label) => {
            const chooser = { ...choosing(settings, label, { slots, noRoom }) }
            return activityWorker(settings, { taskQueue: queueOfLabel(queue, label), activities: chooser })
          }),
          activityWorker(settings, {
            taskQueue: own,
            activities: Object.fromEntries(
              Object.entries(activities).map(([name, activity]) => [name, slots.counted(activity)]),
            ),
            maxConcurrentActivityTaskExecutions: most,
          }),
        ]
      }),
  ]
}

const labelsOf = ({ runsOn }: WorkerSettings): readonly RunsOn[] => (runsOn.length === 0 ? [null] : runsOn)

/** How often a host without room is asked again. */
const NO_ROOM_MS = 5_000

/**
 * A host refuses what the configuration has moved elsewhere, since a release may remember the label that it was cut with, and what it
 * has no room for.
 */
const choosing = (
  { host, runsOnToday }: WorkerSettings,
  label: RunsOn,
  { slots, noRoom }: { readonly slots: Slots; readonly noRoom: () => Promise<string | null> },
): HostActivities => ({
  chooseHost: async (work) => {
    if (runsOnToday(work, label) !== label)
      throw stillWaiting('RunsElsewhere', `${work.app} does not run on ${host} any more`, ASK_AGAIN_MS)
    const why = await noRoom()
    if (why !== null) throw stillWaiting('NoRoom', `${host} starts no build: ${why}`, NO_ROOM_MS)
    return slots.offer(host)
  },
})

const signOfLife: ActivityInterceptorsFactory = (context) => ({
  inbound: { execute: (input, next) => withSignOfLife(context, () => next(input)) },
})

const blanking =
  (blank: WorkerSettings['blank']): ActivityInterceptorsFactory =>
  () => ({ inbound: { execute: (input, next) => blankFailures(blank, () => next(input)) } })

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
  blank,
  follow,
}: WorkerSettings): Pick<WorkerOptions, 'connection'> & Partial<WorkerOptions> {
  return {
    connection,
    namespace,
    identity: `slipway-${host}-${process.pid}`,
    // A cancelled stage is noticed within a second, not after most of the heartbeat timeout (measured).
    maxHeartbeatThrottleInterval: '1s',
    interceptors: { activity: [signOfLife, blanking(blank), ...(follow ? [following(follow)] : [])] },
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
  const failed = running.then(
    () => new Promise<never>(() => {}),
    (error: unknown) => {
      if (stopping) return new Promise<never>(() => {})
      throw error
    },
  )
  failed.catch(() => {})
  return {
    failed,
    stop: async () => {
      stopping = true
      for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown()
      await running.catch(() => {})
    },
  }
}
