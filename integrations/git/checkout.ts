import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import { fillFolder } from '../host/fill-folder.js'
import type { Mirror } from './mirror.js'
import { withWorkFolder } from './work-folder.js'

/**
 * Writes exactly the commit's files, modes kept, and no `.git`; all of them or, when killed, none. Not by `git archive`,
 * which leaves out what `.gitattributes` marks `export-ignore`. Submodules stay empty folders, LFS files their pointers.
 * Throws `FolderNotEmptyError` when the folder holds something.
 */
export async function checkoutInto(
  mirror: Mirror,
  { commit, ref }: { readonly commit: CommitSha; readonly ref?: string | undefined },
  into: string,
): Promise<void> {
  await mirror.requireCommit(commit, ref)
  await fillFolder(into, (workTree) =>
    withWorkFolder(path.join(mirror.gitDir, 'slipway'), async (folder) => {
      const variables = { GIT_INDEX_FILE: path.join(folder, 'index') }
      await mirror.run({ args: ['read-tree', '--reset', '-u', commit], workTree, variables })
    }),
  )
}

/** A file's text; `null` where there is no regular file of that path. */
export async function readFileAt(mirror: Mirror, commit: CommitSha, file: string): Promise<string | null> {
  const name = path.posix.normalize(file)
  if (path.posix.isAbsolute(name) || name === '..' || name.startsWith('../') || name.includes('\0'))
    return null
  await mirror.requireCommit(commit)
  const listed = await mirror.run({ args: ['ls-tree', '-z', '--full-tree', commit, '--', name] })
  const [, object] = /^100\d{3} blob ([0-9a-f]+)\t/.exec(listed.stdout) ?? []
  if (object === undefined) return null
  return (await mirror.run({ args: ['cat-file', 'blob', object] })).stdout
}
