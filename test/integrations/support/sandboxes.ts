import { findSandbox, type Sandbox } from '../../../integrations/sandbox/find-sandbox.js'

/** Where the programs of this machine are. */
export const SYSTEM_PATH = `${process.env['PATH'] ?? ''}:/usr/bin:/bin:/usr/sbin:/sbin`

/** User ids for tests, apart from those that a Slipway of this machine takes. */
export const UIDS = { first: 60_400, last: 60_409 }

/** The sandbox of bubblewrap of this machine, `null` where it does not work. */
export const bubblewrap: Exclude<Sandbox, { kind: 'off' }> | null = await findSandbox({
  mode: 'auto',
  uids: UIDS,
  path: SYSTEM_PATH,
}).then((sandbox) => (typeof sandbox === 'string' || sandbox.kind === 'off' ? null : sandbox))
