import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { lastWords } from '../host/last-words.js'
import { type Confinement, hasOwnNetwork } from '../sandbox/confinement.js'
import type { ForeseenOrder, SupervisorOrder } from './supervisor-order.js'

const MOST_SAID = 2_000

/** The supervisor of one job, started by this process; if another one holds the job it has nothing to do. */
export interface SpawnedSupervisor {
  readonly isRunning: boolean
  /** Why it failed, `null` while it runs and if it did not. */
  readonly fault: string | null
  /** Aborted when it is done with the job, for any reason. */
  readonly ended: AbortSignal
}

/** When run from sources, the supervisor needs the loader that the worker itself was started with. */
function supervisorArguments(): readonly string[] {
  const here = fileURLToPath(import.meta.url)
  if (!here.endsWith('.ts')) return [fileURLToPath(new URL('supervisor.js', import.meta.url))]
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
  return ['--import', loader, fileURLToPath(new URL('supervisor.ts', import.meta.url))]
}

function letGo(child: ChildProcess): void {
  child.unref()
  // Missing if the process could not be started.
  for (const stream of [child.stdin, child.stdout, child.stderr]) {
    if (stream != null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
}

/** Starts the supervisors of a worker's jobs. */
export interface Supervisors {
  /** Prepares a supervisor for an order that is about to come, with the isolation of its command; null: without any of its own. */
  foresee(confinement: Confinement | null): void
  /** Hands an order to a supervisor, which keeps running if this process ends. */
  start(order: SupervisorOrder): SpawnedSupervisor
}

/**
 * Of this process's variables, a supervisor sees only `environment`. One that is done with its job waits for the next, so that
 * a command does not wait for its supervisor to load; only one waits, and it ends with this process.
 */
export function createSupervisors(environment: Readonly<Record<string, string>>): Supervisors {
  let idle: Waiting | null = null
  const waiting = (): Waiting => (idle?.isRunning() === true ? idle : launch(environment))
  return {
    foresee(confinement) {
      idle = waiting()
      if (confinement?.kind === 'bwrap' && hasOwnNetwork(confinement)) idle.foresee({ foreseen: confinement })
    },
    start(order) {
      const supervisor = waiting()
      idle = null
      return supervisor.take(order, () => {
        if (idle?.isRunning() === true) return supervisor.dismiss()
        idle = supervisor
      })
    },
  }
}

/** An order as one line. Newer Nodes end lines at these two characters as well, which JSON leaves as they are. */
const lineOf = (order: SupervisorOrder | ForeseenOrder): string =>
  `${JSON.stringify(order).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}\n`

/** A supervisor without a job. */
interface Waiting {
  isRunning(): boolean
  foresee(order: ForeseenOrder): void
  /** Hands it a job; calls `done` when it waits again. */
  take(order: SupervisorOrder, done: () => void): SpawnedSupervisor
  /** Ends it. */
  dismiss(): void
}

/** In a session of its own, so that neither this process's end nor the terminal's signals reach it. */
function launch(environment: Readonly<Record<string, string>>): Waiting {
  const child = spawn(process.execPath, [...supervisorArguments()], {
    detached: true,
    env: { ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  const errors = lastWords(child, MOST_SAID)
  let isRunning = true
  let finish: (fault: string | null) => void = () => undefined
  const lost = (fault: string | null): void => {
    isRunning = false
    finish(fault)
  }
  // `close`, not `exit`: by then its output has been read.
  child.once('close', (code) => lost(code === null || code === 0 ? null : errors() || `exit code ${code}`))
  child.once('error', (error) => lost(error.message))
  child.stdin?.on('error', () => undefined)
  letGo(child)
  return {
    isRunning: () => isRunning,
    foresee: (order) => void child.stdin?.write(lineOf(order)),
    take(order, done) {
      const end = new AbortController()
      const state: { isRunning: boolean; fault: string | null } = { isRunning: true, fault: null }
      finish = (fault) => {
        finish = () => undefined
        Object.assign(state, { isRunning: false, fault })
        end.abort()
      }
      // It says one line when it is done with a job.
      child.stdout?.once('data', () => {
        finish(null)
        done()
      })
      child.stdin?.write(lineOf(order))
      return Object.assign(state, { ended: end.signal })
    },
    dismiss: () => void child.stdin?.end(),
  }
}
