import { randomBytes } from 'node:crypto'
import { lstat, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { NOTHING, type Removed, type Retained } from '../../domain/retention.js'
import { orNullIfMissing } from './system-error.js'

/** Before the name of a folder that is being removed. */
const REMOVED = '.removed-'

/** How long something is kept, and the time. */
export interface Age {
  readonly keptMs: number
  /** Milliseconds since 1970; today's clock unless given. */
  readonly now?: () => number
}

/** Which folders are old; asked again of each just before it goes. */
export interface OldFolders {
  readonly kind: Retained['kind']
  /** Where they are. It need not exist. */
  readonly parent: string
  /** Of a name in the parent; true: nothing needs it. */
  readonly isOld: (name: string) => Promise<boolean>
}

/** Folders, or files, of one parent that go once they are old, counted one by one. One that cannot be removed does not keep the others. */
export function retainedFolders({ kind, parent, isOld }: OldFolders): Retained {
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
          if (name.startsWith(REMOVED) || (await isOld(name)))
            gone = plus(gone, await removeFolder(parent, name))
        } catch (error) {
          faults.push(error)
        }
      }
      if (faults.length > 0) throw new AggregateError(faults, `${faults.length} of ${kind} cannot be removed`)
      return gone
    },
  }
}

/** Renamed first: half a folder would look like a whole one. */
async function removeFolder(parent: string, name: string): Promise<Removed> {
  const doomed = path.join(
    parent,
    name.startsWith(REMOVED) ? name : `${REMOVED}${randomBytes(6).toString('hex')}`,
  )
  if (!name.startsWith(REMOVED)) await rename(path.join(parent, name), doomed)
  const size = await sizeOf(doomed)
  await rm(doomed, { recursive: true, force: true })
  return size
}

const plus = (one: Removed, other: Removed): Removed => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
})

/** One folder, or file, with all that is in it. What goes away meanwhile counts nothing. */
async function sizeOf(folder: string): Promise<Removed> {
  const own = await orNullIfMissing(lstat(folder))
  let bytes = own?.size ?? 0
  const inside = own?.isDirectory() ? await orNullIfMissing(readdir(folder, { recursive: true })) : null
  for (const name of inside ?? []) bytes += (await orNullIfMissing(lstat(path.join(folder, name))))?.size ?? 0
  return { count: 1, bytes }
}
