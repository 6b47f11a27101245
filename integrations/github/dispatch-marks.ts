import { createHash } from 'node:crypto'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Retained } from '../../domain/retention.js'
import { type Age, retainedFolders } from '../host/retained-folders.js'

/** When each stage was last dispatched, so that a new attempt waits for its run instead of starting a second. */
export interface DispatchMarks {
  /** Milliseconds since 1970, null if it never was. */
  since(key: string): Promise<number | null>
  /** Called before the dispatch: a crash right after it must not lead to a second run. */
  mark(key: string): Promise<void>
}

/** Marks past their retention: no stage is asked for so long. */
export const oldMarks = (folder: string, { keptMs, now = Date.now }: Age): Retained =>
  retainedFolders({
    kind: 'jobs',
    parent: folder,
    isOld: async (name) => now() - (await stat(join(folder, name))).mtimeMs > keptMs,
  })

/** Marks in a folder of this host, on which all attempts of a stage run. */
export function createDispatchMarks(folder: string): DispatchMarks {
  const fileOf = (key: string): string =>
    join(folder, `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.dispatched`)
  return {
    since: async (key) => {
      const text = await readFile(fileOf(key), 'utf8').catch(() => '')
      const at = Number(text)
      return text === '' || !Number.isFinite(at) ? null : at
    },
    mark: async (key) => {
      await mkdir(folder, { recursive: true })
      await writeFile(fileOf(key), String(Date.now()))
    },
  }
}
