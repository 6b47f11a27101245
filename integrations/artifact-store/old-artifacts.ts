/** Artifacts of a folder store that nothing needs any more, and what was left half-written there. */
import { randomBytes } from 'node:crypto'
import { readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import { NOTHING, type Removed, type Retained } from '../../domain/retention.js'
import type { Age } from '../host/retained-folders.js'
import { orNullIfMissing } from '../host/system-error.js'

/** Who knows what is needed. */
export interface ArtifactNeeds {
  /** Those that may go; changes nothing. */
  readonly find: (digests: readonly ArtifactDigest[]) => Promise<readonly ArtifactDigest[]>
  /** The same, and nobody counts on them from now on. */
  readonly giveUp: (digests: readonly ArtifactDigest[]) => Promise<readonly ArtifactDigest[]>
  /** Whether this process is the one that removes now; several hosts may share the folder. */
  readonly isOurs: () => Promise<boolean>
}

const BATCH = 200
/** Longer than any archive takes to write. */
const HALF_WRITTEN_MS = 24 * 3_600_000

interface StoredFile {
  readonly file: string
  readonly bytes: number
  readonly changedAt: number
}

/** Artifacts whose files are older than they are kept and that nothing needs, in batches. */
export function oldArtifacts(root: string, needs: ArtifactNeeds, { keptMs, now = Date.now }: Age): Retained {
  const isOld = ({ changedAt }: StoredFile): boolean => now() - changedAt > keptMs
  return {
    kind: 'artifacts',
    find: async () => {
      let found = sum(await halfWritten(root, now()))
      for await (const batch of batches(root, isOld)) {
        const needless = new Set<string>(await needs.find([...batch.keys()]))
        found = plus(found, sum([...batch].flatMap(([digest, one]) => (needless.has(digest) ? [one] : []))))
      }
      return found
    },
    remove: async (goesOn) => {
      if (!(await needs.isOurs())) return NOTHING
      let gone = NOTHING
      for (const one of await halfWritten(root, now())) gone = plus(gone, await removeFile(one))
      for await (const batch of batches(root, isOld)) {
        if (!goesOn() || !(await needs.isOurs())) break
        for (const digest of await needs.giveUp([...batch.keys()])) {
          const one = batch.get(digest)
          if (one) gone = plus(gone, await removeUnlessNew(root, one, isOld))
        }
      }
      return gone
    },
  }
}

/** A build that is made again puts its artifact in the same place: what is new there is put back. */
async function removeUnlessNew(
  root: string,
  { file }: StoredFile,
  isOld: (one: StoredFile) => boolean,
): Promise<Removed> {
  const doomed = path.join(root, 'incoming', `removed-${randomBytes(12).toString('hex')}`)
  if ((await orNullIfMissing(rename(file, doomed).then(() => true))) === null) return NOTHING
  const found = await storedFile(doomed)
  if (found === null) return NOTHING
  if (isOld(found)) return removeFile(found)
  await rename(doomed, file)
  return NOTHING
}

async function removeFile({ file, bytes }: StoredFile): Promise<Removed> {
  await rm(file, { force: true })
  return { count: 1, bytes }
}

async function halfWritten(root: string, now: number): Promise<readonly StoredFile[]> {
  const folder = path.join(root, 'incoming')
  const files = await filesIn(folder)
  return files.filter(({ changedAt }) => now - changedAt > HALF_WRITTEN_MS)
}

/** The old files of the store by their digests, never many at once. */
async function* batches(
  root: string,
  isOld: (one: StoredFile) => boolean,
): AsyncGenerator<ReadonlyMap<ArtifactDigest, StoredFile>> {
  let batch = new Map<ArtifactDigest, StoredFile>()
  const parent = path.join(root, 'sha256')
  for (const name of (await orNullIfMissing(readdir(parent))) ?? []) {
    for (const one of await filesIn(path.join(parent, name))) {
      const digest = parseArtifactDigest(`sha256:${path.basename(one.file, '.tar')}`)
      if (digest !== null && isOld(one)) batch.set(digest, one)
      if (batch.size < BATCH) continue
      yield batch
      batch = new Map()
    }
  }
  if (batch.size > 0) yield batch
}

async function filesIn(folder: string): Promise<readonly StoredFile[]> {
  const names = (await orNullIfMissing(readdir(folder))) ?? []
  const files = await Promise.all(names.map((name) => storedFile(path.join(folder, name))))
  return files.filter((one) => one !== null)
}

async function storedFile(file: string): Promise<StoredFile | null> {
  const found = await orNullIfMissing(stat(file))
  return found?.isFile() ? { file, bytes: found.size, changedAt: found.mtimeMs } : null
}

const sum = (files: readonly StoredFile[]): Removed => ({
  count: files.length,
  bytes: files.reduce((all, { bytes }) => all + bytes, 0),
})

const plus = (one: Removed, other: Removed): Removed => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
})
