import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { findSandbox, type Sandbox } from '../../../integrations/sandbox/find-sandbox.js'

/** Where the programs of this machine are. */
export const SYSTEM_PATH = `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`

/** User ids for tests, apart from those that a Slipway of this machine takes. */
export const UIDS = { first: 60_400, last: 60_409 }

const folder = mkdtempSync(join(tmpdir(), 'slipway-sandboxes-'))
// Other users pass through it.
chmodSync(folder, 0o711)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function find<Kind extends 'bwrap' | 'user'>(
  mode: Kind,
): Promise<Extract<Sandbox, { kind: Kind }> | null> {
  const isOfKind = (sandbox: Sandbox): sandbox is Extract<Sandbox, { kind: Kind }> => sandbox.kind === mode
  const found = await findSandbox({ mode, uids: UIDS, path: SYSTEM_PATH, dataFolder: join(folder, mode) })
  return typeof found !== 'string' && isOfKind(found) ? found : null
}

/** The sandbox of bubblewrap of this machine, `null` where it does not work. */
export const bubblewrap = await find('bwrap')

const users = await find('user')
/** Users of this machine, with the folder of data they pass through, `null` where that does not work. */
export const userSandbox = users && { sandbox: users, folder: join(folder, 'user') }
