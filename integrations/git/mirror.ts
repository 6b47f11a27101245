import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, rename, rm, stat, utimes } from 'node:fs/promises'
import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import { waitForLock } from '../host/process-lock.js'
import { setAside } from '../host/retained-folders.js'
import { hasCode, orNullIfMissing } from '../host/system-error.js'
import { type GitAnswer, type GitCall, type GitSettings, LONGEST_MS, type RunGit } from './git-command.js'
import { GitError, GitOrderError, withFileFaults, withoutCredentials } from './git-error.js'
import { readSha, remoteAddress } from './ref-text.js'

/** A bare copy of one remote repository. Branches are under `refs/remotes/origin`, tags under `refs/tags`. */
export interface Mirror {
  readonly gitDir: string
  /** The address given to git. */
  readonly address: string
  /** Runs git in the mirror. */
  run(call: Omit<GitCall, 'gitDir'>): Promise<GitAnswer>
  /** Updates branches and tags to the remote's current state, including moved and deleted ones. */
  fetch(): Promise<void>
  /** Fetches the commits of one ref that {@link fetch} leaves out; does nothing if it does not exist. */
  fetchRef(ref: string): Promise<void>
  /**
   * Fetches if the commit is not here yet, first by a ref that {@link fetch} leaves out. Throws {@link GitOrderError} if the
   * remote does not have it either.
   */
  requireCommit(commit: CommitSha, ref?: string): Promise<void>
  /** The commit that a revision names here, without fetching; null: none. */
  commitOf(revision: string): Promise<CommitSha | null>
}

/** The mirrors of this process. */
export interface Mirrors {
  /** Throws {@link GitOrderError} for an invalid url. */
  of(url: string): Mirror
}

/** Where mirrors are kept, and how long git may take. */
export interface MirrorOptions extends Pick<GitSettings, 'timeoutMs' | 'longestMs'> {
  readonly folder: string
}

interface MirrorPlace extends Omit<MirrorOptions, 'folder'> {
  readonly gitDir: string
}

const REFSPECS = ['+refs/heads/*:refs/remotes/origin/*', '+refs/tags/*:refs/tags/*']
/** Held during a fetch. */
export const MIRROR_LOCK = 'mirror-lock'
/** How often the time of the last use is recorded. */
const NOTED_MS = 3_600_000
const MANY_REFS = 200
const FETCHES = 50
/** Longer than a rename takes. */
const ASIDE_MS = 60_000
const MOST_REMEMBERED = 1_000

/** Whether a folder is a usable repository: what a removal left of one, or a git that outlived it wrote, is not. */
async function isRepository(gitDir: string): Promise<boolean> {
  const parts = ['HEAD', 'objects', 'refs'].map((part) => orNullIfMissing(stat(path.join(gitDir, part))))
  return (await Promise.all(parts)).every((found) => found !== null)
}

/** Moves a broken repository aside, one process at a time: another may have recreated the mirror meanwhile. */
async function putAside(gitDir: string): Promise<void> {
  const lock = await waitForLock(path.dirname(gitDir), `${path.basename(gitDir)}-remains`, ASIDE_MS)
  try {
    if (!(await isRepository(gitDir))) await setAside(gitDir)
  } finally {
    await lock.release()
  }
}

async function initialize(run: RunGit, gitDir: string): Promise<void> {
  if (await isRepository(gitDir)) return
  const fresh = `${gitDir}.${randomBytes(6).toString('hex')}`
  await mkdir(path.dirname(gitDir), { recursive: true, mode: 0o700 })
  await run({ gitDir: fresh, args: ['init', '--quiet', '--bare', '--template=', fresh] })
  // A candidate's commit stays deployable after its branch is deleted.
  await run({ gitDir: fresh, args: ['config', 'gc.pruneExpire', 'never'] })
  try {
    const isThere = (await orNullIfMissing(stat(gitDir))) !== null
    if (isThere && !(await isRepository(gitDir))) await putAside(gitDir)
    await rename(fresh, gitDir)
  } catch (error) {
    await rm(fresh, { recursive: true, force: true })
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST')) throw error
  }
}

/** Removes stale lock files of a killed git: nobody else fetches into this mirror now, and these are old. */
async function removeOldLocks(gitDir: string, olderThanMs: number): Promise<void> {
  const entries = await readdir(gitDir, { recursive: true, withFileTypes: true })
  for (const entry of entries) {
    if (!entry.isFile() || !entry.name.endsWith('.lock')) continue
    const file = path.join(entry.parentPath, entry.name)
    const found = await orNullIfMissing(stat(file))
    if (found !== null && Date.now() - found.mtimeMs > olderThanMs) await rm(file, { force: true })
  }
}

/** Callers share a run that has not started yet, never one that has. */
function coalesce(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve()
  let waiting: Promise<void> | null = null
  return () => {
    waiting ??= Promise.allSettled([running]).then(() => {
      running = waiting ?? running
      waiting = null
      return run()
    })
    return waiting
  }
}

/** How many branches and tags a fetch created or moved. */
const movedRefs = ({ stderr }: GitAnswer): number => stderr.match(/ -> /g)?.length ?? 0

async function fetchOne(
  { gitDir, address, run }: Pick<Mirror, 'gitDir' | 'address'> & { readonly run: RunGit },
  ref: string,
): Promise<void> {
  await initialize(run, gitDir)
  const options = ['--quiet', '--no-tags', '--no-auto-maintenance', '--no-write-fetch-head']
  const args = ['fetch', ...options, '--end-of-options', address, ref]
  await run({ gitDir, remote: address, args }).catch((error: unknown) => {
    if (!(error instanceof GitError) || !/couldn't find remote ref/.test(error.message)) throw error
  })
}

/**
 * Packs what many fetches left, if it is much, every {@link FETCHES} fetches. Not part of a fetch, which would be taken for a dead
 * remote: it says nothing for minutes in a large repository. Nothing depends on it, and a later fetch starts it again.
 */
function tidying(run: Mirror['run']): () => Promise<void> {
  let isRunning = false
  let fetches = 0
  return async () => {
    if (isRunning || fetches++ % FETCHES !== 0) return
    isRunning = true
    await Promise.allSettled([run({ args: ['gc', '--auto', '--quiet'], slow: true })])
    isRunning = false
  }
}

/** Runs git in the mirror and records the use in the folder's modification time: mirrors unused for long are removed. */
function notingUse(run: RunGit, gitDir: string): Mirror['run'] {
  let notedAt = 0
  return async (call) => {
    const now = Date.now()
    if (now - notedAt > NOTED_MS) {
      notedAt = now
      await orNullIfMissing(utimes(gitDir, now / 1_000, now / 1_000))
    }
    return run({ ...call, gitDir })
  }
}

/**
 * The commits of a mirror. Nothing is ever pruned from it, so a commit that git named or was asked for is there until the folder
 * is replaced. What git said of a folder is believed of that one alone.
 */
function commitsIn(run: Mirror['run'], gitDir: string): Pick<Mirror, 'commitOf'> & { readonly has: Has } {
  const here = new Set<CommitSha>()
  let known = ''
  const folder = async (): Promise<string> => {
    const found = await withFileFaults(() => orNullIfMissing(stat(gitDir)))
    const now = found === null ? '' : `${found.ino} ${found.birthtimeMs}`
    if (now !== known) here.clear()
    known = now
    return now
  }
  const remember = (commit: CommitSha, inFolder: string): void => {
    if (inFolder !== known) return
    if (here.size >= MOST_REMEMBERED) here.clear()
    here.add(commit)
  }
  return {
    has: async (commit) => {
      const asked = await folder()
      if (asked === '') return false
      if (here.has(commit)) return true
      const answer = await run({ args: ['cat-file', '-e', `${commit}^{commit}`], answers: [1, 128] })
      if (answer.code !== 0) return false
      remember(commit, asked)
      return true
    },
    commitOf: async (revision) => {
      const asked = await folder()
      const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]
      const answer = await run({ args, answers: [1, 128] })
      if (answer.code !== 0) return null
      const commit = readSha(answer.stdout)
      remember(commit, asked)
      return commit
    },
  }
}

type Has = (commit: CommitSha) => Promise<boolean>

function createMirror(
  run: RunGit,
  url: string,
  { gitDir, timeoutMs, longestMs = LONGEST_MS }: MirrorPlace,
): Mirror {
  const address = remoteAddress(url)
  const noted = notingUse(run, gitDir)
  const inMirror: Mirror['run'] = (call) => withFileFaults(() => noted(call))
  const fetchArguments: readonly string[] = [
    'fetch',
    '--progress',
    '--prune',
    '--no-tags',
    '--no-auto-maintenance',
    '--force',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
  ]

  async function fetchLocked(): Promise<void> {
    const fetching = () =>
      inMirror({
        remote: address,
        args: [...fetchArguments, '--end-of-options', address, ...REFSPECS],
        untilSilent: true,
      })
    await initialize(run, gitDir)
    const lock = await waitForLock(gitDir, MIRROR_LOCK, 2 * longestMs)
    try {
      const fetched = await fetching().catch(async (error: unknown) => {
        if (!(error instanceof GitError) || !/\.lock': File exists/.test(error.message)) throw error
        await removeOldLocks(gitDir, timeoutMs)
        return fetching()
      })
      // Git leaves out what would end in the middle of a history, and calls the fetch a success.
      if (/because shallow roots are not allowed/.test(fetched.stderr))
        throw new GitOrderError(
          `${withoutCredentials(address)} is a shallow clone: it needs its whole history`,
        )
      // Until packed each ref is a file: 20,000 tags would be 80 MB and slow to read.
      if (movedRefs(fetched) >= MANY_REFS) await inMirror({ args: ['pack-refs', '--all'] })
    } finally {
      await lock.release()
    }
    void tidy()
  }

  const tidy = tidying(inMirror)
  const fetch = coalesce(() => withFileFaults(fetchLocked))

  const { has, commitOf } = commitsIn(inMirror, gitDir)
  const fetchRef = (ref: string): Promise<void> =>
    withFileFaults(() => fetchOne({ gitDir, address, run }, ref))

  async function requireCommit(commit: CommitSha, ref?: string): Promise<void> {
    if (await has(commit)) return
    if (ref !== undefined) await fetchRef(ref)
    if (ref !== undefined && (await has(commit))) return
    await fetch()
    if (!(await has(commit))) throw new GitOrderError(`The repository has no commit ${commit}`)
  }

  return { gitDir, address, run: inMirror, fetch, fetchRef, requireCommit, commitOf }
}

/** Keeps one mirror per url in a folder. */
export function createMirrors(run: RunGit, { folder, ...limits }: MirrorOptions): Mirrors {
  const mirrors = new Map<string, Mirror>()
  return {
    of: (url) => {
      const known = mirrors.get(url)
      if (known !== undefined) return known
      const name = createHash('sha256').update(remoteAddress(url)).digest('hex').slice(0, 32)
      const gitDir = path.resolve(folder, `${name}.git`)
      const mirror = createMirror(run, url, { gitDir, ...limits })
      mirrors.set(url, mirror)
      return mirror
    },
  }
}
