/** The one checkout of a commit on a host, which its stages share. */
import { createHash, randomBytes } from 'node:crypto'
import { chmod, mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { LeftOut } from '../../domain/checkout.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { Git, RepositoryRef } from '../../domain/ports.js'
import { waitForLock } from '../host/process-lock.js'
import { orNullIfMissing } from '../host/system-error.js'
import { readLeftOut, writeLeftOut } from './left-out.js'
import { openToAll, openToNobody } from './permissions.js'

/** Held while the checkout is created, looked up or removed. */
export const CHECKOUT_LOCK = 'checkout-lock'
/** Longer than any checkout takes. */
const LOCK_MS = 60 * 60_000
const TREE = /^tree-[0-9a-f]{24}$/
const PROTECTED = 'protected'

/** How and where shared checkouts are created. */
export interface SharedCheckouts {
  readonly folder: string
  readonly git: Pick<Git, 'checkout'>
  /** Commands run as Slipway's own user, so only permissions keep them from changing what others read. */
  readonly protect: boolean
}

/** The requested checkout. */
export interface SharedOrder {
  readonly repository: RepositoryRef
  readonly commit: CommitSha
  /** Whether a command is going to run in it. */
  readonly isRunIn: boolean
}

export interface SharedCheckout {
  readonly tree: string
  readonly leftOut: readonly LeftOut[]
}

/**
 * Finds the checkout, or creates it, completely or not at all; concurrent callers wait. `claim` records the user of the checkout
 * before anybody can find it unused.
 */
export async function openShared(
  { folder, git, protect }: SharedCheckouts,
  { repository, commit, isRunIn }: SharedOrder,
  claim: (tree: string) => Promise<void>,
): Promise<SharedCheckout> {
  const place = path.join(folder, keyOf(repository, commit, protect))
  await mkdir(place, { recursive: true })
  // Commands of other users traverse it to the checkout, and cannot list its names.
  await chmod(place, 0o711)
  const lock = await waitForLock(place, CHECKOUT_LOCK, LOCK_MS)
  try {
    const tree = (await wholeTree(place)) ?? (await makeTree(place, { git, repository, commit }))
    if (protect && isRunIn) await protectOnce(place, tree)
    const now = new Date()
    await utimes(tree, now, now)
    await claim(tree)
    return { tree, leftOut: await readLeftOut(place) }
  } finally {
    await lock.release()
  }
}

/** A different commit or setting makes a different checkout. */
function keyOf({ url, lfs, submodules }: RepositoryRef, commit: CommitSha, protect: boolean): string {
  const content = JSON.stringify([url, commit, lfs === true, submodules === true, protect])
  return createHash('sha256').update(content).digest('hex').slice(0, 32)
}

/** The checkout's folder; null if none was completed. */
export async function wholeTree(place: string): Promise<string | null> {
  const names = (await orNullIfMissing(readdir(place))) ?? []
  const found = names.find((name) => TREE.test(name))
  return found === undefined ? null : path.join(place, found)
}

/** Under an unguessable name: other apps' commands can traverse the folders above it as well. */
async function makeTree(
  place: string,
  { git, repository, commit }: Pick<SharedCheckouts, 'git'> & Pick<SharedOrder, 'repository' | 'commit'>,
): Promise<string> {
  for (const name of await readdir(place))
    if (name.endsWith('.new')) await rm(path.join(place, name), { recursive: true, force: true })
  const tree = path.join(place, `tree-${randomBytes(12).toString('hex')}`)
  const making = `${tree}.new`
  try {
    const leftOut = await git.checkout(repository, commit, making)
    await openToAll(making)
    await writeLeftOut(place, leftOut)
    await rename(making, tree)
    return tree
  } catch (error) {
    // Frees a full disk from the failed attempt.
    await Promise.allSettled([rm(making, { recursive: true, force: true })])
    throw error
  }
}

async function protectOnce(place: string, tree: string): Promise<void> {
  const mark = path.join(place, PROTECTED)
  if ((await orNullIfMissing(stat(mark))) !== null) return
  await openToNobody(tree)
  await writeFile(mark, '')
}
