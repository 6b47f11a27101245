import { rmSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'

/** How often a folder is scanned again, a tenth of a second apart. */
const tries = 50

/**
 * Removes a folder in which something may still be writing: a stage outlives its worker. `rmSync`'s own `maxRetries` repeats
 * only the last step, without looking for new files.
 * @throws Error if the folder is not gone after five seconds.
 */
export async function removeFolder(folder: string): Promise<void> {
  for (let left = tries; ; left -= 1)
    try {
      rmSync(folder, { recursive: true, force: true })
      return
    } catch (error) {
      if (left <= 1) throw error
      await setTimeout(100)
    }
}
