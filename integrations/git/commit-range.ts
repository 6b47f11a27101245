/** What one commit has and another lacks, counted completely, with names according to `.mailmap`. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { ChangedFile, ChangedFiles, Commit, CommitRange, RangeCommit } from '../../domain/ports.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { ownerOf } from '../../domain/repository-address.js'
import { type Mailmap, mailmapOf } from './mailmap.js'
import type { Mirror } from './mirror.js'
import { commitsWithin, withPathspecs } from './pathspecs.js'
import {
  firstParentLine,
  instantOf,
  originalsOf,
  revisionsOf,
  splitNul,
  splitRecords,
} from './read-commits.js'
import { readSha } from './ref-text.js'

/** The ends of a range, and the paths that belong to it. */
export interface RangeOrder {
  /** Null: the whole history of `to`. */
  readonly from: CommitSha | null
  readonly to: CommitSha
  /** Git pathspecs; empty: everything. */
  readonly paths: readonly string[]
}

/** Git's format for the co-authors of a commit, as it names them. */
export const CO_AUTHORS = '%(trailers:key=Co-authored-by,valueonly,separator=%x1f)'
const FORMAT = `--format=%H%x00%P%x00%aN%x00%aE%x00%ct%x00%s%x00${CO_AUTHORS}`
const FIELDS = 7
/** Longer histories are only counted; authors and pull requests are those of their newest part. */
const MOST_READ = 100_000
const PICKED = '(cherry picked from commit '

interface Logged extends Commit {
  readonly parents: readonly string[]
  /** `Name <address>`, as in the commit. */
  readonly coAuthors: readonly string[]
}

/** Requires both ends to be in the mirror. */
export async function requireEnds(mirror: Mirror, { from, to }: Omit<RangeOrder, 'paths'>): Promise<void> {
  for (const commit of from === null ? [to] : [from, to]) await mirror.requireCommit(commit)
}

/** Commits in `to` and not in `from`, newest first, at most `limit`; all other fields cover the whole range. */
export async function readRange(mirror: Mirror, order: RangeOrder, limit: number): Promise<CommitRange> {
  await requireEnds(mirror, order)
  const revisions = revisionsOf(order)
  const [whole, own, originals] = await Promise.all([
    readLog(mirror, order.to, revisions),
    commitsWithin(mirror, revisions, order.paths),
    originalsIn(mirror, revisions),
  ])
  const read = own === null ? whole : whole.filter(({ sha }) => own.has(sha))
  const mailmap = await mailmapOf(mirror, order.to, [...new Set(read.flatMap(({ coAuthors }) => coAuthors))])
  const known = new Map<string, Logged>(whole.map((one) => [one.sha, one]))
  const line = new Set(firstParentLine(known, order.to).map(({ sha }) => sha))
  const owner = ownerOf(mirror.address)
  const pullOf = ({ sha, parents, subject }: Logged): number | null =>
    pullRequestOf({ subject, isMerge: parents.length > 1, isOnLine: line.has(sha) }, owner)
  const people = peopleOf(read, mailmap)
  const isAll = whole.length < MOST_READ
  return {
    commits: read.slice(0, Math.max(0, Math.trunc(limit))).map((one): RangeCommit => {
      const { sha, author, email, at, subject } = one
      return {
        ...{ sha, author, email, at, subject },
        pull: pullOf(one),
        original: originals.get(sha)?.[0] ?? null,
      }
    }),
    total: isAll ? read.length : (own?.size ?? (await countCommits(mirror, revisions))),
    read: read.length,
    authors: people.length,
    people,
    pulls: [...new Set(read.flatMap((one) => pullOf(one) ?? []))],
  }
}

async function readLog(mirror: Mirror, to: CommitSha, revisions: string): Promise<readonly Logged[]> {
  const args = ['-c', `mailmap.blob=${to}:.mailmap`, 'log', '-z', FORMAT, `--max-count=${MOST_READ}`]
  const { stdout } = await mirror.run({
    args: [...args, '--no-show-signature', '--end-of-options', revisions, '--'],
  })
  return splitRecords(stdout, FIELDS).map(logged)
}

function logged([
  sha = '',
  parents = '',
  author = '',
  email = '',
  at = '',
  subject = '',
  others = '',
]: readonly string[]): Logged {
  return {
    ...{ sha: readSha(sha), author, email, at: instantOf(at), subject },
    parents: parents.split(' ').filter(Boolean),
    coAuthors: others.split('\x1f').filter(Boolean),
  }
}

/** Each person once, by address, with the newest of their names; authors without an address are left out. */
function peopleOf(commits: readonly Logged[], mailmap: Mailmap): readonly string[] {
  const names = new Map<string, string>()
  for (const { author: name, email, coAuthors } of commits) {
    for (const person of [{ name, email }, ...coAuthors.map(mailmap)]) {
      const address = person.email.toLowerCase()
      if (address !== '' && !names.has(address)) names.set(address, person.name)
    }
  }
  return [...names.values()]
}

async function countCommits(mirror: Mirror, revisions: string): Promise<number> {
  const args = ['rev-list', '--count', '--end-of-options', revisions, '--']
  return Number((await mirror.run({ args })).stdout.trim())
}

/** What each cherry-pick of a span says it was picked from; a pick of a pick names several, oldest first. */
export async function originalsIn(
  mirror: Mirror,
  revisions: string,
): Promise<ReadonlyMap<CommitSha, readonly CommitSha[]>> {
  const args = ['log', '-z', '--format=%H%n%b', '--fixed-strings', `--grep=${PICKED}`]
  const { stdout } = await mirror.run({
    args: [...args, `--max-count=${MOST_READ}`, '--no-show-signature', '--end-of-options', revisions, '--'],
  })
  return new Map(
    splitNul(stdout).map((text) => [readSha(text.slice(0, text.indexOf('\n'))), originalsOf(text)] as const),
  )
}

/** Whether a range touches one of these parts of a repository; a pathspec that excludes does so within its own part alone. */
export async function touchesAny(
  mirror: Mirror,
  between: Omit<RangeOrder, 'paths'>,
  parts: readonly (readonly string[])[],
): Promise<boolean> {
  await requireEnds(mirror, between)
  for (const part of parts) {
    const touching = await commitsWithin(mirror, revisionsOf(between), part)
    if (touching === null || touching.size > 0) return true
  }
  return false
}

/** The files that differ between two commits; a renamed one counts once. Without a beginning: how many there are. */
export async function readChanges(mirror: Mirror, order: RangeOrder, limit: number): Promise<ChangedFiles> {
  await requireEnds(mirror, order)
  const { from, to, paths } = order
  if (from === null) {
    const empty = await mirror.run({ args: ['hash-object', '-t', 'tree', '/dev/null'] })
    const args = [
      'diff',
      '--name-only',
      '-z',
      '--no-renames',
      '--end-of-options',
      empty.stdout.trim(),
      to,
      '--',
    ]
    const { stdout } = await mirror.run(withPathspecs(args, paths))
    return { files: [], total: splitNul(stdout).length, added: 0, deleted: 0 }
  }
  const args = ['diff', '--numstat', '-z', '--find-renames', '--no-ext-diff', '--no-textconv']
  const { stdout } = await mirror.run(withPathspecs([...args, '--end-of-options', from, to, '--'], paths))
  const files = changedFiles(splitNul(stdout))
  const sum = (lines: 'added' | 'deleted'): number => files.reduce((all, file) => all + (file[lines] ?? 0), 0)
  return { files: files.slice(0, limit), total: files.length, added: sum('added'), deleted: sum('deleted') }
}

/** `1 TAB 2 TAB path`; for a rename the path is empty and both names follow. A dash instead of a count means binary. */
function changedFiles(fields: readonly string[]): readonly ChangedFile[] {
  const files: ChangedFile[] = []
  for (let index = 0; index < fields.length; index++) {
    const [added = '', deleted = '', ...name] = (fields[index] ?? '').split('\t')
    const isRename = name.join('\t') === ''
    const renamedFrom = isRename ? (fields[++index] ?? null) : null
    const path = isRename ? (fields[++index] ?? '') : name.join('\t')
    const lines = (text: string): number | null => (text === '-' ? null : Number(text))
    files.push({ path, renamedFrom, added: lines(added), deleted: lines(deleted) })
  }
  return files
}
