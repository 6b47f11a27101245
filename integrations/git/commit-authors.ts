/** Authors of commits and the people who merged them, by address. Ignores `.mailmap`, which is part of what is judged. */
import type { AuthorsInGit } from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { originalsIn, type RangeOrder, requireEnds } from './commit-range.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { firstParentLine, readSha, revisionsOf, splitRecords } from './read-commits.js'

const TRAILERS = '%(trailers:key=Co-authored-by,key=Signed-off-by,valueonly,separator=%x1f)'
const FORMAT = `--format=%H%x00%P%x00%ae%x00%ce%x00%s%x00${TRAILERS}`
const FIELDS = 6
/** The newest ones; a command line does not hold any number of them. */
const MOST_ORIGINALS = 2_000
/** GitHub commits under this address what people merge on its site. */
const NOBODY: ReadonlySet<string> = new Set(['noreply@github.com', ''])

interface Written {
  readonly sha: CommitSha
  readonly parents: readonly string[]
  readonly author: string
  readonly committer: string
  readonly subject: string
  readonly others: readonly string[]
}

/** What reading authors needs to know. */
export interface AuthorsOrder extends RangeOrder {
  readonly limit: number
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
}

async function authorsIn(reading: Reading, order: AuthorsOrder): Promise<readonly AuthorsInGit[]> {
  const { mirror } = reading
  const { to, paths, limit } = order
  const nobody = new Set([...NOBODY, order.own.toLowerCase()])
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
  const merges = await pickedMerges(mirror, revisions)
  const authors: AuthorsInGit[] = []
  for (const one of plain.length === 0 ? ships : plain) {
    const known = authorsOf(one, { merger: mergers.get(one.sha), committer: committerOf(one, nobody) })
    const picked = merges.get(one.sha)
    authors.push(...(picked ? await authorsOfPick(reading, order, { known, one, picked }) : [known]))
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

interface PickedMerge {
  readonly merge: CommitSha
  readonly parent: CommitSha
}

/** The commits of a span that say they were picked from a merge, with that merge. */
async function pickedMerges(mirror: Mirror, revisions: string): Promise<ReadonlyMap<CommitSha, PickedMerge>> {
  const originals = await originalsIn(mirror, revisions)
  if (originals.size === 0) return new Map()
  const args = ['rev-list', '--no-walk=unsorted', '--merges', '--parents', '--ignore-missing']
  const named = new Set([...originals.values()].flat().slice(0, MOST_ORIGINALS))
  const { stdout } = await mirror.run({ args: [...args, '--end-of-options', ...named, '--'] })
  const merges = new Map<string, PickedMerge>()
  for (const line of stdout.split('\n').filter(Boolean)) {
    const [sha = '', parent = ''] = line.split(' ')
    merges.set(sha, { merge: readSha(sha), parent: readSha(parent) })
  }
  return new Map(
    [...originals].flatMap(([sha, of]) => {
      const [from] = of.flatMap((one) => merges.get(one) ?? [])
      return from === undefined ? [] : [[sha, from] as const]
    }),
  )
}

/**
 * A pick has the name of whoever made the merge, but those wrote it whose commits the merge brought. A commit that only says so,
 * and has other changes, is its author's too.
 */
async function authorsOfPick(
  { mirror, read }: Reading,
  order: AuthorsOrder,
  {
    known,
    one,
    picked: { merge, parent },
  }: { readonly known: AuthorsInGit; readonly one: Written; readonly picked: PickedMerge },
): Promise<readonly AuthorsInGit[]> {
  const brought = read.get(merge) ?? authorsIn({ mirror, read }, { ...order, from: parent, to: merge })
  read.set(merge, brought)
  const [onto = ''] = one.parents
  const made = onto === '' ? null : await linesOf(mirror, onto, one.sha)
  const isExact = made !== null && made === (await linesOf(mirror, parent, merge))
  const own = isExact ? [] : known.wrote
  const authors = (await brought).map(({ wrote, ...more }) => ({
    ...more,
    commit: known.commit,
    wrote: [...new Set([...own, ...wrote])],
  }))
  return authors.length === 0 ? [known] : authors
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

function readWritten([
  sha = '',
  parents = '',
  author = '',
  committer = '',
  subject = '',
  others = '',
]: readonly string[]): Written {
  return {
    sha: readSha(sha),
    parents: parents.split(' ').filter(Boolean),
    author: author.trim().toLowerCase(),
    committer: committer.trim().toLowerCase(),
    subject,
    others: others.split('\x1f').filter(Boolean).map(addressIn),
  }
}

/** `Alice <alice@example.com>`; without an address the text is kept as it is, and matches no known person. */
const addressIn = (trailer: string): string =>
  (/<([^<>]*)>\s*$/.exec(trailer)?.[1] ?? trailer).trim().toLowerCase()

const committerOf = ({ author, committer }: Written, nobody: ReadonlySet<string>): string | null =>
  committer === author || nobody.has(committer) ? null : committer

/** For commits that came in by a merge: the person who made that merge. */
function mergersOf(written: readonly Written[], to: CommitSha): ReadonlyMap<CommitSha, string> {
  const known = new Map<string, Written>(written.map((one) => [one.sha, one]))
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
