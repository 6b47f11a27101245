import { endGroup } from '../host/process-group.js'
import { type StartedProgram, startProgram } from '../host/start-program.js'
import {
  GitAwayError,
  GitError,
  GitRefusedError,
  isOwnFault,
  isRefusal,
  withoutCredentials,
} from './git-error.js'

/** Settings for running git. */
export interface GitSettings {
  /** The committer of cherry-picks and tags. */
  readonly committer: { readonly name: string; readonly email: string }
  /** The file of an ssh key without passphrase that signs commits and tags; absent or null: no signatures. */
  readonly signingKey?: string | null
  /** Milliseconds after which a git command is killed. */
  readonly timeoutMs: number
  /** For a fetch, which may take long: milliseconds of silence, and in total; a minute and an hour unless given. */
  readonly silentMs?: number
  readonly longestMs?: number
  /** The variables of Slipway's own environment that git gets: `PATH`, `HOME`, `SSH_AUTH_SOCK` and the like. */
  readonly environment: Readonly<Record<string, string>>
  /** The `Authorization` for a remote, asked for before each contact; null: none. Throws if it cannot be had now. */
  readonly signIn?: (address: string) => Promise<string | null>
}

/** One run of git. */
export interface GitCall {
  readonly args: readonly string[]
  /** The repository's folder. */
  readonly gitDir: string
  readonly workTree?: string
  /** The remote it contacts: then the user's own settings (credential helpers, `insteadOf`) apply; otherwise none do. */
  readonly remote?: string
  readonly variables?: Readonly<Record<string, string>>
  /** More settings, `name=value`, in addition to those of every run. */
  readonly settings?: readonly string[]
  /** Exit codes that are answers, not failures, besides 0. */
  readonly answers?: readonly number[]
  /** It is killed after some silence but may otherwise take long: a fetch that reports progress. */
  readonly untilSilent?: true
  /** It may take as long as a first fetch, and says nothing meanwhile: housekeeping that nobody waits for. */
  readonly slow?: true
}

/** The output of git. */
export interface GitAnswer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs git; throws {@link GitError} on a failure or when it takes too long. */
export type RunGit = (call: GitCall) => Promise<GitAnswer>

const MOST_OUTPUT = 64 * 1024 * 1024
const KILL_GRACE_MS = 2_000
const SILENT_MS = 60_000
/** The longest time for fetching a whole history; ms. */
export const LONGEST_MS = 3_600_000

// Neither a repository nor a user's settings may run a program, or change a command's output.
const SETTINGS = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.quotePath=false',
  'protocol.ext.allow=never',
  'gc.autoDetach=false',
  'maintenance.autoDetach=false',
  'commit.cleanup=whitespace',
  'push.gpgSign=false',
  'push.followTags=false',
  'fetch.fsckObjects=false',
  'rerere.enabled=false',
  'i18n.logOutputEncoding=UTF-8',
  'advice.detachedHead=false',
  // A connection that transfers less than this for a minute is dead.
  'http.lowSpeedLimit=100',
  'http.lowSpeedTime=60',
]

function settingsOf({ signingKey = null }: GitSettings): readonly string[] {
  const signing =
    signingKey === null
      ? ['commit.gpgSign=false', 'tag.gpgSign=false']
      : ['commit.gpgSign=true', 'tag.gpgSign=true', 'gpg.format=ssh', `user.signingKey=${signingKey}`]
  return [...SETTINGS, ...signing].flatMap((setting) => ['-c', setting])
}

function environmentOf(settings: GitSettings, call: GitCall): Record<string, string> {
  const isolated = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_ATTR_NOSYSTEM: '1' }
  return {
    // ssh must fail rather than ask on the terminal Slipway was started from.
    SSH_ASKPASS: 'false',
    SSH_ASKPASS_REQUIRE: 'force',
    ...settings.environment,
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: 'https:ssh:file',
    GIT_LITERAL_PATHSPECS: '1',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_COMMITTER_NAME: settings.committer.name,
    GIT_COMMITTER_EMAIL: settings.committer.email,
    ...(call.remote === undefined ? isolated : {}),
    ...call.variables,
    GIT_DIR: call.gitDir,
    ...(call.workTree === undefined ? {} : { GIT_WORK_TREE: call.workTree }),
  }
}

/** Runs git with these settings: without a shell, prompts, hooks or other people's configuration. */
export function createRunGit(settings: GitSettings): RunGit {
  return async (call) => {
    const authorized = call.remote === undefined ? {} : await signedIn(settings, call.remote)
    return execute(settings, call, { ...environmentOf(settings, call), ...authorized })
  }
}

async function authorizationFor({ signIn }: GitSettings, address: string): Promise<string | null> {
  try {
    return (await signIn?.(address)) ?? null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw new GitAwayError(`There is no sign-in for ${new URL(address).host} now: ${why}`)
  }
}

/** Passed in the environment, so that no process list shows it; for that host only, even after a redirect. */
async function signedIn(settings: GitSettings, address: string): Promise<Record<string, string>> {
  const authorization = address.startsWith('https:') ? await authorizationFor(settings, address) : null
  if (!authorization) return {}
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(address).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
  }
}

/** Why git was killed before it finished. */
type Ended = 'too long' | 'silent' | 'too much'

interface Limits {
  /** No output from git or the remote. */
  readonly silentMs: number
  readonly wholeMs: number
}

/** While git reports progress, silence means a dead remote, and a whole history may take long. */
function limitsOf(
  { timeoutMs, silentMs = SILENT_MS, longestMs = LONGEST_MS }: GitSettings,
  { untilSilent, slow }: GitCall,
): Limits {
  if (slow === true) return { silentMs: longestMs, wholeMs: longestMs }
  if (untilSilent === true) return { silentMs, wholeMs: longestMs }
  return { silentMs: timeoutMs, wholeMs: timeoutMs }
}

/** Runs in its own process group: child processes of git (ssh, git-remote-https) end with it, however it ends. */
async function execute(
  settings: GitSettings,
  call: GitCall,
  env: Record<string, string>,
): Promise<GitAnswer> {
  const more = (call.settings ?? []).flatMap((setting) => ['-c', setting])
  const limits = limitsOf(settings, call)
  const heard: Heard = { stdout: [], stderr: [], size: 0 }
  let ended: Ended | null = null
  const end = (why: Ended): void => {
    if (ended !== null) return
    ended = why
    void endProgram(git, KILL_GRACE_MS)
  }
  const git = startProgram(
    { program: 'git', args: [...settingsOf(settings), ...more, ...call.args], env, cwd: call.workTree },
    (from, chunk) => {
      heard.size += chunk.length
      if (heard.size > MOST_OUTPUT) return end('too much')
      heard[from].push(chunk)
      silence.refresh()
    },
  )
  const silence = setTimeout(() => end('silent'), limits.silentMs)
  const whole = setTimeout(() => end('too long'), limits.wholeMs)
  try {
    const code = await git.ended.catch((error: unknown) => {
      throw new GitError(`git cannot be started: ${error instanceof Error ? error.message : String(error)}`)
    })
    if (ended !== null) {
      const why = `git ${nameOf(call)} was ended: ${sayEnded(ended, limits)}`
      throw call.remote === undefined ? new GitError(why) : new GitAwayError(why)
    }
    return answerOf(call, { code, stdout: textOf(heard.stdout), stderr: textOf(heard.stderr) })
  } finally {
    clearTimeout(silence)
    clearTimeout(whole)
    // A helper whose git is gone would wait for a silent remote.
    if (call.remote !== undefined) await endProgram(git, 0)
  }
}

/** What git said so far; the size is that of both. */
interface Heard {
  readonly stdout: Buffer[]
  readonly stderr: Buffer[]
  size: number
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8')

async function endProgram({ group }: StartedProgram, graceMs: number): Promise<void> {
  const number = await group
  if (number !== null) await endGroup(number, graceMs)
}

const nameOf = ({ args }: GitCall): string => args[0] ?? ''

function sayEnded(ended: Ended, { silentMs, wholeMs }: Limits): string {
  switch (ended) {
    case 'silent':
      return `nothing was heard for ${silentMs / 1_000} s`
    case 'too long':
      return `it took longer than ${wholeMs / 1_000} s`
    case 'too much':
      return `it said more than ${MOST_OUTPUT / 1024 / 1024} MB`
  }
}

interface Said extends Omit<GitAnswer, 'code'> {
  /** Null if a signal ended it. */
  readonly code: number | null
}

function answerOf(call: GitCall, { code, stdout, stderr }: Said): GitAnswer {
  if (code === 0 || (code !== null && call.answers?.includes(code) === true)) return { code, stdout, stderr }
  const told = withoutProgress(stderr)
  const why = told === '' ? `it ended with ${code === null ? 'a signal' : `exit code ${code}`}` : told
  const said = withoutCredentials(`git ${nameOf(call)}: ${why.slice(-1_500)}`)
  if (call.remote === undefined || isOwnFault(told)) throw new GitError(said)
  throw isRefusal(told) ? new GitRefusedError(said) : new GitAwayError(said)
}

/** Git's output without the progress lines that it rewrites. */
function withoutProgress(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .filter((line) => !/^(?:remote: )?[A-Z][a-z ]+: +\d+(?:%|\b)/.test(line))
  return lines.join('\n').trim()
}
