import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, rename, rm, rmdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { PreparedCheckout } from '../../domain/checkout.js'
import type { Checkouts } from '../../domain/checkouts.js'
import { shortCommit } from '../../domain/identifiers.js'
import type { ArtifactStore, Foresee } from '../../domain/ports.js'
import { together } from '../../domain/promises.js'
import { bounded } from './bounded.js'
import type { WorkspaceContent } from './workspace-content.js'

export interface Workspace extends PreparedCheckout {
  /** The artifact's files; empty when there is no artifact. */
  readonly artifact: string
}

/** The folders of this host's stages. */
export interface Workspaces {
  /**
   * A stage's own folder with the commit and the artifact. The same key finds its folder again, so that another attempt watches
   * the command where it runs; an unfinished folder is created again. Throws `WorkspaceError` once the activity has tried long
   * enough.
   */
  open(key: string, content: WorkspaceContent): Promise<Workspace>
  /**
   * Takes away what {@link open} made, including unfinished folders of a killed worker, and does not wait until it is removed;
   * does nothing if they are gone.
   */
  close(key: string): Promise<void>
  /** Begins the folder of a stage that is about to be opened here. Promises nothing, and never fails. */
  foresee(content: WorkspaceContent): void
}

/** Says that a stage is about to be executed here, and on which files, so that what takes time is begun. Never fails. */
export type ForeseeStage = (stage: Parameters<Foresee>[0], content: WorkspaceContent | null) => void

export interface WorkspaceNeeds {
  /** Where the folders are created. */
  readonly folder: string
  readonly checkouts: Checkouts
  readonly artifacts: Pick<ArtifactStore, 'unpack'>
  /** How long a folder waits for its stage, in milliseconds; 10 s unless given. */
  readonly keptMs?: number
}

/** In a stage's folder. */
const ARTIFACT = 'artifact'

export function createWorkspaces(needs: WorkspaceNeeds): Workspaces {
  const ahead = createAhead(needs)
  return {
    open: (key, content) => open({ needs, ahead, folder: workspaceFolder(needs, key) }, content),
    close: (key) => close(needs, workspaceFolder(needs, key)),
    foresee: ahead.foresee,
  }
}

async function open(
  {
    needs,
    ahead,
    folder,
  }: { readonly needs: WorkspaceNeeds; readonly ahead: Ahead; readonly folder: string },
  content: WorkspaceContent,
): Promise<Workspace> {
  const opened = async (): Promise<Workspace> => ({
    ...(await needs.checkouts.find(folder)),
    artifact: join(folder, ARTIFACT),
  })
  if (await exists(folder)) {
    // It is in use again: its retention period restarts now.
    const now = new Date()
    await utimes(folder, now, now)
    return opened()
  }
  await bounded(`${shortCommit(content.commit)} and its artifact cannot be put into a folder`, async () => {
    const foreseen = await ahead.take(content)
    if (foreseen !== null && (await moved(foreseen, folder))) return
    // Of this attempt alone: one that was given up as lost may still be filling its own.
    const making = join(halfMade(folder), randomBytes(6).toString('hex'))
    try {
      await fill(needs, making, content)
      await rename(making, folder)
    } finally {
      // Another attempt may still be filling a folder of its own in it.
      await Promise.allSettled([rmdir(halfMade(folder))])
    }
  })
  return opened()
}

/** False: it is gone. */
async function moved(from: string, to: string): Promise<boolean> {
  try {
    await rename(from, to)
    return true
  } catch (error) {
    if (await exists(from)) throw error
    return false
  }
}

async function close({ checkouts }: WorkspaceNeeds, folder: string): Promise<void> {
  try {
    await checkouts.remove(folder)
    await rm(halfMade(folder), { recursive: true, force: true })
  } catch {
    // A folder that stays is no error of the stage: retention tries again and reports it.
  }
}

/** Makes the folder, complete; of one that fails nothing is left. */
async function fill(needs: WorkspaceNeeds, folder: string, content: WorkspaceContent): Promise<void> {
  const artifact = join(folder, ARTIFACT)
  try {
    await mkdir(artifact, { recursive: true })
    await together([
      needs.checkouts.prepare(folder, content),
      ...(content.digest ? [needs.artifacts.unpack(content.digest, artifact)] : []),
    ])
  } catch (error) {
    // If the disk is full, the useless files have to be removed.
    await Promise.allSettled([rm(folder, { recursive: true, force: true })])
    throw error
  }
}

/** Folders that are filled before their stage begins. */
interface Ahead {
  readonly foresee: Workspaces['foresee']
  /** The folder with that content, which is the caller's from now on; null: none was begun, or it failed. */
  take(content: WorkspaceContent): Promise<string | null>
}

const KEPT_MS = 10_000

function createAhead(needs: WorkspaceNeeds): Ahead {
  const parent = join(needs.folder, 'ahead')
  // Left by an earlier process. Of another worker that shares the folder too: its stages then make their own.
  const cleared = Promise.allSettled([needs.checkouts.remove(parent)])
  const begun = new Map<string, Promise<string | null>>()
  const take: Ahead['take'] = async (content) => {
    const name = nameOf(content)
    const found = begun.get(name) ?? null
    begun.delete(name)
    return found
  }
  const drop = async (content: WorkspaceContent): Promise<void> => {
    const folder = await take(content)
    if (folder !== null) await needs.checkouts.remove(folder)
  }
  return {
    take,
    foresee(content) {
      const name = nameOf(content)
      if (begun.has(name)) return
      const folder = join(parent, randomBytes(16).toString('hex'))
      const make = async (): Promise<string> => {
        await cleared
        // Commands of other users pass through it, and cannot list it.
        await mkdir(parent, { recursive: true, mode: 0o711 })
        await fill(needs, folder, content)
        return folder
      }
      // A stage that finds none makes its own, and reports why it cannot.
      const filled = make().catch(() => null)
      begun.set(name, filled)
      setTimeout(() => {
        if (begun.get(name) === filled) void Promise.allSettled([drop(content)])
      }, needs.keptMs ?? KEPT_MS).unref()
    },
  }
}

/** The same for orders that give the same files. */
function nameOf({ repository, commit, digest, kind, readLater }: WorkspaceContent): string {
  const { app, url, lfs = null, submodules = null } = repository
  return JSON.stringify([app, url, lfs, submodules, commit, digest, kind, readLater])
}

/** Where a folder is made; `integrations/stage-runners/old-folders.ts` finds it by this name. */
const halfMade = (folder: string): string => `${folder}.new`

/** `integrations/stage-runners/old-folders.ts` finds the job of a checkout by this name. */
function workspaceFolder({ folder }: WorkspaceNeeds, key: string): string {
  return join(folder, createHash('sha256').update(key).digest('hex').slice(0, 32))
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
