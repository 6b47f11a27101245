import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'

export interface GitAuthor {
  readonly name: string
  readonly email: string
}

export interface GitFile {
  readonly content: string
  readonly executable: boolean
}

export interface CommitOrder {
  readonly branch: string
  /** The commit to build on; `null` begins a history. */
  readonly parent: string | null
  readonly author: GitAuthor
  readonly at: Date
  readonly message: string
  /** Files by path; `null` removes one. All others are unchanged. */
  readonly files: ReadonlyMap<string, GitFile | null>
}

/** Runs git in a bare repository and returns its trimmed output. Throws with git's own message if it fails. */
export async function git(repository: string, args: readonly string[], input = ''): Promise<string> {
  const child = spawn('git', ['--git-dir', repository, ...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  // A git that fails immediately closes its input before we have written it.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  if (child.exitCode !== 0) throw new Error(`git ${args.join(' ')} failed: ${stderr.trim()}`)
  return stdout.trim()
}

/**
 * Writes one commit to a branch of a bare repository and returns its full id. The same arguments give the same id. Throws
 * if the branch no longer points at the parent.
 */
export async function writeCommit(repository: string, order: CommitOrder): Promise<string> {
  await git(repository, ['fast-import', '--quiet', '--date-format=raw'], streamOf(order))
  return git(repository, ['rev-parse', '--verify', `refs/heads/${order.branch}`])
}

function streamOf({ branch, parent, author, at, message, files }: CommitOrder): string {
  const who = `${author.name} <${author.email}> ${Math.floor(at.getTime() / 1000)} +0000`
  const lines = [`commit refs/heads/${branch}`, `author ${who}`, `committer ${who}`, data(`${message}\n`)]
  if (parent !== null) lines.push(`from ${parent}`)
  for (const [path, file] of files) {
    lines.push(file === null ? `D ${path}` : `M ${file.executable ? '100755' : '100644'} inline ${path}`)
    if (file !== null) lines.push(data(file.content))
  }
  return `${lines.join('\n')}\ndone\n`
}

const data = (content: string): string => `data ${Buffer.byteLength(content)}\n${content}`
