import { rm } from 'node:fs/promises'
import { runProgram } from './run-program.js'
import { hasCode } from './system-error.js'

/**
 * Removes a folder with all that is in it, whatever permissions a command left there; nothing where there is none. What is
 * somebody else's is not removed: it throws.
 */
export async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true })
  try {
    await remove()
  } catch (error) {
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    // What cannot be changed stays in the way of the second try, which then says so.
    await runProgram('chmod', ['-R', 'u+rwX', '--', folder]).catch(() => undefined)
    await remove()
  }
}
