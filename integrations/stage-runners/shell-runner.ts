import { chmod, mkdir } from 'node:fs/promises'
import path from 'node:path'
import type { LeftOut } from '../../domain/checkout.js'
import type { StageContact, StageOrder, StageRunner } from '../../domain/ports.js'
import type { StageReport } from '../../domain/stage.js'
import type { Confinement } from '../sandbox/confinement.js'
import { type ConfinementPlan, confinementOf, type ShellRun } from './confinement-of.js'
import { type JobFiles, jobFiles, jobFolderName, jobsFolder } from './job-folder.js'
import { watchJob } from './job-watch.js'
import { JobError } from './runner-errors.js'
import { createSupervisors } from './spawn-supervisor.js'

/** The only variables that a command gets from Slipway's own environment. */
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
  /** How commands are isolated; not at all unless given. */
  readonly sandbox?: ConfinementPlan | null
  /** Milliseconds between SIGTERM and SIGKILL; 10 s unless given. */
  readonly killGraceMs?: number
  /** The maximum number of characters kept of a log; 5 million unless given. */
  readonly logLimit?: number
  /** Milliseconds between two polls of a running job; 100 unless given. */
  readonly pollMs?: number
}

const HEARTBEAT_MS = 500

function copyBase(base: BaseVariables): Readonly<Record<string, string>> {
  // Named individually, so that a caller that passes its whole environment passes only four variables.
  const named = { PATH: base.PATH, HOME: base.HOME, LANG: base.LANG, TMPDIR: base.TMPDIR }
  return Object.fromEntries(
    Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

/** In a sandbox the home and temporary folders are not the worker's. */
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
 * Shell stages as jobs that outlive the worker: the same key attaches to the running command, or returns the report of
 * the one that ended. A command whose host went down is started again, so scripts must be idempotent.
 *
 * `execute` throws `DetachedError` when told to let go, and `JobError` if the job can neither be started nor watched.
 * A process that is to outlive its stage (a server that `patch` starts) must redirect its output.
 */
export function createShellRunner(options: ShellRunnerOptions): StageRunner {
  const jobs = jobsFolder(options.dataFolder)
  const base = copyBase(options.baseVariables)

  const supervisors = createSupervisors(base)
  const plan = options.sandbox ?? null
  const confine = async (
    order: Pick<StageOrder, 'app' | 'artifact'>,
    run: ShellRun,
  ): Promise<Confinement | null> => (plan === null ? null : confinementOf(plan, order, run))

  async function execute(order: StageOrder, contact: StageContact): Promise<StageReport> {
    if (order.run.kind !== 'shell')
      throw new Error(`The shell runner was given a stage of kind ${order.run.kind}`)
    const folder = path.join(jobs, jobFolderName(order.key))
    await makeFolder(folder)
    const confinement = await confine(order, order.run)
    // Its user traverses the folder to what it may write, and can list and read nothing else in it.
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
        supervisors,
        contact,
        pollMs: options.pollMs ?? 100,
      })
    } finally {
      clearInterval(beat)
    }
  }

  async function foresee({ app, run }: Pick<StageOrder, 'app' | 'run'>): Promise<void> {
    if (run.kind === 'shell') supervisors.foresee(await confine({ app, artifact: null }, run))
  }

  return {
    kind: 'shell',
    // What fails now fails, and is reported, when the stage is executed.
    foresee: (stage) => void Promise.allSettled([foresee(stage)]),
    execute,
  }
}

const notes: Readonly<Record<LeftOut, string>> = {
  lfs: 'This repository has files of Git LFS; this checkout has their pointers (lfs: false)',
  submodules: 'This repository has submodules; their folders are empty here (submodules: false)',
  'nested-submodules': 'A submodule has submodules of its own; these are not checked out',
}

/** The first lines of a log if the checkout lacks part of its commit. */
const leftOutNotes = (leftOut: readonly LeftOut[]): readonly string[] => leftOut.map((one) => notes[one])
