import { readdir, readlink, stat } from 'node:fs/promises'
import path from 'node:path'
import type { Retained } from '../../domain/retention.js'
import { tryLock } from '../host/process-lock.js'
import { type Age, retainedFolders } from '../host/retained-folders.js'
import { orNullIfMissing } from '../host/system-error.js'
import { SHARED } from './create-checkouts.js'
import { CHECKOUT_LOCK, wholeTree } from './shared-checkout.js'

/** Shared checkouts that no stage's folder links to and nobody requested recently, and those that were never completed. */
export function oldShared(
  { folder, workFolder }: { readonly folder: string; readonly workFolder: string },
  { keptMs, now = Date.now }: Age,
): Retained {
  return retainedFolders({
    kind: 'checkouts',
    parent: folder,
    isOld: async (name) => {
      const place = path.join(folder, name)
      const tree = await wholeTree(place)
      // Taking the lock changes the modification time of the folder.
      const used = tree === null ? (await stat(place)).birthtimeMs : (await stat(tree)).mtimeMs
      return now() - used > keptMs && !(tree !== null && (await isUsed(tree, workFolder)))
    },
    hold: (place) => tryLock(place, CHECKOUT_LOCK),
  })
}

async function isUsed(tree: string, workFolder: string): Promise<boolean> {
  for (const name of (await orNullIfMissing(readdir(workFolder))) ?? [])
    if ((await orNullIfMissing(readlink(path.join(workFolder, name, SHARED)))) === tree) return true
  return false
}
