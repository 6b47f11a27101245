import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import type { Commit, TakenOut } from '../../domain/ports.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'

const FIELDS = 5
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

/** Dates that no calendar has exist in the wild; they are told as the nearest that one has. */
export function instantOf(seconds: string): string {
  const latest = Date.UTC(9999, 11, 31) / 1_000
  const within = Math.min(Math.max(Number(seconds) || 0, 0), latest)
  return new Date(within * 1_000).toISOString()
}

/** What `git log -z` printed of each commit, in a format of so many fields with NUL between them. */
export function splitRecords(text: string, fields: number): readonly (readonly string[])[] {
  const all = splitNul(text)
  return Array.from({ length: Math.floor(all.length / fields) }, (_, index) =>
    all.slice(index * fields, (index + 1) * fields),
  )
}

/** The commits that lead from a commit back along first parents, as far as they are known; the newest first. */
export function firstParentLine<
  Known extends { readonly sha: CommitSha; readonly parents: readonly string[] },
>(known: ReadonlyMap<string, Known>, from: CommitSha): readonly Known[] {
  const line: Known[] = []
  for (let one = known.get(from); one !== undefined; one = known.get(one.parents[0] ?? '')) line.push(one)
  return line
}

function parseCommits(text: string): readonly Commit[] {
  return splitRecords(text, FIELDS).map(
    ([sha = '', author = '', email = '', seconds = '', subject = '']) => ({
      ...{ sha: readSha(sha), author, email, at: instantOf(seconds), subject },
    }),
  )
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

/** The commits of a span; the newest first, unless it is read to be put on something. */
export interface Between {
  /** Null: all that `to` has. */
  readonly from: CommitSha | null
  readonly to: CommitSha
  /** Leaves out what merges brought in: each stands for it. */
  readonly firstParent?: boolean
}

/** What git calls a span. */
export const revisionsOf = ({ from, to }: Pick<Between, 'from' | 'to'>): string =>
  from === null ? to : `${from}..${to}`

/** Every commit of a span, oldest first. */
export async function commitsBetween(mirror: Mirror, between: Between): Promise<readonly Commit[]> {
  const line = between.firstParent === true ? ['--first-parent'] : []
  const args = ['log', '-z', FORMAT, '--reverse', '--topo-order', ...line, '--no-show-signature']
  const listed = await mirror.run({ args: [...args, '--end-of-options', revisionsOf(between), '--'] })
  return parseCommits(listed.stdout)
}

/** Commits below one whose message has a text somewhere, newest first. */
export async function grepCommits(mirror: Mirror, from: CommitSha, text: string): Promise<readonly Commit[]> {
  const args = ['log', '-z', FORMAT, '--fixed-strings', `--grep=${text}`, '--no-show-signature']
  return parseCommits((await mirror.run({ args: [...args, '--end-of-options', from, '--'] })).stdout)
}

/** The parents of a commit, the first one first. */
export async function parentsOf(mirror: Mirror, commit: CommitSha): Promise<readonly CommitSha[]> {
  const args = ['log', '--max-count=1', '--format=%P', '--end-of-options', commit, '--']
  const { stdout } = await mirror.run({ args })
  return stdout.trim().split(' ').filter(Boolean).map(readSha)
}

async function fieldsBetween(mirror: Mirror, between: Between, format: string): Promise<readonly string[]> {
  const args = ['log', '-z', `--format=${format}`, '--no-merges', '--no-show-signature']
  const listed = await mirror.run({ args: [...args, '--end-of-options', revisionsOf(between), '--'] })
  return splitNul(listed.stdout)
}

/** The whole message of each commit of a span, merges left out. */
export async function messagesBetween(
  mirror: Mirror,
  between: Between,
): Promise<readonly { readonly sha: CommitSha; readonly message: string }[]> {
  const fields = await fieldsBetween(mirror, between, '%H%n%B')
  return fields.map((field) => {
    const end = field.indexOf('\n')
    return { sha: readSha(field.slice(0, end)), message: field.slice(end + 1) }
  })
}

/** Who wrote each commit of a span, when, under which subject: what a rebase keeps. Merges are left out. */
export async function authorshipsBetween(
  mirror: Mirror,
  between: Between,
): Promise<readonly { readonly sha: CommitSha; readonly key: string }[]> {
  const fields = await fieldsBetween(mirror, between, '%H%n%ae%n%at%n%s')
  return fields.map((field) => {
    const end = field.indexOf('\n')
    return { sha: readSha(field.slice(0, end)), key: field.slice(end + 1) }
  })
}

/** The whole message of a commit, as it was written. */
export async function readMessage(mirror: Mirror, sha: CommitSha): Promise<string> {
  await mirror.requireCommit(sha)
  const args = ['log', '--format=%B', '--max-count=1', '--no-show-signature', '--end-of-options', sha, '--']
  return (await mirror.run({ args })).stdout
}

/** See {@link Git.takenOut}. */
export async function readTakenOut(
  mirror: Mirror,
  from: CommitSha,
  to: CommitSha,
  limit: number,
): Promise<TakenOut> {
  await mirror.requireCommit(from)
  await mirror.requireCommit(to)
  const args = ['log', '-z', FORMAT, '--no-merges', '--cherry-pick', '--left-only', '--no-show-signature']
  const listed = await mirror.run({ args: [...args, '--end-of-options', `${from}...${to}`, '--'] })
  const commits = parseCommits(listed.stdout)
  return {
    total: commits.length,
    commits: commits.slice(0, limit).map(shownCommit),
  }
}
