import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseProcStat } from './process-identity.js'
import { hasCode } from './system-error.js'

const POLL_MS = 25

function signalGroup(group: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-group, signal)
    return true
  } catch (error) {
    // EPERM: a member that changed its user; it lives, though it cannot be ended from here.
    return hasCode(error, 'EPERM')
  }
}

async function runsIn(pid: string, group: number): Promise<boolean> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  return line !== null && parseProcStat(line)?.group === group
}

async function membersOf(group: number): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const members = await Promise.all(pids.map((pid) => runsIn(pid, group)))
  return pids.filter((_, index) => members[index]).map(Number)
}

/**
 * Whether a process of the group still runs. Zombies do not count: in a container whose first process does not reap,
 * they stay for ever.
 */
export async function isGroupAlive(group: number): Promise<boolean> {
  if (!signalGroup(group, 0)) return false
  if (process.platform !== 'linux') return true
  return (await membersOf(group)).length > 0
}

/**
 * Ends every process of a group: SIGTERM, after `graceMs` milliseconds SIGKILL. Returns when none is alive, however long
 * that takes, because whoever asked is about to give the place to someone else.
 */
export async function endGroup(group: number, graceMs: number): Promise<void> {
  signalGroup(group, 'SIGTERM')
  await untilEnded(group, graceMs)
}

/**
 * As {@link endGroup}, for a sandbox: its leader, which waits for the command and tells its exit code, ends with the
 * command, not before it; so the command has its time to end by itself.
 */
export async function endSandbox(group: number, graceMs: number): Promise<void> {
  for (const pid of await membersOf(group)) if (pid !== group) signalProcess(pid, 'SIGTERM')
  await untilEnded(group, graceMs)
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal)
  } catch {
    // Gone in the meantime.
  }
}

async function untilEnded(group: number, graceMs: number): Promise<void> {
  const killAt = performance.now() + graceMs
  while (await isGroupAlive(group)) {
    if (performance.now() >= killAt) signalGroup(group, 'SIGKILL')
    await sleep(POLL_MS)
  }
}
