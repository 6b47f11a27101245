import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { Socket } from 'node:net'
import { constants as machine } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { awaitedLater } from '../../domain/promises.js'
import { endMarked } from '../host/marked-processes.js'
import { endGroup, endSandbox } from '../host/process-group.js'
import { formatIdentity, processIdentity } from '../host/process-identity.js'
import { orNullIfMissing } from '../host/system-error.js'
import { asUser, claimUser, clearAbandoned, type JobUser } from '../sandbox/job-user.js'
import type { Networks } from '../sandbox/networks-ahead.js'
import type { OwnNetwork } from '../sandbox/own-network.js'
import { type GatedCommand, gated, startConfined } from '../sandbox/start-confined.js'
import { type JobFiles, jobFiles, writeWhole } from './job-folder.js'
import type { JobLog } from './job-log.js'
import type { SupervisorOrder } from './supervisor-order.js'

const CANNOT_START = 126
const QUIET_MS = 300
const DRAIN_MS = 5_000
/** The variable by which processes that left the process group are found. */
const MARK = 'SLIPWAY_IDEMPOTENCY_KEY'

const run = promisify(execFile)

/** A running command in its own process group. */
export interface RunningCommand {
  /** False if its start failed: something of it may be left, which ends only with this process. */
  readonly isSound: boolean
  /** Its exit code, 128 + n if signal n ended it. Resolves when its output has been read. */
  readonly exited: Promise<number>
  /** Ends it with everything it started: SIGTERM, and after `graceMs` milliseconds SIGKILL for the rest. */
  end(graceMs: number): Promise<void>
}

/**
 * Ends a process group that is, or was, a command of this order: SIGTERM, and SIGKILL after `graceMs` milliseconds. A
 * sandbox ends with its group; without one, processes that left the group are found by their mark.
 */
export async function endCommand(group: number, order: SupervisorOrder, graceMs: number): Promise<void> {
  if (order.confinement?.kind === 'bwrap') return endSandbox(group, graceMs)
  await endGroup(group, graceMs)
  await endStrays(order)
}

/** Ends processes that a command without a sandbox started and that left its group. */
export async function endStrays({ confinement, variables, folder }: SupervisorOrder): Promise<void> {
  if (confinement?.kind === 'user') {
    const uid = Number(await orNullIfMissing(readFile(jobFiles(folder).user, 'utf8')))
    return uid === 0 ? undefined : clearAbandoned(confinement, uid)
  }
  const key = variables[MARK]
  if (confinement === null && key !== undefined) await endMarked(`${MARK}=${key}`)
}

function exitCode(code: number | null, signal: NodeJS.Signals | null): number {
  return code ?? 128 + (signal === null ? 0 : machine.signals[signal])
}

/** Reads until the writers are gone, or quiet: a background process may keep the pipe open indefinitely. */
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
 * reopened. Both outputs share it, so the lines keep their order.
 */
async function openPipe(file: string): Promise<{ readonly reader: number; readonly writer: number }> {
  await rm(file, { force: true })
  await run('mkfifo', ['-m', '600', file])
  const reader = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK)
  const writer = openSync(file, constants.O_WRONLY)
  return { reader, writer }
}

async function emptyOutput(files: JobFiles): Promise<void> {
  await rm(files.out, { force: true, recursive: true })
  await mkdir(files.out, { mode: 0o700 })
  await writeFile(files.output, '', { mode: 0o600 })
}

/** The command's own writable paths. */
function foldersOf(
  { confinement, checkout, workspace }: SupervisorOrder,
  files: JobFiles,
): readonly string[] {
  const artifact = confinement?.artifact ?? null
  return [
    ...(checkout?.kind === 'shared' ? [] : [workspace]),
    files.out,
    ...(artifact === null ? [] : [artifact]),
  ]
}

/** Gives a command with its own user ownership of its files; nobody but its user can read them. */
async function handOver(order: SupervisorOrder, files: JobFiles, user: JobUser | null): Promise<void> {
  const { confinement } = order
  const [uid, gid] =
    confinement?.kind === 'user'
      ? [user?.uid ?? null, confinement.gid]
      : [confinement?.uid ?? null, confinement?.uid]
  if (uid === null) return
  const folders = foldersOf(order, files)
  const own = [...folders, files.pipe]
  if (user !== null) {
    await rm(files.temporary, { recursive: true, force: true })
    await mkdir(files.temporary, { mode: 0o700 })
    own.push(files.temporary)
    await writeWhole(files.user, String(uid))
    await run('chmod', ['go-rwx', '--', ...folders])
  }
  await run('chown', ['-R', '-h', `${uid}:${gid}`, '--', ...own])
}

/** Takes them back from a command's user, so that the next command with that user finds nothing of it. */
async function takeBack(order: SupervisorOrder, files: JobFiles): Promise<void> {
  await rm(files.temporary, { recursive: true, force: true })
  const us = `${process.getuid?.()}:${process.getgid?.()}`
  await run('chown', ['-R', '-h', us, '--', ...foldersOf(order, files)])
}

interface Surroundings {
  readonly files: JobFiles
  readonly writer: number
  readonly user: JobUser | null
  readonly network: OwnNetwork | null
}

async function spawnGated(
  order: SupervisorOrder,
  { files, writer, user, network }: Surroundings,
): Promise<GatedCommand> {
  const environment = { ...order.variables, SLIPWAY_OUTPUT: files.output }
  const { confinement } = order
  // Its layer existed only in a sandbox that is gone: without one, its place is an empty folder.
  if (order.checkout?.kind === 'overlay' && confinement?.kind !== 'bwrap')
    throw new Error('Its checkout is a layer over a shared one, which takes bubblewrap')
  if (confinement?.kind === 'bwrap')
    return startConfined({
      command: order.command,
      places: { workspace: order.workspace, checkout: order.checkout, output: files.out },
      ...{ confinement, network, environment },
      scratch: files.resolver,
      output: writer,
    })
  const somebody = confinement === null || user === null ? [] : asUser({ ...confinement, uid: user.uid })
  // Files that an app's commands create in their home are shared by all of them.
  const command = user === null ? order.command : `umask 002\n${order.command}`
  const [program = '', ...rest] = gated([...somebody, '/bin/sh', '-c', command])
  const child = spawn(program, rest, {
    cwd: order.workspace,
    env: environment,
    detached: true,
    stdio: ['ignore', writer, writer, 'pipe'],
  })
  return { child, ready: Promise.resolve() }
}

async function openGate(
  child: ChildProcess,
  pidFile: string,
  before: readonly Promise<unknown>[],
): Promise<void> {
  const identity = await processIdentity(child.pid ?? 0)
  // Atomically, but without a sync: after a power failure no command runs.
  if (identity !== null) {
    await writeFile(`${pidFile}.part`, formatIdentity(identity), { mode: 0o600 })
    await rename(`${pidFile}.part`, pidFile)
  }
  await Promise.all(before)
  const gate = child.stdio[3]
  if (gate instanceof Socket) {
    // The command may be gone already; its exit says so.
    gate.on('error', () => undefined)
    gate.end('go\n')
  }
}

interface StartsWith {
  readonly log: JobLog
  readonly recorded: Promise<unknown>
  readonly networks: Networks
}

/**
 * Starts the command once `recorded`, which the caller handles if it fails. If the system cannot start it, the log says why and
 * the exit code is 126.
 */
export async function startCommand(
  order: SupervisorOrder,
  files: JobFiles,
  { log, recorded, networks }: StartsWith,
): Promise<RunningCommand> {
  // First, because it takes longest.
  const opening = networkOf(order, log, networks)
  const [{ reader, writer }] = await Promise.all([openPipe(files.pipe), emptyOutput(files)])
  const socket = new Socket({ fd: reader, readable: true, writable: false })
  let lastRead = performance.now()
  socket.on('data', (chunk) => {
    lastRead = performance.now()
    log.write(chunk)
  })
  socket.on('error', (error) => log.note(`output lost: ${error.message}`))
  for (const note of order.notes) log.note(note)
  if (order.confinement?.notice) log.note(order.confinement.notice)
  let user: JobUser | null = null
  let child: ChildProcess | null = null
  try {
    user = await userOf(order)
    await handOver(order, files, user)
    await rm(files.pipe)
    const network = await opening
    const started = await spawnGated(order, { files, writer, user, network })
    child = started.child
    const group = child.pid ?? 0
    const ended = endOf(child, log)
    const exiting = ended.then(async (code) => {
      // In a sandbox nothing outlives its stage.
      if (order.confinement?.kind === 'bwrap' && group !== 0) await endSandbox(group, 0)
      await user?.end(() => takeBack(order, files))
      network?.close()
      lastRead = performance.now()
      await drain(socket, () => lastRead)
      return code
    })
    const exited = awaitedLater(exiting)
    if (group !== 0) await openGate(child, files.pid, [recorded, started.ready])
    return { isSound: true, exited, end: (graceMs) => endCommand(group, order, graceMs) }
  } catch (error) {
    child?.kill('SIGKILL')
    log.note(`cannot start the command: ${error instanceof Error ? error.message : String(error)}`)
    // Whoever gets that user next ends and removes what is left of it.
    await Promise.allSettled([
      user?.end(() => takeBack(order, files)),
      opening.then((network) => network?.close()),
    ])
    socket.destroy()
    return { isSound: false, exited: Promise.resolve(CANNOT_START), end: () => Promise.resolve() }
  } finally {
    closeSync(writer)
  }
}

function networkOf(
  { confinement }: SupervisorOrder,
  log: JobLog,
  networks: Networks,
): Promise<OwnNetwork | null> {
  if (confinement?.kind !== 'bwrap') return Promise.resolve(null)
  return awaitedLater(networks.open(confinement, (text) => log.note(text)))
}

const userOf = async ({ confinement }: SupervisorOrder): Promise<JobUser | null> =>
  confinement?.kind === 'user' ? claimUser(confinement) : null

function endOf(child: ChildProcess, log: JobLog): Promise<number> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(exitCode(code, signal)))
    child.once('error', (error) => {
      log.note(`cannot start the command: ${error.message}`)
      resolve(CANNOT_START)
    })
  })
}
