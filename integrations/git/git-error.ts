import { isSystemError } from '../host/system-error.js'

/** A git command failed on this machine: a lost object, an invalid file name, a full disk. */
export class GitError extends Error {
  override readonly name: string = 'GitError'
}

/** The request cannot be carried out as it is; a retry does not help. */
export class GitOrderError extends GitError {
  override readonly name = 'GitOrderError'
}

/** The remote was reached and refused: missing rights, a protected branch, a hook. Somebody has to change that first. */
export class GitRefusedError extends GitError {
  override readonly name = 'GitRefusedError'
}

/** The remote was not reached, or fell silent. A retry may succeed. */
export class GitAwayError extends GitError {
  override readonly name = 'GitAwayError'
}

/** Runs work of git and on its files: what the system refuses of them becomes a {@link GitError}, as if git had said it. */
export async function withFileFaults<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw isSystemError(error) ? new GitError(error.message, { cause: error }) : error
  }
}

/** Credentials of a url never reach a log or a person. */
export function withoutCredentials(text: string): string {
  return text.replaceAll(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')
}

// What git, ssh, and the forges print when a remote refused, in the C locale.
const REFUSALS = [
  /\[remote rejected\]/,
  /Authentication failed/,
  /could not read (?:Username|Password)/,
  /The requested URL returned error: 4(?:01|03|04|10)\b/,
  /Permission denied \(/,
  /Permission to .+ denied/,
  /Write access to repository not granted/,
  /repository '.*' not found/i,
  /ERROR: Repository not found/,
  // Of GitLab by ssh.
  /ERROR: The project you were looking for could not be found/,
  /Host key verification failed/,
  // Of Git LFS.
  /batch response: .*(?:Authentication required|Authorization error|not found)/i,
  /Object does not exist on the server/,
  /does not appear to be a git repository/,
]
// Also rejected, but only because two came at the same moment, or a lock of the remote was in the way.
const PASSING =
  /\[remote rejected\][^\n]*\((?:failed to (?:update ref|lock)|cannot lock ref[^\n]*(?:File exists|but expected))/

/** Whether git's output means that the remote refused, and would refuse again. */
export function isRefusal(printed: string): boolean {
  return !PASSING.test(printed) && REFUSALS.some((refusal) => refusal.test(printed))
}

const FULL = /No space left on device|Disk quota exceeded|Read-only file system/

/** Whether git failed because of this machine, whatever the remote said. */
export function isOwnFault(printed: string): boolean {
  return printed.split('\n').some((line) => !line.startsWith('remote:') && FULL.test(line))
}

/** The reason of a refusal: the remote's output without what git adds around it. */
export function reasonOfRefusal(printed: string): string {
  const lines = printed
    .replace(/^git [\w-]+: /, '')
    .split('\n')
    .map((line) => line.trim())
  const remote = lines.flatMap(
    (line) => /^remote: (?!error: hook declined)(?:error: )?(.*\S)/.exec(line)?.[1] ?? [],
  )
  const rejected = lines.flatMap((line) => /\[remote rejected\].*\((.+)\)$/.exec(line)?.[1] ?? [])
  const own = lines.flatMap((line) => /^(?:fatal|error|ERROR): (.*\S)/.exec(line)?.[1] ?? [])
  const told = [remote, rejected, own].find((part) => part.length > 0) ?? []
  return (told.join(' ') || printed.trim()).slice(0, 400)
}
