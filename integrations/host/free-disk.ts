/** Whether a disk has enough space for work that fills it. */
import { statfs } from 'node:fs/promises'
import { orNullIfMissing } from './system-error.js'

const GIB = 1_024 ** 3

/** The space to keep free on each disk. 0 of both: no limit. */
export interface LeastFree {
  readonly gib: number
  readonly percent: number
}

/** Part of a sentence about the first folder whose disk is too full; null if none is. Missing folders are ignored. */
export async function lowDisk(folders: readonly string[], least: LeastFree): Promise<string | null> {
  for (const folder of folders) {
    const disk = await orNullIfMissing(statfs(folder))
    if (disk === null) continue
    const [free, all] = [disk.bavail * disk.bsize, disk.blocks * disk.bsize]
    if (free >= least.gib * GIB && free * 100 >= least.percent * all) continue
    return `${(free / GIB).toFixed(1)} of ${(all / GIB).toFixed(1)} GiB are free for ${folder}`
  }
  return null
}

const NOTHING_LEFT = 1024 ** 2

/** Whether the folder's disk is full; false if the folder does not exist. */
export async function isFull(folder: string): Promise<boolean> {
  const disk = await orNullIfMissing(statfs(folder))
  return disk !== null && disk.bavail * disk.bsize < NOTHING_LEFT
}
