/** Files kept in Git LFS: the repository itself has pointers that name their bytes. */
import type { CommitSha } from '../../domain/identifiers.js'
import { GitError, GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'

/** With these settings git replaces pointers by the files that {@link fetchLargeFiles} fetched. */
export const LARGE_FILES: readonly string[] = [
  'filter.lfs.smudge=git-lfs smudge -- %f',
  'filter.lfs.process=git-lfs filter-process',
  'filter.lfs.required=true',
]

/** Whether any `.gitattributes` of the commit uses Git LFS. */
export async function hasLargeFiles(mirror: Mirror, commit: CommitSha): Promise<boolean> {
  const { code } = await mirror.run({
    args: ['grep', '--quiet', '-F', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'],
    variables: { GIT_LITERAL_PATHSPECS: '0' },
    answers: [1],
  })
  return code === 0
}

/**
 * Fetches the files of the commit's pointers into the mirror, from the repository's own address: a commit cannot choose where
 * its bytes come from, because the mirror has no `.lfsconfig`. Throws {@link GitOrderError} if git-lfs is not installed.
 */
export async function fetchLargeFiles(mirror: Mirror, commit: CommitSha): Promise<void> {
  const fetching = mirror.run({
    args: ['lfs', 'fetch', 'origin', commit],
    settings: [`remote.origin.url=${mirror.address}`],
    remote: mirror.address,
    variables: { GIT_LFS_FORCE_PROGRESS: '1' },
    untilSilent: true,
  })
  await fetching.catch((error: unknown) => {
    if (!(error instanceof GitError) || !/'lfs' is not a git command/.test(error.message)) throw error
    throw new GitOrderError(
      'The commit has files of Git LFS, and git-lfs is not installed where Slipway runs: install it (apt-get install git-lfs), or take lfs: true out',
    )
  })
}
