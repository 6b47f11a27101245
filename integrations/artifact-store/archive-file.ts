/** An artifact as one file: written by a build, and verified before any of it is used. */
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

/** The digest for 64 hex digits of a sha256. */
export function digestOf(hex: string): ArtifactDigest {
  const digest = parseArtifactDigest(`${PREFIX}${hex}`)
  if (digest === null) throw new Error(`${hex} is no sha256`)
  return digest
}

/** The relative path of an artifact in a store: `sha256/ab/abcd….tar`. */
export function archiveName(digest: ArtifactDigest): string {
  const hex = digest.slice(PREFIX.length)
  return `sha256/${hex.slice(0, 2)}/${hex}.tar`
}

/** Archives into a new file and returns the digest of the written bytes. */
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

/** Hashes an open file, so the result is never `missing`. */
export async function judge(
  handle: FileHandle,
  digest: ArtifactDigest,
): Promise<Exclude<ArtifactState, 'missing'>> {
  return digestOf(await hashFile(handle)) === digest ? 'intact' : 'tampered'
}

/** The result for a digest under which nothing is stored. */
export const missing = (digest: ArtifactDigest): ArtifactDamagedError =>
  new ArtifactDamagedError(`The artifact store has no ${digest}`)

/** Hashes an open file, checks its entries, and only then unpacks it, completely or not at all. */
export async function unpackFile(handle: FileHandle, digest: ArtifactDigest, into: string): Promise<void> {
  if ((await judge(handle, digest)) !== 'intact') {
    throw new ArtifactDamagedError(
      `The stored artifact ${digest} was tampered with: its bytes are not its digest's`,
    )
  }
  await requireHarmless(handle)
  await fillFolder(into, (fresh) => unpackInto(handle, fresh))
}
