import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SupervisorOrder } from './supervisor-order.js'

/** A supervisor that this process started; if another one holds the job it ends immediately. */
export interface SpawnedSupervisor {
  readonly isRunning: boolean
  /** Why it failed, `null` while it runs and if it did not. */
  readonly fault: string | null
  /** Aborted when it has ended, for any reason. */
  readonly ended: AbortSignal
}

/** When run from sources, the supervisor needs the loader that the worker itself was started with. */
function supervisorArguments(): readonly string[] {
  const here = fileURLToPath(import.meta.url)
  if (!here.endsWith('.ts')) return [fileURLToPath(new URL('supervisor.js', import.meta.url))]
  const loader = pathToFileURL(createRequire(import.meta.url).resolve('tsx/esm')).href
  return ['--import', loader, fileURLToPath(new URL('supervisor.ts', import.meta.url))]
}

function collectErrors(child: ChildProcess): () => string {
  let text = ''
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString('utf8')).slice(-2_000)
  })
  return () => text.trim()
}

function letGo(child: ChildProcess): void {
  child.unref()
  // Missing if the process could not be started.
  for (const stream of [child.stdin, child.stderr]) {
    if (stream != null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
}

/** Starts the supervisors of a worker's jobs. */
export interface Supervisors {
  /** Hands an order to a supervisor, which keeps running if this process ends. */
  start(order: SupervisorOrder): SpawnedSupervisor
}

/**
 * Of this process's variables, a supervisor sees only `environment`. With `keepsSpare` the next one is started ahead, so that a
 * command does not wait for its supervisor to load; a spare ends with this process, because it waits for its input.
 */
export function createSupervisors(
  environment: Readonly<Record<string, string>>,
  { keepsSpare }: { readonly keepsSpare: boolean },
): Supervisors {
  let spare: Waiting | null = null
  return {
    start(order) {
      const supervisor = spare?.state.isRunning === true ? spare : launch(environment)
      supervisor.child.stdin?.end(JSON.stringify(order))
      spare = keepsSpare ? launchedAhead(environment) : null
      return supervisor.state
    },
  }
}

/** Null where this machine has no room for it now: the order before it runs all the same, and the next one starts its own. */
function launchedAhead(environment: Readonly<Record<string, string>>): Waiting | null {
  try {
    return launch(environment)
  } catch {
    return null
  }
}

/** A supervisor that has no order yet. */
interface Waiting {
  readonly child: ChildProcess
  readonly state: SpawnedSupervisor
}

/** In a session of its own, so that neither this process's end nor the terminal's signals reach it. */
function launch(environment: Readonly<Record<string, string>>): Waiting {
  const child = spawn(process.execPath, [...supervisorArguments()], {
    detached: true,
    env: { ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const errors = collectErrors(child)
  const end = new AbortController()
  const state: { isRunning: boolean; fault: string | null } = { isRunning: true, fault: null }
  const ended = (fault: string | null): void => {
    Object.assign(state, { isRunning: false, fault: state.fault ?? fault })
    end.abort()
  }
  // `close`, not `exit`: by then its output has been read.
  child.once('close', (code) => ended(code === null || code === 0 ? null : errors() || `exit code ${code}`))
  child.once('error', (error) => ended(error.message))
  child.stdin?.on('error', () => undefined)
  letGo(child)
  return { child, state: Object.assign(state, { ended: end.signal }) }
}
