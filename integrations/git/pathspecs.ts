/** What of a repository is an app's, as git pathspecs. Everywhere else names of files are taken literally. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { GitCall } from './git-command.js'
import type { Mirror } from './mirror.js'
import { readSha } from './read-commits.js'

/** A call whose arguments end in `--`, kept to some paths; empty: to all. */
export function withPathspecs(args: readonly string[], paths: readonly string[]): Omit<GitCall, 'gitDir'> {
  return paths.length === 0
    ? { args }
    : { args: [...args, ...paths], variables: { GIT_LITERAL_PATHSPECS: '0' } }
}

/** The commits of a span that touch the paths, merges that bring them in among them; null where every commit counts. */
export async function commitsWithin(
  mirror: Mirror,
  revisions: string,
  paths: readonly string[],
): Promise<ReadonlySet<CommitSha> | null> {
  if (paths.length === 0) return null
  const args = ['rev-list', '--full-history', '--end-of-options', revisions, '--']
  const { stdout } = await mirror.run(withPathspecs(args, paths))
  return new Set(stdout.split('\n').filter(Boolean).map(readSha))
}
