import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import type { Commit, CommitRange } from '../../domain/ports.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'

const FIELDS = 5
const LAST_SECOND = Date.UTC(9999, 11, 31) / 1_000
const FORMAT = '--format=%H%x00%an%x00%ae%x00%ct%x00%s'

/** A full commit id git printed. Throws {@link GitError} when it is none. */
export function readSha(text: string): CommitSha {
  const sha = parseCommitSha(text.trim())
  if (sha === null) throw new GitError(`Expected a commit of git, got ${JSON.stringify(text.slice(0, 80))}`)
  return sha
}

/** Texts that git ended with NUL each. */
export function splitNul(text: string): readonly string[] {
  return text.split('\0').slice(0, -1)
}

/** A commit may claim any instant; one that people could not have meant counts as the nearest they could. ISO. */
function instantOf(seconds: number): string {
  const claimed = Number.isFinite(seconds) ? seconds : 0
  return new Date(Math.min(Math.max(claimed, 0), LAST_SECOND) * 1_000).toISOString()
}

function parseCommits(text: string): readonly Commit[] {
  const fields = splitNul(text)
  return Array.from({ length: Math.floor(fields.length / FIELDS) }, (_, index) => {
    const [sha = '', author = '', email = '', seconds = '', subject = ''] = fields.slice(index * FIELDS)
    return { sha: readSha(sha), author, email, at: instantOf(Number(seconds)), subject }
  })
}

async function log(mirror: Mirror, limit: number, revisions: string): Promise<readonly Commit[]> {
  const args = [
    'log',
    '-z',
    FORMAT,
    `--max-count=${limit}`,
    '--no-show-signature',
    '--end-of-options',
    revisions,
    '--',
  ]
  return parseCommits((await mirror.run({ args })).stdout)
}

/** One commit of the mirror. */
export async function readCommit(mirror: Mirror, sha: CommitSha): Promise<Commit> {
  const [commit] = await log(mirror, 1, sha)
  if (commit === undefined) throw new GitError(`git knows nothing of ${sha}`)
  return commit
}

/** The whole message of a commit, as it was written. */
export async function readMessage(mirror: Mirror, sha: CommitSha): Promise<string> {
  await mirror.requireCommit(sha)
  const args = ['log', '--format=%B', '--max-count=1', '--no-show-signature', '--end-of-options', sha, '--']
  return (await mirror.run({ args })).stdout
}

/** Of every commit of a range, empty for one without an address. */
async function emailsOf(mirror: Mirror, revisions: string): Promise<readonly string[]> {
  const args = ['log', '-z', '--format=:%ae', '--end-of-options', revisions, '--']
  // The colon tells a commit without an address from the end of the list.
  const marked = splitNul(`${(await mirror.run({ args })).stdout}\0`).filter((email) => email !== '')
  return marked.map((email) => email.slice(1))
}

/** With a beginning, the files that differ between both ends; without one, the files the newest commits touched. */
async function changedFiles(
  mirror: Mirror,
  from: CommitSha | null,
  to: CommitSha,
  limit: number,
): Promise<readonly string[]> {
  const args =
    from === null
      ? ['log', '-z', '--name-only', '--format=', `--max-count=${limit}`, '--end-of-options', to, '--']
      : ['diff-tree', '-r', '-z', '--name-only', '--no-renames', '--end-of-options', from, to]
  const names = (await mirror.run({ args })).stdout.split('\0').filter((name) => name !== '')
  return [...new Set(names)].toSorted()
}

/** Commits in `to` and not in `from`, newest first, at most `limit`; what is counted is the whole range. */
export async function readRange(
  mirror: Mirror,
  from: CommitSha | null,
  to: CommitSha,
  limit: number,
): Promise<CommitRange> {
  if (from !== null) await mirror.requireCommit(from)
  await mirror.requireCommit(to)
  const revisions = from === null ? to : `${from}..${to}`
  const most = Math.max(0, Math.trunc(limit))
  const [commits, files] = await Promise.all([
    log(mirror, most, revisions),
    changedFiles(mirror, from, to, most),
  ])
  // A range that is shorter than asked for is all of it, and is counted without asking git again.
  const emails = commits.length < most ? commits.map(({ email }) => email) : await emailsOf(mirror, revisions)
  const known = emails.filter((email) => email !== '')
  const authors = new Set(known.map((email) => email.toLowerCase())).size
  return { commits, total: emails.length, authors, files }
}
