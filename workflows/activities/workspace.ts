import { createHash, randomBytes } from 'node:crypto'
import { access, mkdir, rename, rm, rmdir, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { Context } from '@temporalio/activity'
import type { PreparedCheckout } from '../../domain/checkout.js'
import type { CheckoutOrder, Checkouts } from '../../domain/checkouts.js'
import { type ArtifactDigest, shortCommit } from '../../domain/identifiers.js'
import type { ArtifactStore } from '../../domain/ports.js'
import { together } from '../../domain/promises.js'
import { isFinal } from './non-retryable.js'

export interface Workspace extends PreparedCheckout {
  /** The artifact's files; empty when there is no artifact. */
  readonly artifact: string
}

interface Needs {
  readonly folder: string
  readonly checkouts: Checkouts
  readonly artifacts: Pick<ArtifactStore, 'unpack'>
}

/** The files of a stage cannot be read or written, despite all retries. */
export class WorkspaceError extends Error {
  override readonly name = 'WorkspaceError'
}

/** The number of attempts if this machine is at fault; for an unreachable remote, how long to keep trying, in milliseconds. */
const TRIES = 4
const AWAY_MS = 600_000
const AWAY: ReadonlySet<string> = new Set(['GitAwayError', 'ArtifactStoreAwayError'])

/**
 * A stage's own folder with the commit and the artifact. The same key finds its folder again, so that another attempt watches the
 * command where it runs; an unfinished folder is created again. Throws {@link WorkspaceError} once the activity has tried long
 * enough.
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
    // It is in use again: its retention period restarts now.
    const now = new Date()
    await utimes(folder, now, now)
    return opened()
  }
  // Of this attempt alone: one that was given up as lost may still be filling its own.
  const making = join(halfMade(folder), randomBytes(6).toString('hex'))
  await bounded(`${shortCommit(content.commit)} and its artifact cannot be put into a folder`, async () => {
    try {
      await mkdir(join(making, 'artifact'), { recursive: true })
      await together([
        needs.checkouts.prepare(making, content),
        ...(content.digest ? [needs.artifacts.unpack(content.digest, join(making, 'artifact'))] : []),
      ])
      await rename(making, folder)
    } catch (error) {
      // If the disk is full, the useless files have to be removed.
      await Promise.allSettled([rm(making, { recursive: true, force: true })])
      throw error
    } finally {
      // Another attempt may still be filling a folder of its own in it.
      await Promise.allSettled([rmdir(halfMade(folder))])
    }
  })
  return opened()
}

/** When this process first found unreachable what an activity needs: it may have queued, or built, for hours before. */
const awaySince = new Map<string, number>()

/** Throws {@link WorkspaceError} instead of the work's own error once the activity has tried long enough. */
export async function bounded<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  const { attempt, activityId, workflowExecution } = Context.current().info
  const activity = `${workflowExecution?.runId ?? ''}/${activityId}`
  try {
    const result = await work()
    awaySince.delete(activity)
    return result
  } catch (error) {
    const isAway = error instanceof Error && AWAY.has(error.name)
    const isOver = isAway ? awayMs(activity) > AWAY_MS : attempt >= TRIES
    if (!isAway || isOver) awaySince.delete(activity)
    if (isFinal(error) || !isOver) throw error
    throw new WorkspaceError(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function awayMs(activity: string): number {
  const now = performance.now()
  const since = awaySince.get(activity) ?? now
  awaySince.set(activity, since)
  return now - since
}

/**
 * Takes away what {@link openWorkspace} made, including unfinished folders of a killed worker, and does not wait until it is removed;
 * does nothing if they are gone.
 */
export async function closeWorkspace(needs: Pick<Needs, 'folder' | 'checkouts'>, key: string): Promise<void> {
  const folder = workspaceFolder(needs, key)
  try {
    await needs.checkouts.remove(folder)
    await rm(halfMade(folder), { recursive: true, force: true })
  } catch {
    // A folder that stays is no error of the stage: retention tries again and reports it.
  }
}

/** Where the attempts of a stage make its folder; `integrations/stage-runners/old-folders.ts` finds it by this name. */
const halfMade = (folder: string): string => `${folder}.new`

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
