import { randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/** The folder is not empty. A retry does not help. */
class FolderNotEmptyError extends Error {
  override readonly name = 'FolderNotEmptyError'

  constructor(folder: string) {
    super(`The folder ${folder} is not empty`)
  }
}

/**
 * Fills an empty or missing folder, completely or not at all: `fill` writes into a new one beside it, which is then renamed. So
 * a folder with any content is complete, even if the process was killed. Throws {@link FolderNotEmptyError}.
 */
export async function fillFolder(folder: string, fill: (fresh: string) => Promise<void>): Promise<void> {
  const into = path.resolve(folder)
  await mkdir(into, { recursive: true })
  if ((await readdir(into)).length > 0) throw new FolderNotEmptyError(into)
  const fresh = `${into}.${randomBytes(6).toString('hex')}.part`
  try {
    await mkdir(fresh)
    await fill(fresh)
    await rename(fresh, into)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
