import { execFile } from 'node:child_process'
import { GitError, GitRefusedError, isRefusal, withoutCredentials } from './git-error.js'

/** How git is run. */
export interface GitSettings {
  /** Who commits cherry-picks and makes tags. */
  readonly committer: { readonly name: string; readonly email: string }
  /** The file of an ssh key without passphrase that signs commits and tags; absent or null: nothing is signed. */
  readonly signingKey?: string | null
  /** Milliseconds after which one git command is ended. */
  readonly timeoutMs: number
  /** What git sees of Slipway's own environment: `PATH`, `HOME`, `SSH_AUTH_SOCK` and the like. */
  readonly environment: Readonly<Record<string, string>>
  /** The `Authorization` a remote wants of us, asked for each time it is spoken to; null: none. */
  readonly signIn?: (address: string) => Promise<string | null>
}

/** One run of git. */
export interface GitCall {
  readonly args: readonly string[]
  /** The folder of the repository git works on. */
  readonly gitDir: string
  readonly workTree?: string
  /** The remote it talks to: then the person's own settings (credential helpers, `insteadOf`) apply; else none do. */
  readonly remote?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Exit codes that are answers, not failures; 0 always is. */
  readonly answers?: readonly number[]
}

/** What git said. */
export interface GitAnswer {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs git; throws {@link GitError} on a failure or when it takes too long. */
export type RunGit = (call: GitCall) => Promise<GitAnswer>

const MOST_OUTPUT = 64 * 1024 * 1024

// Neither a repository nor a person's settings may run a program, or change what a command gives.
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
  // A connection that moves less than this for a minute is dead.
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

function describe(call: GitCall, error: Error, stderr: string): GitError {
  const why = stderr.trim() === '' ? error.message : stderr.trim()
  const said = withoutCredentials(`git ${call.args[0] ?? ''}: ${why.slice(-1_500)}`)
  return call.remote !== undefined && isRefusal(stderr) ? new GitRefusedError(said) : new GitError(said)
}

/** The way to run git with these settings: without a shell, without prompts, hooks or other people's configuration. */
export function createRunGit(settings: GitSettings): RunGit {
  return async (call) => {
    const signedIn = call.remote === undefined ? {} : await signIn(settings, call.remote)
    return execute(settings, call, { ...environmentOf(settings, call), ...signedIn })
  }
}

/** By the environment, where no list of processes shows it; for that host alone, wherever it redirects to. */
async function signIn(settings: GitSettings, address: string): Promise<Record<string, string>> {
  const authorization = address.startsWith('https:') ? await settings.signIn?.(address) : null
  if (!authorization) return {}
  return {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `http.${new URL(address).origin}/.extraHeader`,
    GIT_CONFIG_VALUE_0: `Authorization: ${authorization}`,
  }
}

function execute(settings: GitSettings, call: GitCall, env: Record<string, string>): Promise<GitAnswer> {
  return new Promise((resolve, reject) => {
    const child = execFile(
      'git',
      [...settingsOf(settings), ...call.args],
      {
        env,
        timeout: settings.timeoutMs,
        maxBuffer: MOST_OUTPUT,
        ...(call.workTree === undefined ? {} : { cwd: call.workTree }),
      },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : error.code
        if (error === null || (typeof code === 'number' && call.answers?.includes(code) === true)) {
          resolve({ code: Number(code), stdout, stderr })
        } else if (error.killed === true) {
          reject(new GitError(`git ${call.args[0] ?? ''} was ended after ${settings.timeoutMs / 1000} s`))
        } else {
          reject(describe(call, error, stderr))
        }
      },
    )
    child.stdin?.end()
  })
}
