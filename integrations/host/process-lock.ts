import { randomBytes } from 'node:crypto'
import { readdir, readlink, rename, rm, symlink } from 'node:fs/promises'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  formatIdentity,
  isProcessAlive,
  ownIdentity,
  type ProcessIdentity,
  parseIdentity,
} from './process-identity.js'
import { hasCode, orNullIfMissing } from './system-error.js'

/*
 * A lock between processes of one machine that a dead holder does not keep. Each acquisition creates a symbolic link
 * `{name}.{generation}` whose target names the holder: created atomically with its content. The highest
 * generation counts. A process that takes over a free or dead one never removes it, only surpasses it; so of two that see the
 * same dead holder exactly one creates the next link, and a late one finds itself surpassed.
 */

/** A lock this process holds. It ends with {@link HeldLock.release} or with the process. */
export interface HeldLock {
  release(): Promise<void>
}

const FREE = 'free'

interface Generation {
  readonly number: number
  readonly holder: ProcessIdentity | null
}

async function generations(folder: string, name: string): Promise<readonly number[]> {
  const entries = (await orNullIfMissing(readdir(folder))) ?? []
  const numbers = entries
    .filter((entry) => entry.startsWith(`${name}.`) && /^\d{1,15}$/.test(entry.slice(name.length + 1)))
    .map((entry) => Number(entry.slice(name.length + 1)))
  return numbers.toSorted((a, b) => b - a)
}

async function newest(folder: string, name: string): Promise<Generation> {
  for (const number of await generations(folder, name)) {
    const target = await orNullIfMissing(readlink(path.join(folder, `${name}.${number}`)))
    if (target !== null) return { number, holder: parseIdentity(target) }
  }
  return { number: 0, holder: null }
}

/** Whether a living process holds the lock. */
export async function isLocked(folder: string, name: string): Promise<boolean> {
  const { holder } = await newest(folder, name)
  return holder !== null && (await isProcessAlive(holder))
}

async function release(folder: string, file: string): Promise<void> {
  const free = path.join(folder, `.free-${randomBytes(6).toString('hex')}`)
  await symlink(FREE, free)
  await rename(free, file)
}

/** Takes the lock, or returns `null` if a living process holds it. `folder` must exist. */
export async function tryLock(folder: string, name: string): Promise<HeldLock | null> {
  const last = await newest(folder, name)
  if (last.holder !== null && (await isProcessAlive(last.holder))) return null
  const mine = last.number + 1
  const file = path.join(folder, `${name}.${mine}`)
  try {
    await symlink(formatIdentity(await ownIdentity()), file)
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return null
    throw error
  }
  const [highest, ...older] = await generations(folder, name)
  if (highest !== mine) {
    await rm(file, { force: true })
    return null
  }
  await Promise.all(older.map((number) => rm(path.join(folder, `${name}.${number}`), { force: true })))
  return { release: () => release(folder, file) }
}

/** Takes the lock as soon as it is free. Throws after `timeoutMs` milliseconds. */
export async function waitForLock(folder: string, name: string, timeoutMs: number): Promise<HeldLock> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    const held = await tryLock(folder, name)
    if (held !== null) return held
    if (performance.now() >= deadline) {
      throw new Error(
        `Waited ${Math.round(timeoutMs / 1000)} s for ${name} in ${folder}, held by another process`,
      )
    }
    await sleep(20 + Math.random() * 30)
  }
}
