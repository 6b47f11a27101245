import { mkdir, readlink, rm, stat, symlink } from 'node:fs/promises'
import path from 'node:path'
import type { PreparedCheckout } from '../../domain/checkout.js'
import type { CheckoutOrder, Checkouts } from '../../domain/checkouts.js'
import type { AppName } from '../../domain/identifiers.js'
import { removeFolder } from '../host/remove-folder.js'
import { setAside } from '../host/retained-folders.js'
import { orNullIfMissing } from '../host/system-error.js'
import { readLeftOut, writeLeftOut } from './left-out.js'
import { copyInto, openToOwner } from './permissions.js'
import { openShared, type SharedCheckouts } from './shared-checkout.js'

/** See {@link createCheckouts}. */
export interface CheckoutsOptions extends SharedCheckouts {
  /** Whether an app's writable checkout is a layer over the shared one; otherwise each command gets a copy. */
  readonly layered: (app: AppName) => boolean
}

/** In a stage's folder, the part that only Slipway may access. */
const OWN = 'own'
/** In a stage's folder, a link to the shared checkout in use. Anybody who can read its target can read the checkout. */
export const SHARED = `${OWN}/checkout`

const placesIn = (folder: string) => ({
  own: path.join(folder, OWN),
  shared: path.join(folder, SHARED),
  source: path.join(folder, 'source'),
  upper: path.join(folder, 'layer/upper'),
  work: path.join(folder, 'layer/work'),
})

/** The checkouts of this host. A private one is a layer over the shared one where that works, else a copy of it. */
export function createCheckouts(options: CheckoutsOptions): Checkouts {
  return {
    prepare: async (folder, order) => prepare(options, folder, order),
    find: async (folder) => find(path.resolve(folder)),
    remove,
  }
}

async function prepare(options: CheckoutsOptions, folder: string, order: CheckoutOrder): Promise<void> {
  const { repository, commit, kind, readLater } = order
  const { own, shared, source, upper, work } = placesIn(folder)
  await mkdir(own, { mode: 0o700 })
  if (kind !== 'shared') await mkdir(source)
  if (kind === 'none') return
  const { tree, leftOut } = await openShared(
    options,
    { repository, commit, isRunIn: kind === 'shared' },
    async (found) => symlink(found, shared),
  )
  await writeLeftOut(own, leftOut)
  if (kind === 'shared') return
  if (!readLater && options.layered(repository.app)) {
    await mkdir(upper, { recursive: true })
    await mkdir(work)
    return
  }
  await copyInto(tree, source)
  if (options.protect) await openToOwner(source)
  await rm(shared)
}

async function find(folder: string): Promise<PreparedCheckout> {
  const { own, shared, source, upper, work } = placesIn(folder)
  const leftOut = await readLeftOut(own)
  const lower = await orNullIfMissing(readlink(shared))
  if (lower === null) return { workspace: source, checkout: null, leftOut }
  if ((await orNullIfMissing(stat(upper))) === null)
    return { workspace: lower, checkout: { kind: 'shared' }, leftOut }
  return { workspace: source, checkout: { kind: 'overlay', lower, upper, work }, leftOut }
}

async function remove(folder: string): Promise<void> {
  const aside = await setAside(folder)
  // What cannot be removed (files of a container's root, say) is no error: retention tries again and reports it.
  if (aside !== null) void Promise.allSettled([removeFolder(aside)])
}
