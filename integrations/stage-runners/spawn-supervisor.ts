import { type ChildProcess, spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { SupervisorOrder } from './supervisor-order.js'

/** A supervisor this process started; it may find that another one holds the job and end at once. */
export interface SpawnedSupervisor {
  readonly isRunning: boolean
  /** Why it gave up, `null` while it runs and when it did not. */
  readonly fault: string | null
}

/** Run from sources, the supervisor needs the loader that the worker itself was started with. */
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
  for (const stream of child.stdio) {
    if (stream != null && 'unref' in stream && typeof stream.unref === 'function') stream.unref()
  }
}

/**
 * Starts a supervisor in a session of its own, so that neither this process's end nor the terminal's signals reach it.
 * `environment` is all it sees of this process's.
 */
export function spawnSupervisor(
  order: SupervisorOrder,
  environment: Readonly<Record<string, string>>,
): SpawnedSupervisor {
  const child = spawn(process.execPath, [...supervisorArguments(), order.folder], {
    detached: true,
    env: { ...environment },
    stdio: ['pipe', 'ignore', 'pipe'],
  })
  const errors = collectErrors(child)
  const state: { isRunning: boolean; fault: string | null } = { isRunning: true, fault: null }
  // `close` and not `exit`: by then what it said has been read.
  child.once('close', (code) => {
    state.isRunning = false
    if (code !== null && code !== 0) state.fault = errors() || `exit code ${code}`
  })
  child.once('error', (error) => {
    state.isRunning = false
    state.fault = error.message
  })
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(JSON.stringify(order))
  letGo(child)
  return state
}
