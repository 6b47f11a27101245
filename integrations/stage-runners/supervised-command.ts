import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { constants as machine } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { endMarked } from '../host/marked-processes.js'
import { endGroup, endSandbox } from '../host/process-group.js'
import { formatIdentity, processIdentity } from '../host/process-identity.js'
import type { Confinement } from '../sandbox/confinement.js'
import { type GatedCommand, gated, startConfined } from '../sandbox/start-confined.js'
import { type JobFiles, writeWhole } from './job-folder.js'
import type { JobLog } from './job-log.js'
import type { SupervisorOrder } from './supervisor-order.js'

const CANNOT_START = 126
const QUIET_MS = 300
const DRAIN_MS = 5_000
/** The variable by which what left its process group is found again. */
const MARK = 'SLIPWAY_IDEMPOTENCY_KEY'

const run = promisify(execFile)

/** A command that was started and runs in a process group of its own. */
export interface RunningCommand {
  /** Its exit code, 128 + n when signal n ended it. Resolves when its output has been read. */
  readonly exited: Promise<number>
  /** Ends it with whatever it started: SIGTERM, and SIGKILL after `graceMs` milliseconds for what is left. */
  end(graceMs: number): Promise<void>
}

/**
 * Ends a process group that is, or was, a command of this order: SIGTERM, and SIGKILL after `graceMs` milliseconds. A
 * sandbox goes with its group; without one, what left the group is known by its mark.
 */
export async function endCommand(group: number, order: SupervisorOrder, graceMs: number): Promise<void> {
  if (order.confinement !== null) return endSandbox(group, graceMs)
  await endGroup(group, graceMs)
  await endStrays(order)
}

/** Ends what a command without a sandbox started and what left its group. */
export async function endStrays({ confinement, variables }: SupervisorOrder): Promise<void> {
  const key = variables[MARK]
  if (confinement === null && key !== undefined) await endMarked(`${MARK}=${key}`)
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : machine.signals[signal])
}

/** Reads until the writers are gone, or quiet: a process left in the background may keep the pipe open for ever. */
async function drain(socket: Socket, lastRead: () => number): Promise<void> {
  const deadline = performance.now() + DRAIN_MS
  while (!socket.readableEnded && performance.now() < deadline) {
    if (performance.now() - lastRead() > QUIET_MS) break
    await sleep(10)
  }
  socket.destroy()
}

/**
 * A named pipe, because a script must be able to open `/dev/stderr`: what Node calls a pipe is a socket, which cannot be
 * opened again. Both outputs share it, so the lines keep their order.
 */
async function openPipe(file: string): Promise<{ readonly reader: number; readonly writer: number }> {
  await rm(file, { force: true })
  await run('mkfifo', ['-m', '600', file])
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(file, constants.O_WRONLY)
  return { reader, writer }
}

/** Under a worker of root's the command is somebody else: what is its own is given to it. */
async function handOver({ confinement, workspace }: SupervisorOrder, files: JobFiles): Promise<void> {
  const uid = confinement?.uid ?? null
  if (uid === null) return
  const { artifact } = confinement ?? { artifact: null }
  const own = [workspace, files.out, files.pipe, ...(artifact === null ? [] : [artifact])]
  await run('chown', ['-R', '-h', `${uid}:${uid}`, '--', ...own])
}

interface Surroundings {
  readonly files: JobFiles
  readonly writer: number
  readonly log: JobLog
}

async function spawnGated(
  order: SupervisorOrder,
  { files, writer, log }: Surroundings,
): Promise<GatedCommand> {
  const environment = { ...order.variables, SLIPWAY_OUTPUT: files.output }
  const { confinement } = order
  if (confinement !== null) return spawnConfined(order, { confinement, files, environment, writer, log })
  const [program = '', ...rest] = gated(['/bin/sh', '-c', order.command])
  const child = spawn(program, rest, {
    cwd: order.workspace,
    env: environment,
    detached: true,
    stdio: ['ignore', writer, writer, 'pipe'],
  })
  return { child, network: null }
}

function spawnConfined(
  order: SupervisorOrder,
  {
    confinement,
    files,
    environment,
    writer,
    log,
  }: Surroundings & {
    readonly confinement: Confinement
    readonly environment: Readonly<Record<string, string>>
  },
): Promise<GatedCommand> {
  return startConfined(
    {
      command: order.command,
      places: { workspace: order.workspace, output: files.out },
      confinement,
      scratch: files.resolver,
      environment,
      output: writer,
    },
    (text) => log.note(text),
  )
}

async function openGate(child: ChildProcess, group: number, pidFile: string): Promise<void> {
  const identity = await processIdentity(group)
  if (identity !== null) await writeWhole(pidFile, formatIdentity(identity))
  const gate = child.stdio[3]
  if (gate instanceof Socket) {
    // The command may be gone already; its exit says so.
    gate.on('error', () => undefined)
    gate.end('go\n')
  }
}

/** Starts the command. Where the system cannot start it, the log says why and the exit code is 126. */
export async function startCommand(
  order: SupervisorOrder,
  files: JobFiles,
  log: JobLog,
): Promise<RunningCommand> {
  const { reader, writer } = await openPipe(files.pipe)
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  let lastRead = performance.now()
  socket.on('data', (chunk) => {
    lastRead = performance.now()
    log.write(chunk)
  })
  socket.on('error', (error) => log.note(`output lost: ${error.message}`))
  if (order.confinement?.notice) log.note(order.confinement.notice)
  try {
    await handOver(order, files)
    await rm(files.pipe)
    const { child, network } = await spawnGated(order, { files, writer, log })
    const group = child.pid ?? 0
    const ended = endOf(child, log)
    const exited = ended.then(async (code) => {
      // Nothing outlives its stage in a sandbox.
      if (order.confinement !== null && group !== 0) await endSandbox(group, 0)
      network?.close()
      lastRead = performance.now()
      await drain(socket, () => lastRead)
      return code
    })
    if (child.pid !== undefined) await openGate(child, group, files.pid)
    return { exited, end: (graceMs) => endCommand(group, order, graceMs) }
  } catch (error) {
    log.note(`cannot start the command: ${error instanceof Error ? error.message : String(error)}`)
    socket.destroy()
    return { exited: Promise.resolve(CANNOT_START), end: () => Promise.resolve() }
  } finally {
    closeSync(writer)
  }
}

function endOf(child: ChildProcess, log: JobLog): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)))
    child.once('error', (error) => {
      log.note(`cannot start the command: ${error.message}`)
      resolve(CANNOT_START)
    })
  })
}
