import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { StageContact, StageOrder, StageRunner } from '../../domain/ports.js'
import type { StageReport } from '../../domain/stage.js'
import type { Confinement } from '../sandbox/confinement.js'
import { type ConfinementPlan, confinementOf, type ShellRun } from './confinement-of.js'
import { type JobFiles, jobFiles, jobFolderName, jobsFolder } from './job-folder.js'
import { watchJob } from './job-watch.js'
import { leftOutNotes } from './left-out-note.js'
import { JobError } from './runner-errors.js'

/** What a command sees of Slipway's own environment, and nothing else of it. */
export interface BaseVariables {
  readonly PATH: string
  readonly HOME?: string
  readonly LANG?: string
  readonly TMPDIR?: string
}

/** Where and how shell stages run. */
export interface ShellRunnerOptions {
  /** `SLIPWAY_DATA`. On a disk of this machine: jobs are bound to the host. */
  readonly dataFolder: string
  readonly baseVariables: BaseVariables
  /** What keeps commands apart; nothing unless given. */
  readonly sandbox?: ConfinementPlan | null
  /** Milliseconds between SIGTERM and SIGKILL; 10 s unless given. */
  readonly killGraceMs?: number
  /** The most characters of a log that are kept; 5 million unless given. */
  readonly logLimit?: number
  /** Milliseconds between two looks at a running job; 100 unless given. */
  readonly pollMs?: number
}

const HEARTBEAT_MS = 500

function copyBase(base: BaseVariables): Readonly<Record<string, string>> {
  // Named one by one, so that a caller who hands over its whole environment hands over four variables.
  const named = { PATH: base.PATH, HOME: base.HOME, LANG: base.LANG, TMPDIR: base.TMPDIR }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** In a sandbox the home and the place for what is temporary are not the worker's. */
function ofItsOwn({ kind, home }: Confinement, files: JobFiles): Readonly<Record<string, string>> {
  return { HOME: home, TMPDIR: kind === 'user' ? files.temporary : '/tmp' }
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new JobError(`Cannot make the job folder ${folder}`, { cause: error })
  }
}

/**
 * Shell stages as jobs that outlive the worker: the same key attaches to the command that runs, or returns the report of
 * the one that ended. A command whose host went down under it is started again, so scripts must be idempotent.
 *
 * `execute` throws `DetachedError` when told to let go, and `JobError` when the job can neither be started nor watched.
 * A process that is to outlive its stage (a server that `patch` starts) must redirect its output.
 */
export function createShellRunner(options: ShellRunnerOptions): StageRunner {
  const jobs = jobsFolder(options.dataFolder)
  const base = copyBase(options.baseVariables)

  const plan = options.sandbox ?? null
  const confine = async (order: StageOrder, run: ShellRun): Promise<Confinement | null> =>
    plan === null ? null : confinementOf(plan, order, run)

  async function execute(order: StageOrder, contact: StageContact): Promise<StageReport> {
    if (order.run.kind !== 'shell')
      throw new Error(`The shell runner was given a stage of kind ${order.run.kind}`)
    const folder = path.join(jobs, jobFolderName(order.key))
    await makeFolder(folder)
    const confinement = await confine(order, order.run)
    // Its user passes through it to what it may write, and finds nothing else in it by name that it may read.
    if (confinement?.kind === 'user') await chmod(folder, 0o711)
    const beat = setInterval(() => contact.heartbeat(), HEARTBEAT_MS)
    try {
      contact.heartbeat()
      return await watchJob({
        key: order.key,
        files: jobFiles(folder),
        order: {
          folder,
          command: order.run.run,
          workspace: path.resolve(order.workspace),
          checkout: order.checkout ?? null,
          notes: leftOutNotes(order.leftOut ?? []),
          variables: {
            ...base,
            ...order.variables,
            ...(confinement === null ? {} : ofItsOwn(confinement, jobFiles(folder))),
          },
          confinement,
          redact: order.redact,
          timeoutMs: order.timeoutMs,
          killGraceMs: options.killGraceMs ?? 10_000,
          logLimit: options.logLimit ?? 5_000_000,
        },
        environment: base,
        contact,
        pollMs: options.pollMs ?? 100,
      })
    } finally {
      clearInterval(beat)
    }
  }

  return {
    kind: 'shell',
    execute,
  }
}
