/** Finds folders of stages that nothing needs any more: of their jobs, and the checkouts these ran in. */
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Retained } from '../../domain/retention.js'
import { isLocked } from '../host/process-lock.js'
import { type Age, retainedFolders } from '../host/retained-folders.js'
import { orNullIfMissing } from '../host/system-error.js'
import { JOB_LOCK, jobFiles, jobsFolder } from './job-folder.js'

/** The folders that this host's stages use. */
export interface StageFolders {
  /** `SLIPWAY_DATA`. */
  readonly dataFolder: string
  /** The folder of checkouts. */
  readonly workFolder: string
}

/**
 * The folders of jobs past their retention. A key whose folder was removed would start its command
 * again, so keep them longer than any stage may be asked for.
 */
export function oldJobs(
  { dataFolder }: Pick<StageFolders, 'dataFolder'>,
  { keptMs, now = Date.now }: Age,
): Retained {
  const parent = jobsFolder(dataFolder)
  return retainedFolders({
    kind: 'jobs',
    parent,
    isOld: async (name) => {
      const folder = path.join(parent, name)
      const ended = await changedAt(jobFiles(folder).exit)
      return ended !== null && now() - ended > keptMs && !(await isLocked(folder, JOB_LOCK))
    },
  })
}

/** Longer than any checkout takes. */
const HALF_MADE_MS = 60 * 60_000
const CHECKOUT = /^[0-9a-f]{32}$/

/**
 * Checkouts unused past their retention, and those that were never completed. A checkout stays while its command
 * runs.
 */
export function oldCheckouts(
  { dataFolder, workFolder }: StageFolders,
  { keptMs, now = Date.now }: Age,
): Retained {
  const jobs = jobsFolder(dataFolder)
  return retainedFolders({
    kind: 'checkouts',
    parent: workFolder,
    isOld: async (name) => {
      const { mtimeMs } = await stat(path.join(workFolder, name))
      // Each attempt that begins in the folder changes its mtime.
      if (name.endsWith('.new')) return now() - mtimeMs > HALF_MADE_MS
      if (!CHECKOUT.test(name) || now() - mtimeMs <= keptMs) return false
      for (const job of (await orNullIfMissing(readdir(jobs))) ?? []) {
        if (isJobOf(job, name) && (await isYoung(path.join(jobs, job), now() - keptMs))) return false
      }
      return true
    },
  })
}

/** Both names end with, or are, a prefix of the same key's sha256. */
const isJobOf = (job: string, checkout: string): boolean => job.endsWith(`-${checkout.slice(0, 16)}`)

async function isYoung(job: string, since: number): Promise<boolean> {
  if (await isLocked(job, JOB_LOCK)) return true
  const at = (await changedAt(jobFiles(job).exit)) ?? (await changedAt(job))
  return at !== null && at >= since
}

async function changedAt(file: string): Promise<number | null> {
  return (await orNullIfMissing(stat(file)))?.mtimeMs ?? null
}
