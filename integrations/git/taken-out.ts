import type { CommitSha } from '../../domain/identifiers.js'
import type { TakenOut } from '../../domain/ports.js'
import { shownCommit } from '../../domain/shown-commit.js'
import { type RangeOrder, requireEnds } from './commit-range.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { FORMAT, parseCommits, revisionsOf } from './read-commits.js'

/** See {@link Git.takenOut}. */
export async function readTakenOut(
  mirror: Mirror,
  order: RangeOrder & { readonly from: CommitSha },
  limit: number,
): Promise<TakenOut> {
  await requireEnds(mirror, order)
  const { from, to, paths } = order
  const args = ['log', '-z', FORMAT, '--no-merges', '--cherry-pick', '--left-only', '--no-show-signature']
  const listed = await mirror.run({ args: [...args, '--end-of-options', `${from}...${to}`, '--'] })
  const own = await commitsWithin(mirror, revisionsOf({ from: to, to: from }), paths)
  const commits = parseCommits(listed.stdout).filter(({ sha }) => own?.has(sha) ?? true)
  return {
    total: commits.length,
    commits: commits.slice(0, limit).map(shownCommit),
  }
}
