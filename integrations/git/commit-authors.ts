/** Authors of commits and the people who merged them, by address. Ignores `.mailmap`, which is part of what is judged. */
import type { CommitAuthors } from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import { type RangeOrder, requireEnds } from './commit-range.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { firstParentLine, readSha, revisionsOf, splitRecords } from './read-commits.js'

const TRAILERS = '%(trailers:key=Co-authored-by,key=Signed-off-by,valueonly,separator=%x1f)'
const FORMAT = `--format=%H%x00%P%x00%ae%x00%ce%x00${TRAILERS}`
const FIELDS = 5
/** GitHub commits under this address what people merge on its site. */
const NOBODY: ReadonlySet<string> = new Set(['noreply@github.com', ''])

interface Written {
  readonly sha: CommitSha
  readonly parents: readonly string[]
  readonly author: string
  readonly committer: string
  readonly others: readonly string[]
}

/** See `Git.authors`. */
export async function readAuthors(
  mirror: Mirror,
  order: RangeOrder,
  limit: number,
): Promise<readonly CommitAuthors[]> {
  await requireEnds(mirror, order)
  const { to, paths } = order
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
  const own = ships.filter(({ parents }) => parents.length < 2)
  return (own.length === 0 ? ships : own).map((one) => ({
    commit: one.sha,
    wrote: [...new Set([one.author, ...one.others])],
    merged: mergers.get(one.sha) ?? committerOf(one),
  }))
}

function readWritten([
  sha = '',
  parents = '',
  author = '',
  committer = '',
  others = '',
]: readonly string[]): Written {
  return {
    sha: readSha(sha),
    parents: parents.split(' ').filter(Boolean),
    author: author.trim().toLowerCase(),
    committer: committer.trim().toLowerCase(),
    others: others.split('\x1f').filter(Boolean).map(addressIn),
  }
}

/** `Alice <alice@example.com>`; without an address the text is kept as it is, and matches no known person. */
const addressIn = (trailer: string): string =>
  (/<([^<>]*)>\s*$/.exec(trailer)?.[1] ?? trailer).trim().toLowerCase()

const committerOf = ({ author, committer }: Written): string | null =>
  committer === author || NOBODY.has(committer) ? null : committer

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
