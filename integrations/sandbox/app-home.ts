import { chmod, chown, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import type { AppName } from '../../domain/identifiers.js'
import { waitForLock } from '../host/process-lock.js'
import { orNullIfMissing } from '../host/system-error.js'

/** An app's folder on this host, and its owner. */
export interface AppHome {
  readonly folder: string
  /** The app's id from the range; null if every app's commands run as the worker's own user. */
  readonly id: number | null
}

/** How an app uses its id: its commands are that user, or in that group. */
export type OwnedBy = 'uid' | 'gid'

/** The first and the last user id of the range. */
export interface UidRange {
  readonly first: number
  readonly last: number
}

const LOCK = '.uids'
const LOCK_MS = 10_000

/**
 * The `HOME` of an app's commands, created on first use. With a range of ids each app gets one of them permanently:
 * the owner, or the group, of its folder is the record. Throws if every id of the range belongs to another app.
 */
export async function openAppHome(
  homes: string,
  app: AppName,
  uids: UidRange | null,
  by: OwnedBy = 'uid',
): Promise<AppHome> {
  await mkdir(homes, { recursive: true, mode: 0o700 })
  const folder = path.join(homes, app)
  if (uids === null) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return { folder, id: null }
  }
  const known = await ownerOf(folder, by)
  if (known !== null && isIn(uids, known)) return { folder, id: known }
  const lock = await waitForLock(homes, LOCK, LOCK_MS)
  try {
    return { folder, id: await giveId(homes, app, { uids, by }) }
  } finally {
    await lock.release()
  }
}

async function giveId(
  homes: string,
  app: AppName,
  { uids, by }: { readonly uids: UidRange; readonly by: OwnedBy },
): Promise<number> {
  const folder = path.join(homes, app)
  const apps = (await readdir(homes)).filter((name) => !name.startsWith('.'))
  const owners = await Promise.all(apps.map((name) => ownerOf(path.join(homes, name), by)))
  const own = await ownerOf(folder, by)
  if (own !== null && isIn(uids, own)) return own
  const taken = new Set(owners)
  let id = uids.first
  while (taken.has(id)) id += 1
  if (id > uids.last) {
    const count = uids.last - uids.first + 1
    throw new Error(
      `All ${count} user ids of SLIPWAY_SANDBOX_UIDS (${uids.first}-${uids.last}) belong to other apps: widen the range, or remove folders of apps that are gone from ${homes}`,
    )
  }
  const fresh = path.join(homes, `.new-${app}`)
  await rm(fresh, { recursive: true, force: true })
  await mkdir(fresh, { mode: 0o700 })
  await chown(fresh, by === 'uid' ? id : (process.getuid?.() ?? 0), id)
  // Files that one command of the app creates there belong to all of them.
  if (by === 'gid') await chmod(fresh, 0o770)
  // A folder from before the range was set has another owner.
  await rm(folder, { recursive: true, force: true })
  await rename(fresh, folder)
  return id
}

async function ownerOf(folder: string, by: OwnedBy): Promise<number | null> {
  return (await orNullIfMissing(stat(folder)))?.[by] ?? null
}

function isIn({ first, last }: UidRange, id: number): boolean {
  return id >= first && id <= last
}
