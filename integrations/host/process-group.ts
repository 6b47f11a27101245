import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseProcStat } from './process-identity.js'
import { hasCode } from './system-error.js'

/** The pauses between two checks of a group. */
const FIRST_PAUSE_MS = 1
const LONGEST_PAUSE_MS = 25

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    // EPERM: a member that changed its user; it is alive, though it cannot be ended from here.
    return hasCode(error, 'EPERM')
  }
}

function runsIn(pid: string, group: number): boolean {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.group === group
  } catch {
    // It has ended.
    return false
  }
}

/** Read in one go: a promise for each process of the machine takes five times as long (measured). */
const membersOf = (group: number): readonly number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && runsIn(name, group))
    .map(Number)

/**
 * Whether a process of the group still runs. Zombies do not count: in a container whose first process does not reap,
 * they stay permanently.
 */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  return membersOf(group).length > 0
}

/**
 * Ends every process of a group: SIGTERM, after `graceMs` milliseconds SIGKILL. Returns when none is alive, however long
 * that takes, because the caller is about to give its place to somebody else.
 */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  signalGroup(group, 'SIGTERM')
  await untilEnded(group, graceMs)
}

/**
 * As {@link endGroup}, for a sandbox. Its leader waits for the command and reports its exit code. It gets no SIGTERM, so that it
 * ends with the command and not before it, and the command has the grace to end. Without a grace all is killed at once.
 */
export async function endSandbox(group: number, graceMs: number): Promise<void> {
  if (graceMs > 0) for (const pid of membersOf(group)) if (pid !== group) signalProcess(pid, 'SIGTERM')
  await untilEnded(group, graceMs)
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // It ended in the meantime.
  }
}

/** Pauses before each scan of the machine's processes, which takes longer than most groups survive. */
async function untilEnded(group: number, graceMs: number): Promise<void> {
  const killAt = performance.now() + graceMs
  let pauseMs = FIRST_PAUSE_MS
  while (signalGroup(group, performance.now() < killAt ? 0 : 'SIGKILL')) {
    await sleep(pauseMs)
    if (!isGroupAlive(group)) return
    pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
  }
}
