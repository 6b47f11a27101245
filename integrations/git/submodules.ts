/** Submodules of a commit. Their addresses are untrusted data. */
import { lstat, realpath } from 'node:fs/promises'
import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import { isRepositoryAddress } from '../../domain/repository-address.js'
import { orNullIfMissing } from '../host/system-error.js'
import { GitError, GitOrderError, withoutCredentials } from './git-error.js'
import type { Mirror, Mirrors } from './mirror.js'
import { splitNul } from './read-commits.js'
import { readSha } from './ref-text.js'

/** One submodule of a commit. */
export interface Submodule {
  readonly path: string
  readonly commit: CommitSha
  /** As in `.gitmodules`. */
  readonly url: string
}

const LIST = '.gitmodules'

/** The submodules that both `.gitmodules` and the commit have; the work tree is the commit's. */
export async function submodulesIn(
  mirror: Mirror,
  commit: CommitSha,
  workTree: string,
): Promise<readonly Submodule[]> {
  // Most have none, and need not ask git for them.
  if ((await orNullIfMissing(lstat(path.join(workTree, LIST)))) === null) return []
  const urls = await namedIn(mirror, commit)
  if (urls.size === 0) return []
  const tree = await mirror.run({ args: ['ls-tree', '-z', '--full-tree', commit, '--', ...urls.keys()] })
  return splitNul(tree.stdout).flatMap((line) => {
    const [, object, name] = /^160000 commit ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
    const url = name === undefined ? undefined : urls.get(name)
    if (object === undefined || name === undefined || url === undefined) return []
    return [{ path: name, commit: readSha(object), url }]
  })
}

/** Addresses by path. */
async function namedIn(mirror: Mirror, commit: CommitSha): Promise<ReadonlyMap<string, string>> {
  const file = await mirror.run({ args: ['ls-tree', '--full-tree', commit, '--', LIST] })
  if (!/^100\d{3} blob /.test(file.stdout)) return new Map()
  const { stdout } = await mirror.run({
    args: [
      'config',
      '--blob',
      `${commit}:${LIST}`,
      '--null',
      '--get-regexp',
      '^submodule\\..*\\.(path|url)$',
    ],
    answers: [1],
  })
  const modules = new Map<string, { path?: string; url?: string }>()
  for (const entry of splitNul(stdout)) {
    const [, name, key, value = ''] = /^submodule\.(.*)\.(path|url)\n(.*)$/s.exec(entry) ?? []
    if (name === undefined || key === undefined) continue
    modules.set(name, { ...modules.get(name), [key]: value })
  }
  return new Map(
    [...modules.values()].flatMap(({ path: at, url }) =>
      at !== undefined && url !== undefined && isInside(at) ? [[at, url] as const] : [],
    ),
  )
}

/** Git accepts no other path for a submodule either. */
function isInside(at: string): boolean {
  const parts = at.split('/')
  return at !== '' && !parts.some((part) => part === '' || part === '.' || part === '..' || part === '.git')
}

/** A submodule's folder and address. Throws {@link GitOrderError} for an address that is not accepted. */
export async function openSubmodule(
  { mirrors, mirror }: { readonly mirrors: Mirrors; readonly mirror: Mirror },
  { path: at, url }: Submodule,
  workTree: string,
): Promise<{ readonly mirror: Mirror; readonly folder: string }> {
  const folder = path.join(workTree, at)
  const isOwn =
    (await lstat(folder)).isDirectory() &&
    (await realpath(folder)) === path.join(await realpath(workTree), at)
  if (!isOwn) throw new GitOrderError('its folder is not in the checkout')
  return { mirror: mirrors.of(submoduleAddress(mirror.address, url)), folder }
}

/** Whether an address is a path of this machine. */
const isPath = (address: string): boolean => /^(?:\/|file:)/i.test(address)

/**
 * The address of a submodule, resolved against the repository it is in. Throws {@link GitOrderError} unless
 * it is https or ssh; a path is accepted only if the repository itself is on this machine.
 */
export function submoduleAddress(repository: string, url: string): string {
  const address = /^\.\.?\//.test(url) ? relativeTo(repository, url) : url
  const refused =
    !isRepositoryAddress(address) || address.startsWith('.') || (isPath(address) && !isPath(repository))
  if (!refused) return address
  const shown = JSON.stringify(withoutCredentials(url.slice(0, 200)))
  throw new GitOrderError(
    `its address ${shown} is not taken: use https, ssh or one relative to the repository's`,
  )
}

/** Like git: each `../` removes the last part of the repository's address; its host is kept. */
function relativeTo(repository: string, url: string): string {
  const [host = ''] = /^(?:[a-z][a-z\d+.-]*:\/\/[^/]*|[^/:]+:)/i.exec(repository) ?? []
  const own = repository.slice(host.length)
  const parts = own.split('/').filter(Boolean)
  for (const part of url.split('/').filter(Boolean)) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return `${host}${own.startsWith('/') ? '/' : ''}${parts.join('/')}`
}

/** Adds to an error in which submodule it happened. */
export async function inSubmodule<Result>(
  { path: at }: Submodule,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof GitError) error.message = `submodule ${at}: ${error.message}`
    throw error
  }
}
