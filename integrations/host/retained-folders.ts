import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename } from 'node:fs/promises'
import path from 'node:path'
import { NOTHING, type Removed, type Retained } from '../../domain/retention.js'
import type { HeldLock } from './process-lock.js'
import { removeFolder } from './remove-folder.js'
import { hasCode, orNullIfMissing } from './system-error.js'

/** Prefix of a folder that is being removed. */
const REMOVED = '.removed-'

/**
 * Renames a folder within its parent, so that nobody finds it any more, not even in part, and returns its new place; null if there
 * is none. What remains there is removed with the parent's other old folders.
 */
export async function setAside(folder: string): Promise<string | null> {
  const aside = path.join(path.dirname(folder), `${REMOVED}${randomBytes(6).toString('hex')}`)
  return orNullIfMissing(rename(folder, aside).then(() => aside))
}

/** The retention, and the time. */
export interface Age {
  readonly keptMs: number
  /** Milliseconds since 1970; the current time unless given. */
  readonly now?: () => number
}

/** Decides which folders are old; asked again just before each is removed. */
export interface OldFolders {
  readonly kind: Retained['kind']
  /** The parent folder. It need not exist. */
  readonly parent: string
  /** For a name in the parent; true: nothing needs it. */
  readonly isOld: (name: string) => Promise<boolean>
  /** Keeps others from using it from the last check on; null: somebody uses it. The lock is removed with the folder. */
  readonly hold?: (folder: string) => Promise<HeldLock | null>
}

/** Removes old folders, or files, of one parent one by one and counts them. A failure does not stop the others. */
export function retainedFolders({ kind, parent, isOld, hold }: OldFolders): Retained {
  /** Null: it is not old. */
  const takeAway = async (name: string): Promise<string | null> => {
    if (name.startsWith(REMOVED)) return path.join(parent, name)
    if (!(await isOld(name))) return null
    const held = hold === undefined ? null : await hold(path.join(parent, name))
    if (hold !== undefined && (held === null || !(await isOld(name)))) {
      await held?.release()
      return null
    }
    return setAside(path.join(parent, name))
  }
  return {
    kind,
    find: async () => {
      let found = NOTHING
      for (const name of (await orNullIfMissing(readdir(parent))) ?? []) {
        if (name.startsWith(REMOVED) || (await isOld(name)))
          found = plus(found, await sizeOf(path.join(parent, name)))
      }
      return found
    },
    remove: async (goesOn) => {
      let gone = NOTHING
      const faults: unknown[] = []
      for (const name of (await orNullIfMissing(readdir(parent))) ?? []) {
        if (!goesOn()) break
        try {
          const doomed = await takeAway(name)
          if (doomed === null) continue
          gone = plus(gone, await sizeOf(doomed))
          await removeFolder(doomed)
        } catch (error) {
          faults.push(error)
        }
      }
      if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${kind} cannot be removed`)
      return gone
    },
  }
}

const plus = (one: Removed, other: Removed): Removed => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
})

/** One folder, or file, with all its content. What disappears meanwhile, or cannot be read, counts nothing. */
async function sizeOf(folder: string): Promise<Removed> {
  const own = await orNullIfMissing(lstat(folder))
  let bytes = own?.size ?? 0
  const inside = own?.isDirectory() ? await namesBelow(folder) : null
  for (const name of inside ?? []) bytes += (await orNullIfMissing(lstat(path.join(folder, name))))?.size ?? 0
  return { count: 1, bytes }
}

async function namesBelow(folder: string): Promise<readonly string[] | null> {
  try {
    return await orNullIfMissing(readdir(folder, { recursive: true }))
  } catch (error) {
    if (hasCode(error, 'EACCES')) return null
    throw error
  }
}
