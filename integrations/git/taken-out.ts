import type { CommitSha } from '../../domain/identifiers.js'
import type { TakenOut } from '../../domain/ports.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { type RangeOrder, requireEnds } from './commit-range.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { revisionsOf, splitRecords } from './read-commits.js'
import { readSha } from './ref-text.js'

/** See {@link Git.takenOut}. */
export async function readTakenOut(
  mirror: Mirror,
  order: RangeOrder & { readonly from: CommitSha },
  limit: number,
): Promise<TakenOut> {
  await requireEnds(mirror, order)
  const { from, to, paths } = order
  const args = ['-c', `mailmap.blob=${to}:.mailmap`, 'log', '-z', '--format=%H%x00%aN%x00%s', '--no-merges']
  const ends = ['--cherry-pick', '--left-only', '--no-show-signature', '--end-of-options', `${from}...${to}`]
  const { stdout } = await mirror.run({ args: [...args, ...ends, '--'] })
  const own = await commitsWithin(mirror, revisionsOf({ from: to, to: from }), paths)
  const commits = splitRecords(stdout, 3)
    .map(([sha = '', author = '', subject = '']) => ({ sha: readSha(sha), author, subject }))
    .filter(({ sha }) => own?.has(sha) ?? true)
  return { total: commits.length, commits: commits.slice(0, limit).map(shownCommit) }
}
