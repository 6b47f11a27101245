import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { promisify } from 'node:util'
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
    await promisify(execFile)('chmod', ['-R', 'u+rwX', '--', folder], {
      env: {},
    }).catch(() => undefined)
    await remove()
  }
}
