/*
 * The process that owns a running command: it holds the job's lock, redacts and bounds the log, ends the command at its
 * timeout or when asked to, and writes the report. It is started detached and outlives the worker. Each line of its input is an
 * order; it says a line when it is done with one, and ends when its input has ended.
 */
import { constants, type FileHandle, open, readFile, writeFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { awaitedLater } from '../../domain/promises.js'
import type { StageExit, StageReport } from '../../domain/stage.js'
import {
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
  processIdentity,
} from '../host/process-identity.js'
import { tryLock } from '../host/process-lock.js'
import { hasCode, orNullIfMissing } from '../host/system-error.js'
import { createNetworks, type Networks } from '../sandbox/networks-ahead.js'
import { exists, JOB_LOCK, type JobFiles, jobFiles, reserveReport, writeReport } from './job-folder.js'
import { type JobLog, openJobLog } from './job-log.js'
import { parseStageOutputs, type StageOutputs } from './stage-outputs.js'
import { endCommand, endStrays, type RunningCommand, startCommand } from './supervised-command.js'
import { parseSupervisorOrder, type SupervisorOrder } from './supervisor-order.js'

const MOST_OUTPUT_BYTES = 1_000_000
const CANCEL_POLL_MS = 50

/** Ends what an earlier supervisor of this job left running when it was killed. */
async function endSurvivors(files: JobFiles, order: SupervisorOrder): Promise<void> {
  const text = await orNullIfMissing(readFile(files.pid, 'utf8'))
  const command = text === null ? null : parseIdentity(text)
  if (command === null) return
  if (await mayBeItsGroup(command)) await endCommand(command.pid, order, order.killGraceMs)
  else await endStrays(order)
}

/** Whether the group is that command's and not one that got its number later. */
async function mayBeItsGroup(command: ProcessIdentity): Promise<boolean> {
  const present = await processIdentity(command.pid)
  if (present !== null && present.start !== command.start) return false
  const boot = (start: string | undefined): string | undefined => start?.split('/')[0]
  return process.platform !== 'linux' || boot(command.start) === boot((await ownIdentity()).start)
}

/** The command may have created anything there, e.g. a link to a file of somebody else's, or a pipe. */
async function openOutput(file: string): Promise<FileHandle | null> {
  try {
    return await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO')) return null
    throw error
  }
}

async function readOutputs(file: string): Promise<StageOutputs> {
  const handle = await openOutput(file)
  if (handle === null) return { values: {}, ignored: 0 }
  try {
    if (!(await handle.stat()).isFile()) return { values: {}, ignored: 0 }
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_OUTPUT_BYTES), 0, MOST_OUTPUT_BYTES, 0)
    return parseStageOutputs(buffer.toString('utf8', 0, bytesRead))
  } finally {
    await handle.close()
  }
}

/** Waits for the command's end, or ends it: at its timeout, or when the cancel file appears. */
async function awaitEnd(
  command: RunningCommand,
  order: SupervisorOrder,
  files: JobFiles,
): Promise<StageExit> {
  const deadline = performance.now() + order.timeoutMs
  const ended = command.exited.then((code): StageExit => ({ kind: 'exited', code }))
  for (;;) {
    const end = await Promise.race([ended, sleep(CANCEL_POLL_MS, null)])
    if (end !== null) return end
    const cancelled = await exists(files.cancel)
    if (!cancelled && performance.now() < deadline) continue
    await command.end(order.killGraceMs)
    await command.exited
    return cancelled ? { kind: 'cancelled' } : { kind: 'timed-out', afterMs: order.timeoutMs }
  }
}

function noteEnd(log: JobLog, exit: StageExit, ignored: number): void {
  if (exit.kind === 'cancelled') log.note('cancelled')
  if (exit.kind === 'timed-out') log.note(`timed out after ${exit.afterMs / 1000} s`)
  if (ignored > 0)
    log.note(`ignored ${ignored} line(s) of $SLIPWAY_OUTPUT: no key=value, too long or too much`)
}

interface JobEnd {
  readonly report: StageReport
  /** Whether this process may serve another job. */
  readonly goesOn: boolean
}

async function runJob(order: SupervisorOrder, files: JobFiles, networks: Networks): Promise<JobEnd> {
  const again = await exists(files.startedAt)
  await endSurvivors(files, order)
  const log = openJobLog(files.log, order.redact, order.logLimit)
  const startedAt = new Date().toISOString()
  if (await exists(files.cancel)) {
    await reserveReport(files)
    log.note('cancelled')
    const cancelled = { exit: { kind: 'cancelled' }, outputs: {} } as const
    return { report: { ...cancelled, tail: log.end(), startedAt, finishedAt: startedAt }, goesOn: true }
  }
  if (again) log.note('the command was lost with its supervisor and starts again')
  const recorded = awaitedLater(
    Promise.all([reserveReport(files), writeFile(files.startedAt, startedAt, { mode: 0o600 })]),
  )
  const command = await startCommand(order, files, { log, recorded, networks })
  await recorded
  const exit = await awaitEnd(command, order, files)
  const outputs = await readOutputs(files.output)
  noteEnd(log, exit, outputs.ignored)
  const finishedAt = new Date().toISOString()
  const report = { exit, outputs: outputs.values, tail: log.end(), startedAt, finishedAt }
  return { report, goesOn: command.isSound }
}

/** Whether this process may serve another job. */
async function supervise(order: SupervisorOrder, networks: Networks): Promise<boolean> {
  const files = jobFiles(order.folder)
  const lock = await tryLock(files.folder, JOB_LOCK)
  if (lock === null) return true
  let goesOn = true
  if (!(await exists(files.exit))) {
    const end = await runJob(order, files, networks)
    await writeReport(files, JSON.stringify(end.report))
    goesOn = end.goesOn
  }
  await lock.release()
  return goesOn
}

// A shutdown of the worker or terminal must not end the command.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined)

try {
  // Nobody reads it any more once the worker is gone.
  process.stdout.on('error', () => undefined)
  const networks = createNetworks()
  for await (const line of createInterface({ input: process.stdin })) {
    const order = parseSupervisorOrder(line)
    if ('foreseen' in order) {
      networks.foresee(order.foreseen)
      continue
    }
    if (!(await supervise(order, networks))) break
    process.stdout.write('done\n')
  }
  process.exit(0)
} catch (error) {
  process.stderr.on('error', () => process.exit(1))
  process.stderr.write(error instanceof Error ? error.message : String(error), () => process.exit(1))
}
