import type { CommitSha } from '../../domain/identifiers.js'
import { type ConflictSide, type PickOutcome, type PickToMake, pickedMerges } from '../../domain/ports.js'
import type { RunGit } from './git-command.js'
import { GitError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { splitNul } from './read-commits.js'
import { readSha, requireRefText } from './ref-text.js'
import { branchCommit } from './resolve-ref.js'
import { isTakenBack } from './same-patch.js'
import { type Scratch, withScratch } from './scratch.js'

type PickStep = 'applied' | 'contained' | readonly ConflictSide[]

/** How many conflicting files are named; the person who resolves the conflict sees all of them. */
const MOST_FILES = 50

/** What the result of picking a commit depends on, besides its base. */
interface Source {
  readonly commit: CommitSha
  /** When it was committed, in seconds since 1970. */
  readonly seconds: string
  /** The parent against which its change is computed; null: it has none. */
  readonly parent: CommitSha | null
  readonly isMerge: boolean
}

async function sourcesOf(scratch: Scratch, picks: readonly CommitSha[]): Promise<readonly Source[]> {
  const args = ['log', '--no-walk=unsorted', '--format=%H %ct %P', '--end-of-options', ...picks, '--']
  const found = new Map<CommitSha, Source>()
  for (const line of (await scratch.run({ args })).stdout.split('\n').filter(Boolean)) {
    const [sha = '', seconds = '', first = '', second] = line.split(' ')
    const commit = readSha(sha)
    const parent = first === '' ? null : readSha(first)
    found.set(commit, { commit, seconds, parent, isMerge: second !== undefined })
  }
  return picks.flatMap((pick) => found.get(pick) ?? [])
}

/** The picks that `onto` already contains, found by one walk for all of them. */
async function containedIn(
  scratch: Scratch,
  onto: CommitSha,
  picks: readonly CommitSha[],
): Promise<ReadonlySet<CommitSha>> {
  const args = ['rev-list', '--end-of-options', ...picks, `^${onto}`, '--']
  const missing = new Set((await scratch.run({ args })).stdout.split('\n'))
  return new Set(picks.filter((pick) => !missing.has(pick)))
}

/** Whether the history has the commit, but no longer its change. */
async function isReverted(scratch: Scratch, { commit, parent }: Source): Promise<boolean> {
  const head = readSha((await scratch.run({ args: ['rev-parse', '--verify', 'HEAD'] })).stdout)
  return isTakenBack(scratch, { from: parent, to: commit }, head)
}

async function lastAuthor(scratch: Scratch, revision: string, file: string): Promise<string> {
  const log = await scratch.run({
    args: ['log', '--max-count=1', '--format=%an', '--end-of-options', revision, '--', file],
  })
  return log.stdout.trim() || 'unknown'
}

async function conflictSides(scratch: Scratch, pick: CommitSha): Promise<readonly ConflictSide[]> {
  const listed = await scratch.run({ args: ['diff', '--name-only', '--diff-filter=U', '-z'] })
  const files = [...new Set(splitNul(listed.stdout))].slice(0, MOST_FILES)
  return Promise.all(
    files.map(async (file) => ({
      file,
      ours: await lastAuthor(scratch, 'HEAD', file),
      theirs: await lastAuthor(scratch, pick, file),
    })),
  )
}

async function isClean(scratch: Scratch): Promise<boolean> {
  return (await scratch.run({ args: ['status', '--porcelain'] })).stdout === ''
}

/**
 * One pick. Committer and commit time (that of the picked commit) depend on the pick alone, so that the same picks on
 * the same commit give the same commits on every machine and after every crash.
 */
async function applyPick(scratch: Scratch, { commit, seconds, isMerge }: Source): Promise<PickStep> {
  const mainline = isMerge ? ['--mainline=1'] : []
  const picking = await scratch.run({
    args: ['cherry-pick', '-x', '--allow-empty-message', ...mainline, commit],
    answers: [1],
    variables: { GIT_COMMITTER_DATE: `@${seconds} +0000` },
  })
  if (picking.code === 0) return 'applied'
  const sides = await conflictSides(scratch, commit)
  if (sides.length > 0) return sides
  if (!(await isClean(scratch)))
    throw new GitError(`Cannot pick ${commit}: ${picking.stderr.trim().slice(-500)}`)
  await scratch.run({ args: ['cherry-pick', '--skip'] })
  return 'contained'
}

/** Pushes the result to the remote's branch; finding it there already is success. False: somebody moved the branch. */
async function publish(
  scratch: Scratch,
  mirror: Mirror,
  { branch, head }: { readonly branch: string; readonly head: CommitSha },
): Promise<boolean> {
  const present = await branchCommit(mirror, branch)
  const has = async (ancestor: string, descendant: string): Promise<boolean> => {
    const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]
    return (await scratch.run({ args, answers: [1] })).code === 0
  }
  if (present !== null && (await has(head, present))) return true
  if (present !== null && !(await has(present, head))) return false
  const ref = `refs/heads/${branch}`
  const lease = `--force-with-lease=${ref}:${present ?? ''}`
  const args = ['push', '--quiet', '--no-verify', lease, '--end-of-options', mirror.address, `${head}:${ref}`]
  await scratch.run({ remote: mirror.address, args })
  return true
}

interface Picked {
  readonly picked: CommitSha[]
  readonly alreadyContained: CommitSha[]
  readonly merges: { commit: CommitSha; against: CommitSha }[]
  /** The pick with a conflict; null if all were applied. */
  readonly conflict: { readonly at: CommitSha; readonly sides: readonly ConflictSide[] } | null
}

async function pickAll(scratch: Scratch, order: PickToMake, done: (count: number) => void): Promise<Picked> {
  const sofar: Picked = { picked: [], alreadyContained: [], merges: [], conflict: null }
  const contained = await containedIn(scratch, order.onto, order.picks)
  for (const [index, source] of (await sourcesOf(scratch, order.picks)).entries()) {
    const { commit, parent, isMerge } = source
    const isThere = contained.has(commit) && !(await isReverted(scratch, source))
    const step = isThere ? 'contained' : await applyPick(scratch, source)
    if (step === 'contained') sofar.alreadyContained.push(commit)
    else if (step !== 'applied') return { ...sofar, conflict: { at: commit, sides: step } }
    else {
      sofar.picked.push(commit)
      if (isMerge && parent !== null) sofar.merges.push({ commit, against: parent })
    }
    done(index + 1)
  }
  return sofar
}

async function pickInto(
  scratch: Scratch,
  mirror: Mirror,
  asked: { readonly order: PickToMake; readonly done: (count: number) => void },
): Promise<PickOutcome> {
  const { onto, branch } = asked.order
  await scratch.run({ args: ['checkout', '--quiet', '--detach', '--force', onto, '--'] })
  const { conflict, merges, ...picked } = await pickAll(scratch, asked.order, asked.done)
  const made = { ...picked, merges: pickedMerges(...merges) }
  if (conflict === null && made.picked.length === 0)
    return { kind: 'already-contained', commits: made.alreadyContained }
  const head = readSha((await scratch.run({ args: ['rev-parse', '--verify', 'HEAD'] })).stdout)
  // For a conflict, the person who resolves it needs the branch with everything that applied before it.
  if (!(await publish(scratch, mirror, { branch, head }))) return { kind: 'moved' }
  return conflict === null
    ? { kind: 'picked', head, ...made }
    : { kind: 'conflict', head, ...conflict, ...made }
}

/** See `Git.cherryPick`. */
export async function cherryPickOnto(
  run: RunGit,
  mirror: Mirror,
  asked: { readonly order: PickToMake; readonly done: (count: number) => void },
): Promise<PickOutcome> {
  const { branch, onto, picks } = asked.order
  requireRefText(branch)
  await mirror.fetch()
  for (const commit of [onto, ...picks]) await mirror.requireCommit(commit)
  return withScratch(run, mirror, (scratch) => pickInto(scratch, mirror, asked))
}
