import { rm } from 'node:fs/promises'
import { runProgram } from './run-program.js'
import { hasCode } from './system-error.js'

/**
 * Removes a folder with all its content, whatever permissions a command left there; does nothing if there is none. Throws if
 * somebody else owns any of it.
 */
export async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await remove()
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    // Content that cannot be changed makes the second attempt fail, which then says so.
    await Promise.allSettled([runProgram('chmod', ['-R', 'u+rwX', '--', folder])])
    await remove()
  }
}
