import { stat, writeFile } from 'node:fs/promises'
import type { StageContact } from '../../domain/ports.js'
import type { StageReport } from '../../domain/stage.js'
import { pause } from '../host/pause.js'
import { isLocked } from '../host/process-lock.js'
import { orNullIfMissing } from '../host/system-error.js'
import { JOB_LOCK, type JobFiles } from './job-folder.js'
import { readReport } from './job-report.js'
import { createLogFollower, type LogFollower } from './log-follower.js'
import { DetachedError, JobError } from './runner-errors.js'
import type { SpawnedSupervisor, Supervisors } from './spawn-supervisor.js'
import type { SupervisorOrder } from './supervisor-order.js'

const MOST_STARTS = 3

/** One worker's watch of one job. */
export interface Watch {
  readonly key: string
  readonly files: JobFiles
  readonly order: SupervisorOrder
  readonly supervisors: Supervisors
  readonly contact: StageContact
  /** Milliseconds between two polls. */
  readonly pollMs: number
}

async function requireWorkspace(folder: string): Promise<void> {
  const found = await orNullIfMissing(stat(folder))
  if (found?.isDirectory() !== true) throw new JobError(`The workspace ${folder} does not exist`)
}

/** Makes sure that the job has a supervisor: only one can hold it, however many are started. */
function createStarter(watch: Watch): () => Promise<SpawnedSupervisor | null> {
  let spawned: SpawnedSupervisor | null = null
  let starts = 0
  return async () => {
    if (spawned?.isRunning === true || (await isLocked(watch.files.folder, JOB_LOCK))) return spawned
    const fault = spawned?.fault ?? null
    if (fault !== null) throw new JobError(`Cannot run ${watch.key}: ${fault}`)
    // The last supervisor may have ended between the checks of its report and of its lock.
    if ((await readReport(watch.files)) !== null) return spawned
    if (starts === MOST_STARTS) throw new JobError(`The supervisor of ${watch.key} was lost ${starts} times`)
    // A cancelled job needs none: it only remains to end what still runs.
    if (!watch.contact.cancelled.aborted) await requireWorkspace(watch.order.workspace)
    starts += 1
    spawned = watch.supervisors.start(watch.order)
    return spawned
  }
}

/** While the command runs, an undelivered log is retried; at its end the failure counts. */
async function followLog(follower: LogFollower, ended: boolean): Promise<void> {
  try {
    await follower.follow()
  } catch (error) {
    if (ended) throw error
  }
}

/** What ends the pause before the next poll: the end of the supervisor, of the worker or of the stage. */
const interruptions = (
  contact: StageContact,
  supervisor: SpawnedSupervisor | null,
): readonly AbortSignal[] => [
  contact.detached,
  ...(contact.cancelled.aborted ? [] : [contact.cancelled]),
  ...(supervisor?.isRunning === true ? [supervisor.ended] : []),
]

/** Starts the job if necessary, and watches it to its end. */
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
    const supervisor = await ensureSupervised()
    await pause(watch.pollMs, interruptions(contact, supervisor))
  }
}
