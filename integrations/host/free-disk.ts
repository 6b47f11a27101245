/** Whether a disk has room for work that fills it. */
import { statfs } from 'node:fs/promises'
import { orNullIfMissing } from './system-error.js'

const GIB = 1_024 ** 3

/** What has to stay free on each disk. 0 of both: nothing has to. */
export interface LeastFree {
  readonly gib: number
  readonly percent: number
}

/** A sentence's part about the first folder whose disk has too little room, null while all have enough. What is not there is not looked at. */
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

/** Whether nothing more can be written to the folder's disk; of one that is not there it is not known: false. */
export async function isFull(folder: string): Promise<boolean> {
  const disk = await orNullIfMissing(statfs(folder))
  return disk !== null && disk.bavail * disk.bsize < NOTHING_LEFT
}
