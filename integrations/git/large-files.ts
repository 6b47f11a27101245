/** What a repository keeps with Git LFS: its own files are pointers, which name the bytes. */
import type { CommitSha } from '../../domain/identifiers.js'
import { GitError, GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'

/** With these git writes the files that pointers name, from what {@link fetchLargeFiles} brought. */
export const LARGE_FILES: readonly string[] = [
  'filter.lfs.smudge=git-lfs smudge -- %f',
  'filter.lfs.process=git-lfs filter-process',
  'filter.lfs.required=true',
]

/** Whether any `.gitattributes` of the commit hands files to Git LFS. */
export async function hasLargeFiles(mirror: Mirror, commit: CommitSha): Promise<boolean> {
  const { code } = await mirror.run({
    args: ['grep', '--quiet', '-F', '-e', 'filter=lfs', commit, '--', ':(glob)**/.gitattributes'],
    variables: { GIT_LITERAL_PATHSPECS: '0' },
    answers: [1],
  })
  return code === 0
}

/**
 * Brings what the commit's pointers name into the mirror, from the repository's own address: a commit says nothing about where
 * its bytes come from, for the mirror has no `.lfsconfig`. Throws {@link GitOrderError} where git-lfs is not installed.
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
