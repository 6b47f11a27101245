/** The task queues of the Slipway installation that a workflow belongs to, and the hosts behind them. */
import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  TimeoutFailure,
  workflowInfo,
} from '@temporalio/workflow'
import type { HostWork, RunsOn } from '../domain/runs-on.js'
import type {
  HostActivities,
  SignOfLifeActivities,
  StartActivities,
  Started,
  StartOrder,
  WaitActivities,
} from './activities/index.js'
import {
  type BUILDS_QUEUE,
  hostQueueOf,
  queueOfLabel,
  queuePrefixOf,
  type STAGES_QUEUE,
} from './workflow-ids.js'

/** How long work waits on a host's own queue before checking whether the host is alive. */
export const ASKED_AFTER = '90 seconds'
/** The time for work of git and for a checkout: a first clone, hundreds of picks, or gigabytes from a bucket. */
export const MOST_CARRIED_MS = 7_200_000
/** How long a live host may take to answer. */
const ANSWERS_WITHIN = '30 seconds'

/** The name of a queue with the prefix of the queue that this workflow runs on. */
export const ownQueue = (queue: string): string => `${queuePrefixOf(workflowInfo().taskQueue)}${queue}`

/** How long a wait for a host goes unreported. Then it is reported, and again each time after twice as long. */
const TOLD_AFTER_MS = 15_000
const TOLD_EVERY_MS = 300_000

const { noteWait, endWait } = proxyActivities<WaitActivities>({
  startToCloseTimeout: '10 seconds',
  retry: { initialInterval: '200 milliseconds', maximumInterval: '30 seconds' },
})

/** Work that needs a host, and the label of the hosts that may take it. */
export interface HostWish {
  readonly work: HostWork
  readonly part: typeof BUILDS_QUEUE | typeof STAGES_QUEUE
  readonly runsOn: RunsOn
}

/** Waits for a host, and keeps the wait recorded meanwhile. `tell` returns the label by today's configuration. */
async function waiting<Result>(
  { work, part, runsOn }: HostWish,
  wait: (tell: () => Promise<RunsOn>) => Promise<Result>,
): Promise<Result> {
  const since = new Date().toISOString()
  let label = runsOn
  let told = false
  const tell = async (): Promise<RunsOn> => {
    told = true
    const today = await noteWait({ work, part, runsOn: label, since })
    label = today
    return today
  }
  try {
    return await wait(tell)
  } finally {
    if (told) await CancellationScope.nonCancellable(() => endWait(work))
  }
}

/**
 * Chooses the host for a build or the stages of a deployment: one with the label and a free slot, waiting while there is none.
 * Follows changes of the label in the configuration.
 */
export const chooseHost = (wish: HostWish): Promise<string> =>
  waiting(wish, async (tell) => {
    let { runsOn } = wish
    for (let patienceMs = TOLD_AFTER_MS; ; patienceMs = Math.min(2 * patienceMs, TOLD_EVERY_MS)) {
      const host = await hostWithin(patienceMs, ownQueue(queueOfLabel(wish.part, runsOn)), wish.work)
      if (host !== null) return host
      runsOn = await tell()
    }
  })

/** How long a deployment waits for a host to begin it, before it begins without one and waits then. */
const FREE_WITHIN = '10 seconds'

/** Begins a deployment on a host that has a free slot now; null: none has. */
export async function startOnFreeHost(
  { work, part, runsOn }: HostWish,
  order: StartOrder,
): Promise<{ readonly host: string; readonly started: Started } | null> {
  const { startOnHost } = proxyActivities<StartActivities>({
    taskQueue: ownQueue(queueOfLabel(part, runsOn)),
    scheduleToStartTimeout: FREE_WITHIN,
    startToCloseTimeout: '1 minute',
    heartbeatTimeout: '10 seconds',
    retry: {
      initialInterval: '500 milliseconds',
      maximumInterval: '30 seconds',
      nonRetryableErrorTypes: ['HostBusy', 'RunsElsewhere'],
    },
  })
  try {
    return await startOnHost(work, order)
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  }
}

/** Null: no host took it in that time. */
async function hostWithin(ms: number, taskQueue: string, work: HostWork): Promise<string | null> {
  const { chooseHost: choose } = proxyActivities<HostActivities>({
    taskQueue,
    startToCloseTimeout: '10 seconds',
    scheduleToCloseTimeout: ms,
  })
  try {
    return await choose(work)
  } catch (error) {
    if (isCancellation(error)) throw error
    return null
  }
}

/** A host did not start its work in time, and does not answer either. */
export class HostSilentError extends Error {
  override readonly name = 'HostSilentError'
}

/**
 * Does work whose activity is on a host's own queue and waits there for {@link ASKED_AFTER} at most. If the host is alive, it is
 * busy: that is recorded, and the work is queued again, for as long as it takes. Throws {@link HostSilentError} if it does not
 * answer.
 */
export const onHost = <Result>(host: string, wish: HostWish, work: () => Promise<Result>): Promise<Result> =>
  waiting(wish, async (tell) => {
    for (;;) {
      try {
        return await work()
      } catch (error) {
        if (!didNotBegin(error)) throw error
        if (!(await lives(host))) throw new HostSilentError(`${host} does not answer`)
        await tell()
      }
    }
  })

async function lives(host: string): Promise<boolean> {
  const { answer } = proxyActivities<SignOfLifeActivities>({
    taskQueue: ownQueue(hostQueueOf(host)),
    scheduleToCloseTimeout: ANSWERS_WITHIN,
  })
  try {
    await answer()
    return true
  } catch (error) {
    if (isCancellation(error)) throw error
    return false
  }
}

const didNotBegin = (error: unknown): boolean =>
  error instanceof ActivityFailure &&
  error.cause instanceof TimeoutFailure &&
  error.cause.timeoutType === 'SCHEDULE_TO_START'
