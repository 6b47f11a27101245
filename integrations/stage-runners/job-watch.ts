import { stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { StageContact } from '../../domain/ports.js'
import type { StageReport } from '../../domain/stage.js'
import { isLocked } from '../host/process-lock.js'
import { orNullIfMissing } from '../host/system-error.js'
import { JOB_LOCK, type JobFiles } from './job-folder.js'
import { readReport } from './job-report.js'
import { createLogFollower, type LogFollower } from './log-follower.js'
import { DetachedError, JobError } from './runner-errors.js'
import { type SpawnedSupervisor, spawnSupervisor } from './spawn-supervisor.js'
import type { SupervisorOrder } from './supervisor-order.js'

const MOST_STARTS = 3

/** One watch of one job. */
export interface Watch {
  readonly key: string
  readonly files: JobFiles
  readonly order: SupervisorOrder
  /** What the supervisor itself may see of the worker's environment. */
  readonly environment: Readonly<Record<string, string>>
  readonly contact: StageContact
  /** Milliseconds between two looks. */
  readonly pollMs: number
}

async function requireWorkspace(folder: string): Promise<void> {
  const found = await orNullIfMissing(stat(folder))
  if (found?.isDirectory() !== true) throw new JobError(`The workspace ${folder} does not exist`)
}

/** Makes sure that someone supervises the job: at once only one can, however many are started. */
function createStarter(watch: Watch): () => Promise<void> {
  let spawned: SpawnedSupervisor | null = null
  let starts = 0
  return async () => {
    if (spawned?.isRunning === true || (await isLocked(watch.files.folder, JOB_LOCK))) return
    const fault = spawned?.fault ?? null
    if (fault !== null) throw new JobError(`Cannot run ${watch.key}: ${fault}`)
    // The last supervisor may have ended between the look for its report and the look at its lock.
    if ((await readReport(watch.files)) !== null) return
    if (starts === MOST_STARTS) throw new JobError(`The supervisor of ${watch.key} was lost ${starts} times`)
    // A cancelled job needs none: all that is left to do is to end what still runs.
    if (!watch.contact.cancelled.aborted) await requireWorkspace(watch.order.workspace)
    starts += 1
    spawned = spawnSupervisor(watch.order, watch.environment)
  }
}

/** While the command runs, a log that cannot be delivered waits; at its end the failure counts. */
async function followLog(follower: LogFollower, ended: boolean): Promise<void> {
  try {
    await follower.follow()
  } catch (error) {
    if (ended) throw error
  }
}

/** Sleeps until the next look, or until the worker goes down or the stage is cancelled. */
async function pause(contact: StageContact, pollMs: number): Promise<void> {
  const signals = contact.cancelled.aborted ? [contact.detached] : [contact.detached, contact.cancelled]
  await sleep(pollMs, undefined, { signal: AbortSignal.any(signals) }).catch(() => undefined)
}

/** Starts the job unless it was, and watches it to its end. */
export async function watchJob(watch: Watch): Promise<StageReport> {
  const { contact, files } = watch
  const follower = createLogFollower(files.log, (offset, text) => contact.log(offset, text))
  const ensureSupervised = createStarter(watch)
  let cancelling = false
  for (;;) {
    if (contact.cancelled.aborted && !cancelling) {
      await writeFile(files.cancel, '')
      cancelling = true
    }
    const report = await readReport(files)
    await followLog(follower, report !== null)
    if (report !== null) return report
    if (contact.detached.aborted) throw new DetachedError(watch.key)
    await ensureSupervised()
    await pause(contact, watch.pollMs)
  }
}
