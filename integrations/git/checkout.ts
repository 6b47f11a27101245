import path from 'node:path'
import type { LeftOut } from '../../domain/checkout.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { RepositoryRef } from '../../domain/ports.js'
import { awaitedLater } from '../../domain/promises.js'
import { fillFolder } from '../host/fill-folder.js'
import { isFull } from '../host/free-disk.js'
import { GitError } from './git-error.js'
import { fetchLargeFiles, hasLargeFiles, LARGE_FILES } from './large-files.js'
import type { Mirror, Mirrors } from './mirror.js'
import { inSubmodule, openSubmodule, submodulesIn } from './submodules.js'
import { withWorkFolder } from './work-folder.js'

/** A commit, and what to check out besides its plain files. */
export interface Wanted {
  readonly commit: CommitSha
  readonly ref?: RepositoryRef['ref'] | undefined
  readonly lfs?: true | undefined
  readonly submodules?: true | undefined
}

/**
 * Writes exactly the commit's files, modes kept, and no `.git`; all of them or, when killed, none. Does not use `git archive`,
 * which leaves out what `.gitattributes` marks `export-ignore`. Unless requested, submodules are empty folders and LFS files
 * pointers; resolves with which of these there are. Throws `FolderNotEmptyError` if the folder is not empty.
 */
export async function checkoutInto(
  mirrors: Mirrors,
  mirror: Mirror,
  { commit, ref, lfs, submodules }: Wanted,
  into: string,
): Promise<readonly LeftOut[]> {
  await mirror.requireCommit(commit, ref)
  const large = awaitedLater(hasLargeFiles(mirror, commit))
  // Only where its large files are wanted have they to be there before.
  const settings = lfs === true && (await large) ? LARGE_FILES : []
  if (settings.length > 0) await fetchLargeFiles(mirror, commit)
  const leftOut: LeftOut[] = []
  await fillFolder(into, async (workTree) => {
    await writeTree(mirror, { commit, settings }, workTree)
    const isLarge = await large
    const inside = await submodulesIn(mirror, commit, workTree)
    if (isLarge && lfs !== true) leftOut.push('lfs')
    if (inside.length > 0 && submodules !== true) leftOut.push('submodules')
    for (const submodule of submodules === true ? inside : []) {
      const left = await inSubmodule(submodule, async () => {
        const place = await openSubmodule({ mirrors, mirror }, submodule, workTree)
        return checkoutInto(mirrors, place.mirror, { commit: submodule.commit, lfs }, place.folder)
      })
      leftOut.push(...left.map((one) => (one === 'submodules' ? 'nested-submodules' : one)))
    }
  })
  return [...new Set(leftOut)]
}

async function writeTree(
  mirror: Mirror,
  { commit, settings }: { readonly commit: CommitSha; readonly settings: readonly string[] },
  workTree: string,
): Promise<void> {
  await withWorkFolder(path.join(mirror.gitDir, 'slipway'), async (folder) => {
    const variables = { GIT_INDEX_FILE: path.join(folder, 'index') }
    const writing = mirror.run({
      ...{ args: ['read-tree', '--reset', '-u', commit], settings, workTree, variables },
    })
    await writing.catch(async (error: unknown) => {
      // Git names the file that it could not write, but not why.
      if (error instanceof GitError && (await isFull(workTree)))
        throw new GitError(`${error.message}: No space left on device`)
      throw error
    })
  })
}

/** The object with a file's content; `null` if there is no regular file at that path. */
export async function objectAt(mirror: Mirror, commit: CommitSha, file: string): Promise<string | null> {
  const name = path.posix.normalize(file)
  if (path.posix.isAbsolute(name) || name === '..' || name.startsWith('../') || name.includes('\0'))
    return null
  await mirror.requireCommit(commit)
  const listed = await mirror.run({ args: ['ls-tree', '-z', '--full-tree', commit, '--', name] })
  return /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed.stdout)?.[1] ?? null
}

/** A file's text; `null` if there is no regular file at that path. */
export async function readFileAt(mirror: Mirror, commit: CommitSha, file: string): Promise<string | null> {
  const object = await objectAt(mirror, commit, file)
  return object === null ? null : (await mirror.run({ args: ['cat-file', 'blob', object] })).stdout
}
