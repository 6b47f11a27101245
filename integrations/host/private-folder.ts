import { chmod, mkdir, stat } from 'node:fs/promises'

/** Others' read and write bits; somebody who may only traverse sees no names. */
const OTHERS = 0o066

/**
 * Creates a folder, or restricts an existing one, so that no other user of the machine can access its content. False if
 * that is not possible, as with a volume that belongs to somebody else.
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
