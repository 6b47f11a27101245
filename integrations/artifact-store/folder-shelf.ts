/** The contents of a folder of artifacts. */
import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { parseArtifactDigest } from '../../domain/identifiers.js'
import { NOTHING, type Removed } from '../../domain/retention.js'
import { orNullIfMissing } from '../host/system-error.js'
import {
  type ArtifactShelf,
  HALF_WRITTEN_MS,
  type HalfWritten,
  type IsOld,
  type StoredThing,
} from './old-artifacts.js'

/** The contents of this folder. */
export function folderShelf(root: string): ArtifactShelf {
  return {
    halfWritten: (now) => halfWrittenIn(root, now),
    async *stored() {
      const parent = path.join(root, 'sha256')
      for (const name of (await orNullIfMissing(readdir(parent))) ?? []) {
        const files = await filesIn(path.join(parent, name))
        yield files.flatMap((one) => {
          const digest = parseArtifactDigest(`sha256:${path.basename(one.place, '.tar')}`)
          return digest === null ? [] : [[digest, one] as const]
        })
      }
    },
    removeUnlessNew: (one, isOld) => removeUnlessNew(root, one, isOld),
  }
}

/** Leftovers in the folder where artifacts are assembled. */
export async function halfWrittenIn(root: string, now: number): Promise<readonly HalfWritten[]> {
  const files = await filesIn(path.join(root, 'incoming'))
  return files
    .filter(({ changedAt }) => now - changedAt > HALF_WRITTEN_MS)
    .map(({ place, bytes }) => ({ bytes, remove: () => rm(place, { force: true }) }))
}

async function removeUnlessNew(root: string, { place }: StoredThing, isOld: IsOld): Promise<Removed> {
  const doomed = path.join(root, 'incoming', `removed-${randomBytes(12).toString('hex')}`)
  if ((await orNullIfMissing(rename(place, doomed).then(() => true))) === null) return NOTHING
  const found = await storedFile(doomed)
  if (found === null) return NOTHING
  if (isOld(found)) {
    await rm(doomed, { force: true })
    return { count: 1, bytes: found.bytes }
  }
  await rename(doomed, place)
  return NOTHING
}

async function filesIn(folder: string): Promise<readonly StoredThing[]> {
  const names = (await orNullIfMissing(readdir(folder))) ?? []
  const files = await Promise.all(names.map((name) => storedFile(path.join(folder, name))))
  return files.filter((one) => one !== null)
}

async function storedFile(place: string): Promise<StoredThing | null> {
  const found = await orNullIfMissing(stat(place))
  return found?.isFile() ? { place, bytes: found.size, changedAt: found.mtimeMs } : null
}
