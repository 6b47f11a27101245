import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { orNullIfMissing } from './system-error.js'

/**
 * One process of this machine. A pid alone is not enough: it is reused, and meaningless after a reboot; `start` distinguishes
 * two processes with the same pid.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly start: string
}

const run = promisify(execFile)
// Counted after the command's name, which itself may contain spaces and brackets.
const STATE = 0
const GROUP = 2
const START_TICKS = 19

/** A line of `/proc/{pid}/stat` of a running process; null for a zombie. */
export function parseProcStat(line: string): { readonly group: number; readonly startTicks: string } | null {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const state = fields[STATE]
  const startTicks = fields[START_TICKS]
  if (state === undefined || startTicks === undefined || state === 'Z' || state === 'X') return null
  return { group: Number(fields[GROUP]), startTicks }
}

async function startOnLinux(pid: number): Promise<string | null> {
  const line = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null)
  const stat = line === null ? null : parseProcStat(line)
  if (stat === null) return null
  const boot = await orNullIfMissing(readFile('/proc/sys/kernel/random/boot_id', 'utf8'))
  return `${(boot ?? '').trim()}/${stat.startTicks}`
}

async function startByPs(pid: number): Promise<string | null> {
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=', '-p', String(pid)])
    const line = stdout.trim()
    return line === '' || line.startsWith('Z') ? null : line.replace(/^\S+\s+/, '').replaceAll(/\s+/g, '_')
  } catch {
    // `ps` exits with 1 if there is no such process.
    return null
  }
}

/** The identity of a running process, `null` if nothing runs under this pid. */
export async function processIdentity(pid: number): Promise<ProcessIdentity | null> {
  const start = await (process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid))
  return start === null ? null : { pid, start }
}

/** Whether exactly this process, not another one under its pid, still runs. */
export async function isProcessAlive(identity: ProcessIdentity): Promise<boolean> {
  const present = await processIdentity(identity.pid)
  return present?.start === identity.start
}

/** One word, without spaces. */
export function formatIdentity(identity: ProcessIdentity): string {
  return `${identity.pid}@${identity.start}`
}

/** Parses {@link formatIdentity}'s text; `null` for anything else. */
export function parseIdentity(text: string): ProcessIdentity | null {
  const [, pid, start] = /^([1-9]\d{0,9})@(\S+)$/.exec(text.trim()) ?? []
  return pid === undefined || start === undefined ? null : { pid: Number(pid), start }
}

/** The identity of this process. Throws if the machine does not provide it. */
export async function ownIdentity(): Promise<ProcessIdentity> {
  const identity = await processIdentity(process.pid)
  if (identity === null)
    throw new Error('This machine does not tell when a process started (no /proc and no ps)')
  return identity
}
