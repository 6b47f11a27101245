/** An artifact as one file: written by a build, and read again before anything of it is used. */
import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactState } from '../../domain/ports.js'
import { fillFolder } from '../host/fill-folder.js'
import { ArtifactDamagedError } from './artifact-errors.js'
import { listEntries } from './list-entries.js'
import { hashFile, requireHarmless, unpackInto } from './read-archive.js'
import { writeArchive } from './write-archive.js'

const PREFIX = 'sha256:'

/** The digest whose sha256 is given as 64 hex digits. */
export function digestOf(hex: string): ArtifactDigest {
  const digest = parseArtifactDigest(`${PREFIX}${hex}`)
  if (digest === null) throw new Error(`${hex} is no sha256`)
  return digest
}

/** Where a store keeps an artifact, with `/`: `sha256/ab/abcd….tar`. */
export function archiveName(digest: ArtifactDigest): string {
  const hex = digest.slice(PREFIX.length)
  return `sha256/${hex.slice(0, 2)}/${hex}.tar`
}

/** Archives into a new file and returns the digest of what was written. */
export async function archiveTo(
  file: string,
  folder: string,
  paths: readonly string[],
): Promise<ArtifactDigest> {
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

/** Hashes an open file; it is there, so it is never `missing`. */
export async function judge(
  handle: FileHandle,
  digest: ArtifactDigest,
): Promise<Exclude<ArtifactState, 'missing'>> {
  return digestOf(await hashFile(handle)) === digest ? 'intact' : 'tampered'
}

/** That nothing is stored under the digest. */
export const missing = (digest: ArtifactDigest): ArtifactDamagedError =>
  new ArtifactDamagedError(`The artifact store has no ${digest}`)

/** Hashes an open file, looks through it and only then unpacks it, whole or not at all. */
export async function unpackFile(handle: FileHandle, digest: ArtifactDigest, into: string): Promise<void> {
  if ((await judge(handle, digest)) !== 'intact') {
    throw new ArtifactDamagedError(
      `The stored artifact ${digest} was tampered with: its bytes are not its digest's`,
    )
  }
  await requireHarmless(handle)
  await fillFolder(into, (fresh) => unpackInto(handle, fresh))
}
