import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { Parser, type ReadEntry, Unpack } from 'tar'
import { awaitedLater } from '../../domain/promises.js'
import { ArtifactContentError } from './artifact-errors.js'
import { insideName, requireLinkInside } from './artifact-paths.js'

function bytesOf(handle: FileHandle) {
  return handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 18 })
}

/** sha256 of an open file, as 64 hex digits. */
export async function hashFile(handle: FileHandle): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(bytesOf(handle), hash)
  return hash.digest('hex')
}

function requireHarmlessEntry(entry: ReadEntry): void {
  const name = insideName(entry.path)
  if (entry.type === 'SymbolicLink') requireLinkInside(name, entry.linkpath ?? '')
  else if (entry.type !== 'File' && entry.type !== 'Directory') {
    throw new ArtifactContentError(`${name} is neither file, folder nor link`)
  }
}

/** Reads the whole archive and throws {@link ArtifactContentError} if anything in it could be written outside a folder. */
export async function requireHarmless(handle: FileHandle): Promise<void> {
  const entries: ReadEntry[] = []
  const parser = new Parser({
    strict: true,
    onReadEntry: (entry) => {
      entries.push(entry)
      entry.resume()
    },
  })
  await feed(handle, parser)
  for (const entry of entries) requireHarmlessEntry(entry)
}

/** Unpacks into a folder. Files get the time of unpacking, so that a web server's caches see a new version. */
export async function unpackInto(handle: FileHandle, folder: string): Promise<void> {
  await feed(handle, new Unpack({ cwd: folder, strict: true, noMtime: true, preserveOwner: false }))
}

async function feed(handle: FileHandle, parser: Parser): Promise<void> {
  const written = new Promise<void>((resolve, reject) => {
    // `close` comes when everything was read, `end` when everything was written too.
    parser.on('end', () => resolve())
    parser.on('error', (error: unknown) => reject(error))
  })
  const done = awaitedLater(written)
  for await (const chunk of bytesOf(handle)) {
    const bytes: unknown = chunk
    if (Buffer.isBuffer(bytes) && !parser.write(bytes)) await drained(parser, done)
  }
  parser.end()
  await done
}

function drained(parser: Parser, done: Promise<void>): Promise<void> {
  return Promise.race([new Promise<void>((resolve) => parser.once('drain', () => resolve())), done])
}
