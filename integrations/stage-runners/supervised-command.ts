import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { constants as machine } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { formatIdentity, processIdentity } from '../host/process-identity.js'
import { type JobFiles, writeWhole } from './job-folder.js'
import type { JobLog } from './job-log.js'
import type { SupervisorOrder } from './supervisor-order.js'

const CANNOT_START = 126
const QUIET_MS = 300
const DRAIN_MS = 5_000
/** Waits for the word on descriptor 3, so that no command runs whose process group is not on record. */
const GATE = 'read -r go <&3 && exec 3<&- && exec /bin/sh -c "$1"'

/** A command that was started and runs in a process group of its own. */
export interface RunningCommand {
  readonly group: number
  /** Its exit code, 128 + n when signal n ended it. Resolves when its output has been read. */
  readonly exited: Promise<number>
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
  await promisify(execFile)('mkfifo', ['-m', '600', file])
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(file, constants.O_WRONLY)
  await rm(file)
  return { reader, writer }
}

function spawnGated(order: SupervisorOrder, output: string, writer: number): ChildProcess {
  return spawn('/bin/sh', ['-c', GATE, 'sh', order.command], {
    cwd: order.workspace,
    env: { ...order.variables, SLIPWAY_OUTPUT: output },
    detached: true,
    stdio: ['ignore', writer, writer, 'pipe'],
  })
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
  const child = spawnGated(order, files.output, writer)
  closeSync(writer)
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  let lastRead = performance.now()
  socket.on('data', (chunk) => {
    lastRead = performance.now()
    log.write(chunk)
  })
  socket.on('error', (error) => log.note(`output lost: ${error.message}`))
  const ended = new Promise<number>((resolve) => {
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)))
    child.once('error', (error) => {
      log.note(`cannot start the command: ${error.message}`)
      resolve(CANNOT_START)
    })
  })
  const exited = ended.then(async (code) => {
    lastRead = performance.now()
    await drain(socket, () => lastRead)
    return code
  })
  if (child.pid !== undefined) await openGate(child, child.pid, files.pid)
  return { group: child.pid ?? 0, exited }
}
