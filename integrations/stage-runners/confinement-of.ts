import { realpath } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import type { AppName } from '../../domain/identifiers.js'
import type { StageOrder } from '../../domain/ports.js'
import type { SandboxPaths, StageNetwork } from '../../domain/sandbox.js'
import type { StageRun } from '../../domain/stage.js'
import { orNullIfMissing } from '../host/system-error.js'
import { openAppHome } from '../sandbox/app-home.js'
import type { BwrapConfinement, Confinement } from '../sandbox/confinement.js'
import type { Sandbox } from '../sandbox/find-sandbox.js'
import { JobError } from './runner-errors.js'

/** How this worker isolates commands. */
export interface ConfinementPlan {
  readonly sandbox: Exclude<Sandbox, { kind: 'off' }>
  /** The parent of each app's own folder, the `HOME` of its commands. */
  readonly homes: string
  /** Additional paths that today's configuration opens to an app's commands. */
  readonly pathsOf: (app: AppName) => SandboxPaths
  /** Folders of Slipway's own that no app's paths may open. */
  readonly closedFolders: readonly string[]
  /** `host:port` of Slipway's own services. */
  readonly closedServices: readonly string[]
}

/** A stage that is a command. */
export type ShellRun = Extract<StageRun, { kind: 'shell' }>

const NO_NETWORK =
  'this stage has no network: the worker lacks what it takes to give it one that leads outside only; see docs/security.md'

/** What this command may see and reach. Throws {@link JobError} if its app's paths cannot be opened. */
export async function confinementOf(
  plan: ConfinementPlan,
  order: Pick<StageOrder, 'app' | 'artifact'>,
  run: ShellRun,
): Promise<Confinement> {
  const { sandbox } = plan
  const artifact = order.artifact === null ? null : path.resolve(order.artifact)
  if (sandbox.kind === 'bwrap') return inBwrap({ ...plan, sandbox }, { app: order.app, artifact, run })
  const { setpriv, uids, locks } = sandbox
  const { folder: home, id } = await openAppHome(plan.homes, order.app, uids, 'gid')
  return { kind: 'user', setpriv, uids, locks, gid: id ?? uids.first, home, artifact, notice: null }
}

async function inBwrap(
  plan: ConfinementPlan & { readonly sandbox: Extract<Sandbox, { kind: 'bwrap' }> },
  { app, artifact, run }: { readonly app: AppName; readonly artifact: string | null; readonly run: ShellRun },
): Promise<BwrapConfinement> {
  const asked: StageNetwork = run.network ?? 'outside'
  const isLost = asked === 'outside' && plan.sandbox.status.network === 'no-outside'
  const { tools, uids } = plan.sandbox
  const { read, write } = plan.pathsOf(app)
  const home = await openAppHome(plan.homes, app, uids)
  return {
    kind: 'bwrap',
    tools,
    uid: home.id,
    home: home.folder,
    artifact,
    read: await Promise.all(read.map((one) => openPath(one, plan.closedFolders))),
    write: await Promise.all(write.map((one) => openPath(one, plan.closedFolders))),
    network: isLost ? 'none' : asked,
    ports: asked === 'host' ? [] : (run.ports ?? []),
    closed: plan.closedServices,
    notice: isLost ? NO_NETWORK : null,
  }
}

/** A configured path resolved on this machine. Throws {@link JobError} if it would expose Slipway itself. */
export async function openPath(given: string, closed: readonly string[]): Promise<string> {
  const whole = given === '~' || given.startsWith('~/') ? path.join(homedir(), given.slice(1)) : given
  const real = await orNullIfMissing(realpath(whole))
  if (real === null)
    throw new JobError(`The sandbox of the app opens ${given}, which this worker does not have`)
  for (const folder of closed) {
    const own = (await orNullIfMissing(realpath(folder))) ?? folder
    if (isWithin(real, own) || isWithin(own, real)) {
      throw new JobError(
        `The sandbox of the app may not open ${given}: Slipway keeps its own files in ${folder}`,
      )
    }
  }
  return whole
}

function isWithin(inner: string, outer: string): boolean {
  const way = path.relative(outer, inner)
  return way === '' || (way !== '..' && !way.startsWith('../') && !path.isAbsolute(way))
}
