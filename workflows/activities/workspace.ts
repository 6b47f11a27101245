import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, rename, rm, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Context } from '@temporalio/activity'
import type { PreparedCheckout } from '../../domain/checkout.js'
import type { CheckoutOrder, Checkouts } from '../../domain/checkouts.js'
import { type ArtifactDigest, shortCommit } from '../../domain/identifiers.js'
import type { ArtifactStore } from '../../domain/ports.js'
import { isFinal } from './non-retryable.js'

export interface Workspace extends PreparedCheckout {
  /** The artifact's files; empty where there is none. */
  readonly artifact: string
}

interface Needs {
  readonly folder: string
  readonly checkouts: Checkouts
  readonly artifacts: Pick<ArtifactStore, 'unpack'>
}

/** The files of a stage cannot be read or written, and it was tried for long enough. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError'
}

/** How often it is tried where this machine is at fault; a remote that is away is waited for, in milliseconds. */
const TRIES = 4
const AWAY_MS = 600_000
const AWAY: ReadonlySet<string> = new Set(['GitAwayError', 'ArtifactStoreAwayError'])

/**
 * A folder of a stage's own with the commit and the artifact in it. The same key finds its folder again, so that a
 * re-attempt watches the command where it runs; a half-made one is made anew. Throws {@link WorkspaceError} when the
 * activity has tried for long enough.
 */
export async function openWorkspace(
  needs: Needs,
  key: string,
  content: CheckoutOrder & { readonly digest: ArtifactDigest | null },
): Promise<Workspace> {
  const folder = workspaceFolder(needs, key)
  const opened = async (): Promise<Workspace> => ({
    ...(await needs.checkouts.find(folder)),
    artifact: join(folder, 'artifact'),
  })
  if (await exists(folder)) {
    // It is in use again: retention counts from now.
    const now = new Date()
    await utimes(folder, now, now)
    return opened()
  }
  // Of this attempt alone: one that was given up as lost may still be filling its own.
  const making = `${folder}.${randomBytes(6).toString('hex')}.new`
  await bounded(`${shortCommit(content.commit)} and its artifact cannot be put into a folder`, async () => {
    try {
      await mkdir(join(making, 'artifact'), { recursive: true })
      await needs.checkouts.prepare(making, content)
      if (content.digest) await needs.artifacts.unpack(content.digest, join(making, 'artifact'))
      await rename(making, folder)
    } catch (error) {
      // A full disk has to be freed of what was written in vain.
      await rm(making, { recursive: true, force: true }).catch(() => undefined)
      throw error
    }
  })
  return opened()
}

/** Throws {@link WorkspaceError} instead of the work's own error once the activity has tried for long enough. */
export async function bounded<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isFinal(error) || !isOver(error)) throw error
    throw new WorkspaceError(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function isOver(error: unknown): boolean {
  const { attempt, scheduledTimestampMs } = Context.current().info
  if (attempt < TRIES) return false
  const isAway = error instanceof Error && AWAY.has(error.name)
  return !isAway || Date.now() - scheduledTimestampMs > AWAY_MS
}

/** Removes what {@link openWorkspace} made; harmless when it is gone. */
export async function closeWorkspace(needs: Pick<Needs, 'folder' | 'checkouts'>, key: string): Promise<void> {
  try {
    await needs.checkouts.remove(workspaceFolder(needs, key))
  } catch {
    // What a command left that is somebody else's (of a container's root, say) decides nothing: retention tries again and says so.
  }
}

/** `integrations/stage-runners/old-folders.ts` finds the job of a checkout by this name. */
function workspaceFolder({ folder }: Pick<Needs, 'folder'>, key: string): string {
  return join(folder, createHash('sha256').update(key).digest('hex').slice(0, 32))
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  )
}
