import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { StartFailure } from './start-failure.js'

const holder = z.object({
  pid: z.int().positive(),
  started: z.string(),
  address: z.string().nullable().default(null),
})

/** The holder of a lock. */
export interface LockHolder {
  readonly pid: number
  /** Its address for people, `null` if it gave none. */
  readonly address: string | null
}

/** A process whose parent was killed ends within this time; one that holds the lock longer is really in use. */
const PATIENCE_MS = 12_000

/**
 * Waits until the process that wrote a lock file is gone. A lock of a dead process, or of a process id that now belongs
 * to another program, does not count. Throws, naming the holder, if it still runs after 12 seconds.
 */
export async function waitForLock(file: string, patienceMs = PATIENCE_MS): Promise<void> {
  const until = Date.now() + patienceMs
  for (;;) {
    const found = livingHolder(file)
    if (found === null) return
    if (Date.now() > until)
      throw new StartFailure(
        `Process ${found.pid} still uses what ${file} protects. Stop it, then start again.`,
      )
    await delay(50)
  }
}

/** Writes the lock file for a process, which holds it until it ends. */
export function holdLock(file: string, pid: number, address: string | null = null): void {
  writeFileSync(file, JSON.stringify({ pid, started: startOf(pid) ?? '', address }))
}

/** The process that holds a lock file, `null` if none does. */
export function livingHolder(file: string): LockHolder | null {
  const found = readHolder(file)
  if (!found) return null
  const started = startOf(found.pid)
  return started !== null && started === found.started ? found : null
}

function readHolder(file: string): z.infer<typeof holder> | null {
  try {
    return holder.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    // Missing, or truncated by a crash while it was written: then its writer is gone too.
    return null
  }
}

/** When a living process began, as the system prints it; together with its id it identifies a process uniquely. */
function startOf(pid: number): string | null {
  return process.platform === 'linux' ? startFromProc(pid) : startFromPs(pid)
}

function startFromProc(pid: number): string | null {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // The program's name, in brackets, may contain spaces: count fields after it. The 1st is the state, the 20th the start.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? null : `${boot}/${fields[19] ?? ''}`
  } catch {
    return null
  }
}

function startFromPs(pid: number): string | null {
  try {
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null
  } catch {
    return null
  }
}
