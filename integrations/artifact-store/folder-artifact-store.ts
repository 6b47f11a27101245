import { createHash, randomBytes } from 'node:crypto'
import { type FileHandle, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactState, ArtifactStore } from '../../domain/ports.js'
import { orNullIfMissing } from '../host/system-error.js'
import { ArtifactContentError, ArtifactDamagedError } from './artifact-errors.js'
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

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  await handle.sync().finally(() => handle.close())
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

async function requireEmpty(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  if ((await readdir(folder)).length > 0) throw new ArtifactContentError(`The folder ${folder} is not empty`)
}

function createStore(root: string): ArtifactStore {
  const fileOf = (digest: ArtifactDigest) => {
    const hex = digest.slice(PREFIX.length)
    return path.join(root, 'sha256', hex.slice(0, 2), `${hex}.tar`)
  }

  async function withArchive<Value>(
    digest: ArtifactDigest,
    use: (handle: FileHandle) => Promise<Value>,
    missing: () => Value,
  ) {
    const handle = await orNullIfMissing(open(fileOf(digest), 'r'))
    if (handle === null) return missing()
    try {
      return await use(handle)
    } finally {
      await handle.close()
    }
  }

  async function unpackVerified(handle: FileHandle, digest: ArtifactDigest, into: string): Promise<void> {
    // One open file throughout, so that what is unpacked is what was hashed, whatever is renamed over it meanwhile.
    if ((await judge(handle, digest)) !== 'intact') {
      throw new ArtifactDamagedError(
        `The stored artifact ${digest} was tampered with: its bytes are not its digest's`,
      )
    }
    await requireHarmless(handle)
    await requireEmpty(into)
    await unpackInto(handle, into)
  }

  return {
    put: async (folder, paths) => {
      const temporary = path.join(root, 'incoming', randomBytes(12).toString('hex'))
      try {
        const digest = await archiveTo(temporary, folder, paths)
        const file = fileOf(digest)
        await mkdir(path.dirname(file), { recursive: true })
        // Also over a present one: the same bytes, or damaged ones made good.
        await rename(temporary, file)
        await syncFolder(path.dirname(file))
        return digest
      } finally {
        await rm(temporary, { force: true })
      }
    },
    verify: (digest) =>
      withArchive<ArtifactState>(
        digest,
        (handle) => judge(handle, digest),
        () => 'missing',
      ),
    unpack: (digest, into) =>
      withArchive<void>(
        digest,
        (handle) => unpackVerified(handle, digest, path.resolve(into)),
        () => {
          throw new ArtifactDamagedError(`The artifact store has no ${digest}`)
        },
      ),
    remove: (digest) => rm(fileOf(digest), { force: true }),
  }
}

/**
 * An artifact store in a folder. Throws `ForeignArtifactStoreError` when another host made the folder and it is not
 * marked as shared. `put` and `unpack` throw `ArtifactContentError` for what an artifact may not hold (paths and links
 * that lead outside, devices), `unpack` throws `ArtifactDamagedError` for missing or changed bytes.
 */
export async function createFolderArtifactStore(options: FolderArtifactStoreOptions): Promise<ArtifactStore> {
  const root = path.resolve(options.folder)
  await claimFolder(root, options.shared, options.hostId)
  await mkdir(path.join(root, 'incoming'), { recursive: true })
  return createStore(root)
}
