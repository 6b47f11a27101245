/** The part of a repository that belongs to an app, as git pathspecs. Everywhere else file names are literal. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { GitCall } from './git-command.js'
import type { Mirror } from './mirror.js'
import { splitNul } from './read-commits.js'
import { readSha } from './ref-text.js'

/** Git arguments that end in `--`, limited to some paths; empty: all paths. */
export function withPathspecs(args: readonly string[], paths: readonly string[]): Omit<GitCall, 'gitDir'> {
  return paths.length === 0
    ? { args }
    : { args: [...args, ...paths], variables: { GIT_LITERAL_PATHSPECS: '0' } }
}

/** The commits of a span that change the paths, a merge by its change to its first parent; null if every commit counts. */
export async function commitsWithin(
  mirror: Mirror,
  revisions: string,
  paths: readonly string[],
): Promise<ReadonlySet<CommitSha> | null> {
  if (paths.length === 0) return null
  const ends = ['--full-history', '--end-of-options', revisions, '--']
  const plain = await mirror.run(withPathspecs(['rev-list', '--no-merges', ...ends], paths))
  const named = ['--format=%x01%H', '--diff-merges=first-parent', '--name-only', '--no-show-signature']
  const merges = await mirror.run(withPathspecs(['log', '-z', '--merges', ...named, ...ends], paths))
  const bringing = merges.stdout
    .split('\x01')
    .map((text) => splitNul(text).join('\n').split('\n').filter(Boolean))
    .filter(([, ...files]) => files.length > 0)
    .map(([sha = '']) => sha)
  return new Set([...plain.stdout.split('\n').filter(Boolean), ...bringing].map(readSha))
}
