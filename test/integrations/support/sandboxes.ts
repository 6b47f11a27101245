import { findSandbox, type Sandbox } from '../../../integrations/sandbox/find-sandbox.js'

/** Where the programs of this machine are. */
export const SYSTEM_PATH = `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`

/** User ids for tests, apart from those that a Slipway of this machine takes. */
export const UIDS = { first: 60_400, last: 60_409 }

/** The sandbox of bubblewrap of this machine, `null` where it does not work. */
export const bubblewrap: Extract<Sandbox, { kind: 'bwrap' }> | null = await findSandbox({
  mode: 'bwrap',
  uids: UIDS,
  path: SYSTEM_PATH,
  dataFolder: '/nowhere',
}).then((sandbox) => (typeof sandbox !== 'string' && sandbox.kind === 'bwrap' ? sandbox : null))
