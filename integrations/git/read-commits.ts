import { type CommitSha, parseCommitSha } from '../../domain/identifiers.js'
import type { Commit } from '../../domain/ports.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { readSha } from './ref-text.js'

const FIELDS = 5
const FORMAT = '--format=%H%x00%an%x00%ae%x00%ct%x00%s'

/** Splits output that git terminated with NUL. */
export function splitNul(text: string): readonly string[] {
  return text.split('\0').slice(0, -1)
}

const PICKED = /^\(cherry picked from commit ([0-9a-f]{40,64})\)$/gm

/** The commits that a message says it was picked from. */
export const originalsOf = (message: string): readonly CommitSha[] =>
  [...message.matchAll(PICKED)].flatMap(([, sha = '']) => parseCommitSha(sha) ?? [])

/** Impossible dates exist in the wild; they become the nearest valid one. */
export function instantOf(seconds: string): string {
  const latest = Date.UTC(9999, 11, 31) / 1_000
  const within = Math.min(Math.max(Number(seconds) || 0, 0), latest)
  return new Date(within * 1_000).toISOString()
}

/** Parses `git log -z` output with a fixed number of NUL-separated fields per commit. */
export function splitRecords(text: string, fields: number): readonly (readonly string[])[] {
  const all = splitNul(text)
  return Array.from({ length: Math.floor(all.length / fields) }, (_, index) =>
    all.slice(index * fields, (index + 1) * fields),
  )
}

/** The first-parent history of a commit, as far as it is known; newest first. */
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

/** Reads one commit of the mirror. */
export async function readCommit(mirror: Mirror, sha: CommitSha): Promise<Commit> {
  const [commit] = await log(mirror, 1, sha)
  if (commit === undefined) throw new GitError(`git knows nothing of ${sha}`)
  return commit
}

/** The commits of a span; newest first unless they are going to be applied. */
export interface Between {
  /** Null: the whole history of `to`. */
  readonly from: CommitSha | null
  readonly to: CommitSha
  /** Leaves out commits that merges brought in: each merge stands for them. */
  readonly firstParent?: boolean
}

/** The span in git's notation. */
export const revisionsOf = ({ from, to }: Pick<Between, 'from' | 'to'>): string =>
  from === null ? to : `${from}..${to}`

/** Every commit of a span, oldest first. */
export async function commitsBetween(mirror: Mirror, between: Between): Promise<readonly Commit[]> {
  const line = between.firstParent === true ? ['--first-parent'] : []
  const args = ['log', '-z', FORMAT, '--reverse', '--topo-order', ...line, '--no-show-signature']
  const listed = await mirror.run({ args: [...args, '--end-of-options', revisionsOf(between), '--'] })
  return parseCommits(listed.stdout)
}

/** Ancestors of a commit whose message contains a text, newest first. */
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

/** The full message of each commit of a span, without merges. */
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

/** Author, time and subject of each commit of a span: what a rebase keeps. Without merges. */
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

/** The full, unmodified message of a commit. */
export async function readMessage(mirror: Mirror, sha: CommitSha): Promise<string> {
  await mirror.requireCommit(sha)
  const args = ['log', '--format=%B', '--max-count=1', '--no-show-signature', '--end-of-options', sha, '--']
  return (await mirror.run({ args })).stdout
}
