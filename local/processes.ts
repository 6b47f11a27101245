import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { holdLock, waitForLock } from './process-lock.js'
import { StartFailure } from './start-failure.js'

export interface ProcessPlan {
  /** Its name in messages. */
  readonly name: string
  readonly command: string
  readonly arguments: readonly string[]
  /** Added to the variables of this process. Never on a command line, which every user of the machine can read. */
  readonly variables?: Readonly<Record<string, string>>
  /** More variables, through a pipe that `SLIPWAY_SECRETS_FD` names: they are not visible in the process's environment. */
  readonly secrets?: NodeJS.ProcessEnv
  /** True: of this process's own variables it gets only those needed to find programs and for the locale. */
  readonly bare?: boolean
  /** The working folder; this process's own if absent. */
  readonly folder?: string
  /** Both of its output streams are appended here. */
  readonly logFile: string
  /** Held while the process lives; the start waits for a predecessor that is still ending. */
  readonly lockFile?: string
  /** Whole seconds between SIGTERM and SIGKILL. Default 5. */
  readonly graceSeconds?: number
}

export interface RunningProcess {
  readonly name: string
  /** The process group: the command and everything it started. */
  readonly pid: number
  /** Resolves when the whole group is gone, on its own or by {@link stop}. Never rejects. */
  readonly ended: Promise<void>
  hasEnded(): boolean
  /** The end of its log since this start, at most 16,000 characters. */
  tail(): string
  /** Sends SIGHUP to the command alone, which servers treat as "reload your configuration". */
  hangUp(): void
  /** Ends the group: SIGTERM, and SIGKILL for the rest after the grace period. Repeats are harmless. */
  stop(): Promise<void>
}

/**
 * Runs the command in this group until it ends, or until standard input closes. Only our death or our request closes it,
 * so not even a SIGKILL of the parent leaves anything behind. The trap keeps this shell alive while the group gets SIGTERM,
 * which interrupts `wait`. It waits before it checks, because it may already have reaped its child. SIGHUP is passed on.
 */
const SUPERVISOR = `
grace=$1; shift
trap : TERM INT HUP
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
exec 4<&-
trap 'kill -HUP "$child"' HUP
( trap '' TERM INT HUP; read -r _ <&3; kill -TERM 0; sleep "$grace"; kill -KILL 0 ) </dev/null &
exec 3<&-
while wait "$child"; code=$?; kill -0 "$child" 2>/dev/null; do :; done
echo "[ended with exit code $code]"
kill -KILL 0
`

/** Starts a command that cannot outlive this process. Throws if a living process holds its lock. */
export async function startProcess(plan: ProcessPlan): Promise<RunningProcess> {
  if (plan.lockFile !== undefined) await waitForLock(plan.lockFile)
  mkdirSync(dirname(plan.logFile), { recursive: true })
  const log = openSync(plan.logFile, 'a')
  const logStart = fstatSync(log).size
  const grace = plan.graceSeconds ?? 5
  const own = { ...(plan.bare === true ? bareVariables() : process.env), ...plan.variables }
  const env = plan.secrets === undefined ? own : { ...without(own, plan.secrets), SLIPWAY_SECRETS_FD: '4' }
  const command = [String(grace), plan.command, ...plan.arguments]
  const child = spawn('sh', ['-c', SUPERVISOR, `slipway-${plan.name}`, ...command], {
    env,
    detached: true,
    stdio: ['pipe', log, log, ...(plan.secrets === undefined ? [] : (['ignore', 'pipe'] as const))],
    ...(plan.folder === undefined ? {} : { cwd: plan.folder }),
  })
  handOver(child, plan.secrets)
  closeSync(log)
  const ended = endOf(child)
  const pid = child.pid
  if (pid === undefined) throw new Error(`${plan.name} did not start: sh could not be run.`)
  if (plan.lockFile !== undefined) holdLock(plan.lockFile, pid)
  return runningProcess({ plan, child, pid, ended, grace, logStart })
}

const without = (all: NodeJS.ProcessEnv, taken: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(all).filter(([name]) => !(name in taken)))

function handOver({ stdio }: ChildProcess, secrets: NodeJS.ProcessEnv = {}): void {
  const pipe = stdio[4]
  if (pipe == null || !('end' in pipe)) return
  // A process that ends before it reads reports that by its exit.
  pipe.on('error', () => undefined)
  pipe.end(
    Object.entries(secrets)
      .flatMap(([name, value]) => (value === undefined ? [] : `${name}=${value}\0`))
      .join(''),
  )
}

function bareVariables(): NodeJS.ProcessEnv {
  const { PATH, HOME, LANG, TMPDIR } = process.env
  const named = { PATH, HOME, LANG, TMPDIR }
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined))
}

interface Started {
  readonly plan: ProcessPlan
  readonly child: ChildProcess
  readonly pid: number
  readonly ended: Promise<void>
  readonly grace: number
  /** Where in the log its own lines begin, in bytes. */
  readonly logStart: number
}

function runningProcess({ plan, child, pid, ended, grace, logStart }: Started): RunningProcess {
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null
  const { stdin } = child
  // The supervisor may be gone when its input is closed.
  stdin?.on('error', () => undefined)
  return {
    name: plan.name,
    pid,
    ended,
    hasEnded,
    tail: () => tailOf(plan.logFile, logStart),
    hangUp: () => {
      if (!hasEnded()) process.kill(pid, 'SIGHUP')
    },
    async stop() {
      stdin?.end()
      const late = new AbortController()
      const patience = delay((grace + 2) * 1000, 'late', { signal: late.signal }).catch(() => 'ended')
      if ((await Promise.race([ended, patience])) === 'late') killGroup(pid)
      late.abort()
      await ended
    },
  }
}

function endOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.once('error', () => resolve())
    child.once('exit', () => resolve())
  })
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It ended in the meantime.
  }
}

const TAIL = 16_000

/** The last lines of a log file after an offset, empty if there are none. */
function tailOf(logFile: string, from: number): string {
  try {
    const own = readFileSync(logFile).subarray(from).toString('utf8').trim()
    return own.length > TAIL ? own.slice(own.indexOf('\n', own.length - TAIL) + 1) : own
  } catch {
    return ''
  }
}

/** The end of a log for people: without stack traces, and short enough for a screen. */
export const readableTail = (tail: string): string =>
  tail
    .replace(/^\s+at .*\n?/gm, '')
    .trim()
    .slice(-2000)

export interface Readiness {
  /** True once it answers; a throw counts as not yet. */
  readonly probe: () => Promise<boolean>
  readonly timeoutMs: number
  /** Formats the end of its log for people; without it stack traces are left out. */
  readonly explain?: (tail: string) => string
}

/** Generous: a busy machine must not make a start fail. */
export const START_TIMEOUT_MS = 300_000

/** Polls until a process answers. If it ends first, or too much time passes, stops it and throws with the end of its log. */
export async function waitUntilReady(
  running: RunningProcess,
  { probe, timeoutMs, explain = readableTail }: Readiness,
): Promise<void> {
  const until = Date.now() + timeoutMs
  while (!(await probe().catch(() => false))) {
    const failure = running.hasEnded()
      ? 'ended while it started.'
      : Date.now() > until
        ? `did not answer within ${timeoutMs / 1000} s. Start it again when this machine has less to do.`
        : null
    if (failure !== null) {
      await running.stop()
      throw new StartFailure(`${running.name} ${failure}\n${explain(running.tail())}`.trim())
    }
    await delay(30)
  }
}

/**
 * The arguments for running one of our scripts with `node`, named like an import: `new URL('./x.js', import.meta.url)`.
 * From source it runs through tsx, compiled directly.
 */
export function scriptArguments(script: URL): readonly string[] {
  const compiled = fileURLToPath(script)
  if (existsSync(compiled)) return [compiled]
  const loader = createRequire(import.meta.url).resolve('tsx')
  return ['--import', pathToFileURL(loader).href, compiled.replace(/js$/, 'ts')]
}
