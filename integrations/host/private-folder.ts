import { chmod, mkdir, stat } from 'node:fs/promises'

/** Reading and changing; who may only pass through sees no names. */
const OTHERS = 0o066

/**
 * Makes a folder, or takes one that is there, so that no other user of the machine reaches what is in it. False where that is
 * not ours to decide, as with a volume of somebody else's.
 */
export async function makePrivateFolder(folder: string): Promise<boolean> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { mode } = await stat(folder)
  if ((mode & OTHERS) === 0) return true
  return chmod(folder, 0o700).then(
    () => true,
    () => false,
  )
}
