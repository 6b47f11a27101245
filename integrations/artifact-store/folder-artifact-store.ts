import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactState, ArtifactStore } from '../../domain/ports.js'
import { syncFolder } from '../host/sync-folder.js'
import { orNullIfMissing } from '../host/system-error.js'
import { archiveName, archiveTo, judge, missing, unpackFile } from './archive-file.js'
import { claimFolder, type FolderClaim } from './host-marker.js'

function fileOf(root: string, digest: ArtifactDigest): string {
  return path.join(root, archiveName(digest))
}

async function put(root: string, folder: string, paths: readonly string[]): Promise<ArtifactDigest> {
  const temporary = path.join(root, 'incoming', randomBytes(12).toString('hex'))
  try {
    const digest = await archiveTo(temporary, folder, paths)
    const file = fileOf(root, digest)
    await mkdir(path.dirname(file), { recursive: true })
    // Replaces an existing one too: it has the same bytes, or is damaged and gets repaired.
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
  // One open file throughout, so that the unpacked bytes are those that were hashed, even if the path is replaced meanwhile.
  const handle = await orNullIfMissing(open(fileOf(root, digest), 'r'))
  if (handle === null) throw missing(digest)
  try {
    await unpackFile(handle, digest, into)
  } finally {
    await handle.close()
  }
}

/**
 * An artifact store in a folder. Throws `ForeignArtifactStoreError` if another installation has the folder, or another host
 * created it and it is not marked as shared. `put` and `unpack` throw `ArtifactContentError` for content that an artifact may
 * not have (paths and links that lead outside, devices); `unpack` writes all or nothing and throws `ArtifactDamagedError` for
 * missing or changed bytes, `FolderNotEmptyError` for a folder that is not empty.
 */
export async function createFolderArtifactStore(claim: FolderClaim): Promise<ArtifactStore> {
  const root = path.resolve(claim.folder)
  await claimFolder({ ...claim, folder: root })
  await mkdir(path.join(root, 'incoming'), { recursive: true })
  return {
    put: (folder, paths) => put(root, folder, paths),
    verify: (digest) => verify(root, digest),
    unpack: (digest, into) => unpack(root, digest, into),
    remove: (digest) => rm(fileOf(root, digest), { force: true }),
  }
}
