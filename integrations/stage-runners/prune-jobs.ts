import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { isLocked } from '../host/process-lock.js'
import { orNullIfMissing } from '../host/system-error.js'
import { JOB_LOCK, jobFiles } from './job-folder.js'

const REMOVED = '.removed-'

async function isPrunable(folder: string, before: number): Promise<boolean> {
  const exit = await orNullIfMissing(stat(jobFiles(folder).exit))
  return exit !== null && exit.mtimeMs < before && !(await isLocked(folder, JOB_LOCK))
}

/**
 * Removes the folders of jobs that ended before `before` (milliseconds since 1970) and returns how many. A key that was
 * pruned would start its command again, so keep them longer than any stage may be asked for.
 */
export async function pruneJobFolders(jobs: string, before: number): Promise<number> {
  let removed = 0
  for (const name of (await orNullIfMissing(readdir(jobs))) ?? []) {
    const folder = path.join(jobs, name)
    const left = name.startsWith(REMOVED)
    if (!left && !(await isPrunable(folder, before))) continue
    // Renamed first: half a job folder would look like a job that never ended.
    const doomed = left ? folder : path.join(jobs, `${REMOVED}${randomBytes(6).toString('hex')}`)
    if (!left) await rename(folder, doomed)
    await rm(doomed, { recursive: true, force: true })
    removed += left ? 0 : 1
  }
  return removed
}
