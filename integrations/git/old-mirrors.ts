/** Removes copies of repositories that were unused for long. They are cloned again when needed. */
import { stat } from 'node:fs/promises'
import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import type { Retained } from '../../domain/retention.js'
import { isLocked } from '../host/process-lock.js'
import { type Age, retainedFolders } from '../host/retained-folders.js'
import type { RunGit } from './git-command.js'
import { MIRROR_LOCK } from './mirror.js'

/** Where the mirrors of this host are, and which commits must be kept. */
export interface MirrorsToKeep {
  readonly folder: string
  readonly run: RunGit
  /** The commits of what runs, waits or may be rolled back to. */
  readonly needed: () => Promise<readonly CommitSha[]>
}

const MIRROR = /^[0-9a-f]{32}\.git$/
const HALF_MADE = /^[0-9a-f]{32}\.git\.[0-9a-f]{12}$/
/** Longer than any clone takes. */
const HALF_MADE_MS = 24 * 3_600_000

/**
 * Mirrors past their retention, and clones that were never finished. A mirror is kept if it has a needed commit that no branch
 * or tag of its remote has: it could not be fetched again.
 */
export function oldMirrors(
  { folder, run, needed }: MirrorsToKeep,
  { keptMs, now = Date.now }: Age,
): Retained {
  return retainedFolders({
    kind: 'mirrors',
    parent: folder,
    isOld: async (name) => {
      const gitDir = path.join(folder, name)
      const unusedMs = now() - (await stat(gitDir)).mtimeMs
      if (HALF_MADE.test(name)) return unusedMs > HALF_MADE_MS
      if (!MIRROR.test(name) || unusedMs <= keptMs || (await isLocked(gitDir, MIRROR_LOCK))) return false
      for (const commit of await needed()) if (await isOnlyHere(run, gitDir, commit)) return false
      return true
    },
  })
}

async function isOnlyHere(run: RunGit, gitDir: string, commit: CommitSha): Promise<boolean> {
  const there = await run({ gitDir, args: ['cat-file', '-e', `${commit}^{commit}`], answers: [1, 128] })
  if (there.code !== 0) return false
  const refs = await run({ gitDir, args: ['for-each-ref', '--count=1', '--contains', commit] })
  return refs.stdout.trim() === ''
}
