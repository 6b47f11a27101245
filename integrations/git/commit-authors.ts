/** Authors of commits and the people who merged them, by address. Ignores `.mailmap`, which is part of what is judged. */
import type { AuthorsInGit } from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { originalsIn, type RangeOrder, requireEnds } from './commit-range.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { firstParentLine, revisionsOf, splitRecords } from './read-commits.js'
import { readSha } from './ref-text.js'
import { branchCommit } from './resolve-ref.js'

const TRAILERS = '%(trailers:key=Co-authored-by,key=Signed-off-by,valueonly,separator=%x1f)'
const FORMAT = `--format=%H%x00%P%x00%ae%x00%ce%x00%s%x00${TRAILERS}`
const FIELDS = 6
/** The newest ones; a command line does not hold any number of them. */
const MOST_ORIGINALS = 2_000
/** Picks are of recent commits. */
const MOST_ON_TRUNK = 20_000
/** GitHub commits under this address what people merge on its site. */
const NOBODY: ReadonlySet<string> = new Set(['noreply@github.com', ''])

interface Merge {
  readonly sha: CommitSha
  readonly parents: readonly string[]
  readonly author: string
}

interface Written extends Merge {
  readonly committer: string
  readonly subject: string
  readonly others: readonly string[]
}

/** What reading authors needs to know. */
export interface AuthorsOrder extends RangeOrder {
  readonly limit: number
  /** The branch whose merges brought in what was picked. */
  readonly trunk: string
  /** The address that Slipway commits picks under. */
  readonly own: string
}

/** See `Git.authors`. */
export async function readAuthors(mirror: Mirror, order: AuthorsOrder): Promise<readonly AuthorsInGit[]> {
  await requireEnds(mirror, order)
  return authorsIn({ mirror, read: new Map() }, order)
}

interface Reading {
  readonly mirror: Mirror
  /** What merges brought, so that each is read once, however often it was picked. */
  readonly read: Map<CommitSha, Promise<readonly AuthorsInGit[]>>
  /** Read once, if anything was picked. */
  mergersOnTrunk?: Promise<ReadonlyMap<CommitSha, string>>
}

async function authorsIn(reading: Reading, order: AuthorsOrder): Promise<readonly AuthorsInGit[]> {
  const { mirror } = reading
  const { to, paths, limit } = order
  const revisions = revisionsOf(order)
  // The merge that brought in a commit is searched among all commits, whatever paths they touch.
  const most = paths.length === 0 ? [`--max-count=${limit}`] : []
  const args = ['log', '-z', FORMAT, ...most, '--no-show-signature', '--end-of-options']
  const { stdout } = await mirror.run({ args: [...args, revisions, '--'] })
  const written = splitRecords(stdout, FIELDS).map(readWritten)
  const mergers = mergersOf(written, to)
  const within = await commitsWithin(mirror, revisions, paths)
  const ships = written.filter(({ sha }) => within?.has(sha) ?? true).slice(0, limit)
  // The person who pressed Merge wrote nothing, unless there are only merges.
  const plain = ships.filter(({ parents }) => parents.length < 2)
  const originals = await originalsOfPicks(mirror, revisions)
  const authors: AuthorsInGit[] = []
  for (const one of plain.length === 0 ? ships : plain) {
    const known = authorsOf(one, { merger: mergers.get(one.sha), committer: committerOf(one, order) })
    const original = originals.get(one.sha)
    authors.push(...(original ? await authorsOfPick(reading, order, { known, one, original }) : [known]))
  }
  return authors
}

function authorsOf(
  { sha, author, others, subject }: Written,
  { merger, committer }: { readonly merger: string | undefined; readonly committer: string | null },
): AuthorsInGit {
  const known = { commit: sha, wrote: [...new Set([author, ...others])], merged: merger ?? committer }
  if (known.merged === null) {
    const pull = pullRequestOf({ subject, isMerge: false, isOnLine: false }, null)
    return { ...known, onForge: { commit: sha, pull } }
  }
  return committer === null || committer === known.merged ? known : { ...known, committed: committer }
}

/** What the picks of a span say they were picked from; of several the merge, else the oldest. */
async function originalsOfPicks(mirror: Mirror, revisions: string): Promise<ReadonlyMap<CommitSha, Written>> {
  const originals = await originalsIn(mirror, revisions)
  if (originals.size === 0) return new Map()
  const args = ['log', '-z', FORMAT, '--no-walk=unsorted', '--ignore-missing', '--no-show-signature']
  const named = new Set([...originals.values()].flat().slice(0, MOST_ORIGINALS))
  const { stdout } = await mirror.run({ args: [...args, '--end-of-options', ...named, '--'] })
  const read = new Map(
    splitRecords(stdout, FIELDS)
      .map(readWritten)
      .map((one) => [one.sha, one]),
  )
  return new Map(
    [...originals].flatMap(([sha, of]) => {
      const found = of.flatMap((one) => read.get(one) ?? [])
      const original = found.find(({ parents }) => parents.length > 1) ?? found[0]
      return original === undefined ? [] : [[sha, original] as const]
    }),
  )
}

interface Pick {
  readonly known: AuthorsInGit
  readonly one: Written
  readonly original: Written
}

/** A pick has the same people as its original, if it is exactly that change. */
async function authorsOfPick(
  reading: Reading,
  order: AuthorsOrder,
  { known, one, original }: Pick,
): Promise<readonly AuthorsInGit[]> {
  const isMerge = original.parents.length > 1
  // A person who made the pick is accountable for it.
  if (!isMerge && known.merged !== null) return [known]
  const isExact = await makesSameChange(reading.mirror, one, original)
  if (isMerge) return authorsOfMerge(reading, order, { known, original, isExact })
  if (!isExact) return [known]
  reading.mergersOnTrunk ??= readMergersOnTrunk(reading.mirror, order.trunk)
  const merger = (await reading.mergersOnTrunk).get(original.sha)
  const brought = authorsOf(original, { merger, committer: committerOf(original, order) })
  return [{ ...brought, commit: known.commit, wrote: known.wrote }]
}

/**
 * A pick has the name of whoever made the merge, but those wrote it whose commits the merge brought. A commit that only says so,
 * and has other changes, is its author's too.
 */
async function authorsOfMerge(
  reading: Reading,
  order: AuthorsOrder,
  { known, original, isExact }: Omit<Pick, 'one'> & { readonly isExact: boolean },
): Promise<readonly AuthorsInGit[]> {
  const [parent = ''] = original.parents
  const merge = original.sha
  const span = { ...order, from: readSha(parent), to: merge }
  const brought = reading.read.get(merge) ?? authorsIn(reading, span)
  reading.read.set(merge, brought)
  const own = isExact ? [] : known.wrote
  const authors = (await brought).map(({ wrote, ...more }) => ({
    ...more,
    commit: known.commit,
    wrote: [...new Set([...own, ...wrote])],
  }))
  return authors.length === 0 ? [known] : authors
}

/** By whom trunk got commits that were merged into it. Commits that are not among its newest have no merger here. */
async function readMergersOnTrunk(mirror: Mirror, trunk: string): Promise<ReadonlyMap<CommitSha, string>> {
  const head = await branchCommit(mirror, trunk)
  if (head === null) return new Map()
  const args = ['log', '-z', '--format=%H%x00%P%x00%ae', `--max-count=${MOST_ON_TRUNK}`]
  const { stdout } = await mirror.run({
    args: [...args, '--no-show-signature', '--end-of-options', head, '--'],
  })
  const commits = splitRecords(stdout, 3).map(readMerge)
  return mergersOf(commits, head)
}

/** Whether two commits change the same lines, wherever in their files those are. */
async function makesSameChange(mirror: Mirror, one: Written, other: Written): Promise<boolean> {
  const [onto] = one.parents
  const [from] = other.parents
  if (onto === undefined || from === undefined) return false
  const made = await linesOf(mirror, onto, one.sha)
  return made !== null && made === (await linesOf(mirror, from, other.sha))
}

/** What a step changes, wherever in its files that is; null if it is too much to compare. */
async function linesOf(mirror: Mirror, from: string, to: string): Promise<string | null> {
  const args = ['diff-tree', '-r', '-p', '-U0', '--binary', '--no-ext-diff', '--no-textconv']
  try {
    const { stdout } = await mirror.run({ args: [...args, '--end-of-options', from, to, '--'] })
    return stdout
      .split('\n')
      .filter((line) => !/^(?:index|@@) /.test(line))
      .join('\n')
  } catch (error) {
    if (error instanceof GitError) return null
    throw error
  }
}

const readMerge = ([sha = '', parents = '', author = '']: readonly string[]): Merge => ({
  sha: readSha(sha),
  parents: parents.split(' ').filter(Boolean),
  author: author.trim().toLowerCase(),
})

function readWritten([
  sha = '',
  parents = '',
  author = '',
  committer = '',
  subject = '',
  others = '',
]: readonly string[]): Written {
  return {
    ...readMerge([sha, parents, author]),
    committer: committer.trim().toLowerCase(),
    subject,
    others: others.split('\x1f').filter(Boolean).map(addressIn),
  }
}

/** `Alice <alice@example.com>`; without an address the text is kept as it is, and matches no known person. */
const addressIn = (trailer: string): string =>
  (/<([^<>]*)>\s*$/.exec(trailer)?.[1] ?? trailer).trim().toLowerCase()

/** Null if that is the author, a program of the forge, or Slipway. */
function committerOf({ author, committer }: Written, { own }: AuthorsOrder): string | null {
  const isNobody = committer === author || NOBODY.has(committer) || committer === own.toLowerCase()
  return isNobody ? null : committer
}

/** For commits that came in by a merge: the person who made that merge. */
function mergersOf(commits: readonly Merge[], to: CommitSha): ReadonlyMap<CommitSha, string> {
  const known = new Map<string, Merge>(commits.map((one) => [one.sha, one]))
  const line = firstParentLine(known, to)
  const onLine = new Set(line.map(({ sha }) => sha))
  const mergers = new Map<CommitSha, string>()
  // The oldest merge that contains a commit brought it in.
  for (const merge of line.toReversed()) {
    const open = merge.parents.slice(1)
    for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
      const one = known.get(sha)
      if (one === undefined || onLine.has(one.sha) || mergers.has(one.sha)) continue
      mergers.set(one.sha, merge.author)
      open.push(...one.parents)
    }
  }
  return mergers
}
