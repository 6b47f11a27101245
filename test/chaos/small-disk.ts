/** A separate disk for the workers that can be filled. */
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

export interface SmallDisk {
  /** Whether it ever was full: builds may have failed because of it. */
  readonly wasFull: boolean
  /** Fills it to the last byte. */
  fill(): void
  free(): void
  /** Only once nobody uses it. */
  unmount(): void
}

const CHUNK_BYTES = 4_194_304

/** In memory, mounted at a new folder; null if this process may not mount. */
export function mountSmallDisk(folder: string): SmallDisk | null {
  mkdirSync(folder)
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512m,mode=700', 'tmpfs', folder])
  if (mounted.status !== 0) return null
  const ballast = join(folder, 'ballast')
  let wasFull = false
  return {
    get wasFull() {
      return wasFull
    },
    fill: () => {
      wasFull = true
      for (let bytes = CHUNK_BYTES; bytes >= 1; ) {
        try {
          appendFileSync(ballast, Buffer.alloc(bytes))
        } catch {
          bytes = Math.floor(bytes / 2)
        }
      }
    },
    free: () => rmSync(ballast, { force: true }),
    unmount: () => void spawnSync('umount', ['--lazy', folder]),
  }
}
