import type { Stats } from 'node:fs'
import { lstat, readdir, readlink } from 'node:fs/promises'
import path from 'node:path'
import { orNullIfMissing } from '../host/system-error.js'
import { ArtifactContentError } from './artifact-errors.js'
import { insideName, requireLinkInside } from './artifact-paths.js'

/** One entry of an artifact. Owners and times are left out: they differ between builds and are irrelevant. */
export type ArtifactEntry =
  | { readonly kind: 'folder'; readonly name: string }
  | { readonly kind: 'file'; readonly name: string; readonly size: number; readonly executable: boolean }
  | { readonly kind: 'link'; readonly name: string; readonly target: string }

const OWNER_EXECUTES = 0o100

async function describe(root: string, name: string, stat: Stats): Promise<ArtifactEntry> {
  if (stat.isDirectory()) return { kind: 'folder', name }
  if (stat.isFile())
    return { kind: 'file', name, size: stat.size, executable: (stat.mode & OWNER_EXECUTES) !== 0 }
  if (!stat.isSymbolicLink()) throw new ArtifactContentError(`${name} is neither file, folder nor link`)
  const target = await readlink(path.join(root, name))
  requireLinkInside(name, target)
  return { kind: 'link', name, target }
}

async function walk(root: string, name: string, into: Map<string, ArtifactEntry>): Promise<void> {
  const stat = await orNullIfMissing(lstat(path.join(root, name)))
  if (stat === null) throw new ArtifactContentError(`The build made no ${name}`)
  if (name !== '.') into.set(name, await describe(root, name, stat))
  if (!stat.isDirectory()) return
  for (const child of await readdir(path.join(root, name)))
    await walk(root, path.posix.join(name, child), into)
}

/** The parent folders of a name, which the archive must contain too, so that links on the way are noticed. */
async function requireRealFolders(root: string, name: string): Promise<void> {
  const parts = name.split('/').slice(0, -1)
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const parent = parts.slice(0, depth).join('/')
    const stat = await orNullIfMissing(lstat(path.join(root, parent)))
    if (stat?.isSymbolicLink() === true)
      throw new ArtifactContentError(`${parent} is a link; name what it points to`)
  }
}

/**
 * Everything below the named paths of a folder, sorted bytewise. Throws {@link ArtifactContentError} if a path
 * does not exist or leads outside.
 */
export async function listEntries(root: string, paths: readonly string[]): Promise<readonly ArtifactEntry[]> {
  const entries = new Map<string, ArtifactEntry>()
  for (const given of paths) {
    const name = insideName(given)
    await requireRealFolders(root, name)
    await walk(root, name, entries)
  }
  return [...entries.values()].toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))
}
