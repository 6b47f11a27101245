import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { buffer } from 'node:stream/consumers'
import type { SandboxKind, SandboxStatus } from '../../domain/sandbox.js'
import { removeFolder } from '../host/remove-folder.js'
import type { UidRange } from './app-home.js'
import type { BwrapConfinement, SandboxTools } from './confinement.js'
import { findTools, missingForOutside } from './find-tools.js'
import { findUsers, type UserSandbox } from './find-users.js'
import { type OwnNetwork, openNetwork } from './own-network.js'
import { type ConfinedCommand, startConfined } from './start-confined.js'

/** The isolation of commands on this host. */
export type Sandbox =
  | { readonly kind: 'off'; readonly status: SandboxStatus }
  | {
      readonly kind: 'bwrap'
      readonly status: SandboxStatus
      readonly tools: SandboxTools
      /** Null: commands run as the worker's own user. */
      readonly uids: UidRange | null
      /** Why a command's checkout cannot be a layer over the shared one; null: it can. */
      readonly noLayers: string | null
    }
  | UserSandbox

/** The requested sandbox. */
export interface SandboxChoice {
  readonly mode: SandboxKind | 'auto'
  readonly uids: UidRange
  /** Where programs are searched, as in `PATH`. */
  readonly path: string
  /** Slipway's data folder, which also has the folders of its commands. */
  readonly dataFolder: string
}

/**
 * Finds out what works here, by running a command that does nothing. `auto` selects the best kind. Returns a text if a
 * kind that was requested by name does not work: why, and what to do.
 */
export async function findSandbox(choice: SandboxChoice): Promise<Sandbox | string> {
  if (choice.mode === 'off') return off('SLIPWAY_SANDBOX is off')
  if (choice.mode === 'user') {
    const user = await findUsers(choice)
    if (typeof user !== 'string') return user
    return `SLIPWAY_SANDBOX=user does not work here: ${user} (docs/security.md)`
  }
  const found = await findBwrap(choice)
  if (typeof found !== 'string') return found
  if (choice.mode === 'bwrap') {
    return `SLIPWAY_SANDBOX=bwrap does not work here: ${found}. Install bubblewrap where user namespaces are allowed, or set SLIPWAY_SANDBOX=auto (docs/security.md)`
  }
  const user = await findUsers(choice)
  return typeof user === 'string' ? off(found) : user
}

function off(why: string): Sandbox {
  const says = `Stages run as Slipway itself, with all it may read and change, the other apps' included (${why})`
  return { kind: 'off', status: { kind: 'off', network: 'host-only', says } }
}

/** Bubblewrap if it works here, otherwise why not. */
async function findBwrap({ uids, path: searchPath, dataFolder }: SandboxChoice): Promise<Sandbox | string> {
  if (process.platform !== 'linux') return 'bubblewrap is for Linux only'
  const isRoot = process.getuid?.() === 0
  const tools = await findTools(searchPath, isRoot)
  if (typeof tools === 'string') return tools
  const range = isRoot ? uids : null
  const asked = { tools, uid: range?.first ?? null }
  const fault = await tryCommand({ ...asked, network: 'none' })
  if (fault !== null) return `bubblewrap does not work: ${fault}`
  const noOutside = await tryOutside(asked)
  const noLayers = await tryLayers(asked, dataFolder)
  return { kind: 'bwrap', tools, uids: range, noLayers, status: bwrapStatus(noOutside) }
}

/** Tested on the disk where layers would be: not every file system and kernel supports them. */
async function tryLayers(asked: Asked, dataFolder: string): Promise<string | null> {
  // Files of a layer that root creates could not be changed by its users.
  if (asked.uid !== null) return 'each app has a user of its own'
  if (asked.tools.mount === null) return 'mount (util-linux) is not installed'
  await mkdir(dataFolder, { recursive: true })
  return inTrialFolder(path.join(dataFolder, '.try-layers-'), async (folder) => {
    const place = (name: string): string => path.join(folder, name)
    const workspace = place('workspace')
    const checkout = {
      kind: 'overlay',
      ...{ lower: place('lower'), upper: place('upper'), work: place('work') },
    } as const
    for (const made of [workspace, checkout.lower, checkout.upper, checkout.work]) await mkdir(made)
    await writeFile(path.join(checkout.lower, 'file'), 'below')
    const command = 'test "$(cat file)" = below && rm file && mkdir file && test -d file'
    const places = { workspace, checkout, output: folder }
    return runTrial({ ...asked, network: 'none' }, { command, places })
  })
}

/** @param noOutside why there is no network that only leads outside; null: there is */
function bwrapStatus(noOutside: string | null): SandboxStatus {
  const says =
    'Stages run in bubblewrap: each sees its own files and nothing else of Slipway or of other apps'
  if (noOutside === null) return { kind: 'bwrap', network: 'kept', says }
  const lost = `. Stages with network: outside have no network (${noOutside})`
  return { kind: 'bwrap', network: 'no-outside', says: `${says}${lost}` }
}

type Asked = Pick<BwrapConfinement, 'tools' | 'uid'>

async function tryOutside(asked: Asked): Promise<string | null> {
  return missingForOutside(asked.tools) ?? (await tryCommand({ ...asked, network: 'outside' }))
}

/** Runs `true` in a sandbox; returns the reason if that fails, else null. */
const tryCommand = (asked: Asked & Pick<BwrapConfinement, 'network'>): Promise<string | null> =>
  inTrialFolder(path.join(tmpdir(), 'slipway-sandbox-'), (folder) =>
    runTrial(asked, { command: 'true', places: { workspace: folder, checkout: null, output: folder } }),
  )

async function inTrialFolder<Result>(
  prefix: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = await mkdtemp(prefix)
  try {
    return await work(folder)
  } finally {
    await removeFolder(folder)
  }
}

async function runTrial(
  asked: Asked & Pick<BwrapConfinement, 'network'>,
  { command, places }: Pick<ConfinedCommand, 'command' | 'places'>,
): Promise<string | null> {
  const home = places.output
  let network: OwnNetwork | null = null
  let child: ChildProcess | null = null
  try {
    const confinement: BwrapConfinement = {
      kind: 'bwrap',
      ...asked,
      ...{ home, artifact: null, read: [], write: [], ports: [], closed: [], notice: null },
    }
    network = await openNetwork(confinement, () => undefined)
    const started = await startConfined({
      ...{ command, places, confinement, network },
      scratch: path.join(home, 'resolv.conf'),
      environment: {},
      output: 'pipe',
    })
    child = started.child
    const said = child.stderr === null ? '' : buffer(child.stderr)
    await started.ready
    const gate = child.stdio[3]
    if (gate != null && 'end' in gate) gate.on('error', () => undefined).end('go\n')
    const [code]: unknown[] = child.exitCode === null ? await once(child, 'exit') : [child.exitCode]
    return code === 0 ? null : (await said).toString().trim().slice(0, 300) || `it ended with ${String(code)}`
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  } finally {
    child?.kill('SIGKILL')
    network?.close()
  }
}
