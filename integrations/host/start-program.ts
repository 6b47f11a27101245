/** Starts system programs through a small process of this one's own (`starter.mjs`): cheap, however large this one is. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { endGroup } from './process-group.js'

/** What to start. */
export interface ProgramOrder {
  /** Searched in the `PATH` of `env` unless it is a path. */
  readonly program: string
  readonly args: readonly string[]
  /** All of its variables. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd?: string | undefined
}

/** A program that was started. */
export interface StartedProgram {
  /** The process group that it leads; null if it could not be started. */
  readonly group: Promise<number | null>
  /** Its exit code when its output has been read, null if a signal ended it. Rejects if it could not be started. */
  readonly ended: Promise<number | null>
}

/** Receives what a program says, as it says it. */
export type Hears = (from: 'stdout' | 'stderr', chunk: Buffer) => void

/** What the starter says of a program; one of these at a time. */
interface Said {
  readonly id: number
  readonly group?: number
  readonly stdout?: Uint8Array
  readonly stderr?: Uint8Array
  readonly fault?: string
  readonly code?: number | null
}

interface Running {
  readonly hear: (said: Omit<Said, 'id'>) => void
  group: number | null
}

interface Starter {
  readonly process: ChildProcess
  readonly running: Map<number, Running>
}

let starter: Starter | null = null
let count = 0

function openStarter(): Starter {
  const process = fork(fileURLToPath(new URL('starter.mjs', import.meta.url)), [], {
    env: {},
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const opened: Starter = { process, running: new Map() }
  const lost = (why: string): void => {
    if (starter === opened) starter = null
    for (const { group, hear } of opened.running.values()) {
      // Their callers go on without them, and must find nobody at work.
      void Promise.allSettled([group === null ? null : endGroup(group, 0)])
      hear({ fault: why })
    }
  }
  process.on('message', ({ id, ...said }: Said) => opened.running.get(id)?.hear(said))
  process.once('error', (error) => lost(error.message))
  process.once('exit', () => lost('the process that starts programs ended'))
  process.unref()
  process.channel?.unref()
  return opened
}

/**
 * Starts a program. Unlike a child of this process it does not end with the terminal's signals; like one, it is waited for and
 * goes on if this process is killed.
 */
export function startProgram({ program, args, env, cwd }: ProgramOrder, hears: Hears): StartedProgram {
  starter ??= openStarter()
  const { process, running } = starter
  const id = ++count
  let grouped: (group: number | null) => void = () => undefined
  const group = new Promise<number | null>((resolve) => {
    grouped = resolve
  })
  const ended = new Promise<number | null>((resolve, reject) => {
    const over = (): void => {
      running.delete(id)
      grouped(null)
      if (running.size === 0) process.channel?.unref()
    }
    const hear: Running['hear'] = (said) => {
      if (said.group !== undefined) {
        one.group = said.group
        grouped(said.group)
      }
      if (said.stdout) hears('stdout', Buffer.from(said.stdout))
      if (said.stderr) hears('stderr', Buffer.from(said.stderr))
      if (said.fault === undefined && said.code === undefined) return
      over()
      if (said.fault === undefined) resolve(said.code ?? null)
      else reject(new Error(said.fault))
    }
    const one: Running = { hear, group: null }
    running.set(id, one)
  })
  const fail = (why: string): void => running.get(id)?.hear({ fault: why })
  process.channel?.ref()
  // Not connected where the system had nothing left for it.
  if (!process.connected) fail('no process can be started')
  else
    process.send({ id, program, args: [...args], env: { ...env }, cwd }, (error) => {
      if (error !== null) fail(error.message)
    })
  return { group, ended }
}
