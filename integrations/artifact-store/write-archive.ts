import { createReadStream } from 'node:fs'
import path from 'node:path'
import { Header, type HeaderData, Pax } from 'tar'
import { ArtifactContentError } from './artifact-errors.js'
import type { ArtifactEntry } from './list-entries.js'

const BLOCK = 512
const EPOCH = new Date(0)

function headerData(entry: ArtifactEntry): HeaderData {
  const same = { uid: 0, gid: 0, mtime: EPOCH }
  switch (entry.kind) {
    case 'folder':
      return { ...same, path: `${entry.name}/`, type: 'Directory', mode: 0o755, size: 0 }
    case 'file':
      return {
        ...same,
        path: entry.name,
        type: 'File',
        mode: entry.executable ? 0o755 : 0o644,
        size: entry.size,
      }
    case 'link':
      return { ...same, path: entry.name, type: 'SymbolicLink', mode: 0o777, size: 0, linkpath: entry.target }
  }
}

function encodeHeader(entry: ArtifactEntry): Buffer {
  const data = headerData(entry)
  const header = new Header(data)
  const block = Buffer.alloc(BLOCK)
  if (!header.encode(block)) return block
  // Long or non-ASCII names do not fit the header, so an extended header comes first.
  const { path: name, linkpath, size } = data
  const pax = new Pax({
    ...(name === undefined ? {} : { path: name }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size }),
  })
  return Buffer.concat([pax.encode(), block])
}

async function* fileBlocks(file: string, name: string, size: number): AsyncGenerator<Buffer> {
  if (size === 0) return
  let left = size
  for await (const chunk of createReadStream(file, { end: size - 1 })) {
    const bytes: unknown = chunk
    if (!Buffer.isBuffer(bytes)) throw new TypeError('A file is read as bytes')
    left -= bytes.length
    yield bytes
  }
  if (left !== 0) throw new ArtifactContentError(`${name} changed while it was archived`)
  yield Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK)
}

/**
 * A tar archive whose bytes depend only on names, kinds, contents and the executable bit. Written entry by entry, because
 * existing packers store times, owners and hard links as they find them.
 */
export async function* writeArchive(root: string, entries: readonly ArtifactEntry[]): AsyncGenerator<Buffer> {
  // The folder itself, so that an empty artifact is a valid archive too.
  for (const entry of [{ kind: 'folder', name: '.' } as const, ...entries]) {
    yield encodeHeader(entry)
    if (entry.kind === 'file') yield* fileBlocks(path.join(root, entry.name), entry.name, entry.size)
  }
  yield Buffer.alloc(2 * BLOCK)
}
