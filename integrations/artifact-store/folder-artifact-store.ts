import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactState, ArtifactStore } from '../../domain/ports.js'
import { fillFolder } from '../host/fill-folder.js'
import { syncFolder } from '../host/sync-folder.js'
import { orNullIfMissing } from '../host/system-error.js'
import { ArtifactDamagedError } from './artifact-errors.js'
import { claimFolder } from './host-marker.js'
import { listEntries } from './list-entries.js'
import { hashFile, requireHarmless, unpackInto } from './read-archive.js'
import { writeArchive } from './write-archive.js'

/** Where artifacts are kept. */
export interface FolderArtifactStoreOptions {
  readonly folder: string
  /** Whether several hosts see the same files there. */
  readonly shared: boolean
  readonly hostId: string
}

const PREFIX = 'sha256:'

function digestOf(hex: string): ArtifactDigest {
  const digest = parseArtifactDigest(`${PREFIX}${hex}`)
  if (digest === null) throw new Error(`${hex} is no sha256`)
  return digest
}

async function judge(handle: FileHandle, digest: ArtifactDigest): Promise<ArtifactState> {
  return `${PREFIX}${await hashFile(handle)}` === digest ? 'intact' : 'tampered'
}

/** Archives into a file and returns the sha256 of what was written. */
async function archiveTo(file: string, folder: string, paths: readonly string[]): Promise<ArtifactDigest> {
  const entries = await listEntries(folder, paths)
  const handle = await open(file, 'wx', 0o444)
  const hash = createHash('sha256')
  try {
    for await (const block of writeArchive(folder, entries)) {
      hash.update(block)
      await handle.writeFile(block)
    }
    await handle.sync()
  } finally {
    await handle.close()
  }
  return digestOf(hash.digest('hex'))
}

function fileOf(root: string, digest: ArtifactDigest): string {
  const hex = digest.slice(PREFIX.length)
  return path.join(root, 'sha256', hex.slice(0, 2), `${hex}.tar`)
}

async function put(root: string, folder: string, paths: readonly string[]): Promise<ArtifactDigest> {
  const temporary = path.join(root, 'incoming', randomBytes(12).toString('hex'))
  try {
    const digest = await archiveTo(temporary, folder, paths)
    const file = fileOf(root, digest)
    await mkdir(path.dirname(file), { recursive: true })
    // Also over a present one: the same bytes, or damaged ones made good.
    await rename(temporary, file)
    await syncFolder(path.dirname(file))
    return digest
  } finally {
    await rm(temporary, { force: true })
  }
}

async function verify(root: string, digest: ArtifactDigest): Promise<ArtifactState> {
  const handle = await orNullIfMissing(open(fileOf(root, digest), 'r'))
  if (handle === null) return 'missing'
  try {
    return await judge(handle, digest)
  } finally {
    await handle.close()
  }
}

async function unpack(root: string, digest: ArtifactDigest, into: string): Promise<void> {
  // One open file throughout, so that what is unpacked is what was hashed, whatever is renamed over it meanwhile.
  const handle = await orNullIfMissing(open(fileOf(root, digest), 'r'))
  if (handle === null) throw new ArtifactDamagedError(`The artifact store has no ${digest}`)
  try {
    if ((await judge(handle, digest)) !== 'intact') {
      throw new ArtifactDamagedError(
        `The stored artifact ${digest} was tampered with: its bytes are not its digest's`,
      )
    }
    await requireHarmless(handle)
    await fillFolder(into, (fresh) => unpackInto(handle, fresh))
  } finally {
    await handle.close()
  }
}

/**
 * An artifact store in a folder. Throws `ForeignArtifactStoreError` when another host made the folder and it is not
 * marked as shared. `put` and `unpack` throw `ArtifactContentError` for what an artifact may not hold (paths and links
 * that lead outside, devices); `unpack` writes all or nothing and throws `ArtifactDamagedError` for missing or changed bytes,
 * `FolderNotEmptyError` for a folder that holds something.
 */
export async function createFolderArtifactStore(options: FolderArtifactStoreOptions): Promise<ArtifactStore> {
  const root = path.resolve(options.folder)
  await claimFolder(root, options.shared, options.hostId)
  await mkdir(path.join(root, 'incoming'), { recursive: true })
  return {
    put: (folder, paths) => put(root, folder, paths),
    verify: (digest) => verify(root, digest),
    unpack: (digest, into) => unpack(root, digest, into),
    remove: (digest) => rm(fileOf(root, digest), { force: true }),
  }
}
