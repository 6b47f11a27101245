import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { CommitSha } from '../../domain/identifiers.js'
import type { ConflictSide, PickOutcome } from '../../domain/ports.js'
import type { GitAnswer, GitCall, RunGit } from './git-command.js'
import { GitError, GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { readSha, splitNul } from './read-commits.js'
import { requireRefText } from './ref-text.js'
import { branchCommit } from './resolve-ref.js'
import { withWorkFolder } from './work-folder.js'

/** What to pick, and where to. */
export interface PickOrder {
  readonly onto: CommitSha
  readonly branch: string
  readonly picks: readonly CommitSha[]
}

/** A clone of its own that shares the mirror's objects: what is left of it after a crash is in nobody's way. */
interface Worktree {
  run(call: Pick<GitCall, 'args' | 'answers' | 'variables' | 'remote'>): Promise<GitAnswer>
}

type PickStep = 'applied' | 'contained' | readonly ConflictSide[]

async function openWorktree(run: RunGit, mirror: Mirror, folder: string, onto: CommitSha): Promise<Worktree> {
  const gitDir = path.join(folder, '.git')
  const worktree: Worktree = { run: (call) => run({ ...call, gitDir, workTree: folder }) }
  await run({ gitDir, args: ['init', '--quiet', '--template=', folder] })
  await mkdir(path.join(gitDir, 'info'), { recursive: true })
  // Bytes as they are: a file whose line ends are not what `.gitattributes` says would count as changed.
  await writeFile(path.join(gitDir, 'info/attributes'), '* -text -filter -ident -working-tree-encoding\n')
  await mkdir(path.join(gitDir, 'objects/info'), { recursive: true })
  await writeFile(path.join(gitDir, 'objects/info/alternates'), `${path.join(mirror.gitDir, 'objects')}\n`)
  await worktree.run({ args: ['checkout', '--quiet', '--detach', '--force', onto, '--'] })
  return worktree
}

async function lastAuthor(worktree: Worktree, revision: string, file: string): Promise<string> {
  const log = await worktree.run({
    args: ['log', '--max-count=1', '--format=%an', '--end-of-options', revision, '--', file],
  })
  return log.stdout.trim() || 'unknown'
}

async function conflictSides(worktree: Worktree, pick: CommitSha): Promise<readonly ConflictSide[]> {
  const listed = await worktree.run({ args: ['diff', '--name-only', '--diff-filter=U', '-z'] })
  const files = [...new Set(splitNul(listed.stdout))]
  return Promise.all(
    files.map(async (file) => ({
      file,
      ours: await lastAuthor(worktree, 'HEAD', file),
      theirs: await lastAuthor(worktree, pick, file),
    })),
  )
}

async function isClean(worktree: Worktree): Promise<boolean> {
  return (await worktree.run({ args: ['status', '--porcelain'] })).stdout === ''
}

async function contains(worktree: Worktree, ancestor: string, descendant: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', '--end-of-options', ancestor, descendant]
  return (await worktree.run({ args, answers: [1] })).code === 0
}

/**
 * One pick. Who commits, and when (the time of the picked commit), depend on the pick alone, so that the same picks on
 * the same commit give the same commits on every machine and after every crash.
 */
async function applyPick(worktree: Worktree, pick: CommitSha): Promise<PickStep> {
  if (
    (await worktree.run({ args: ['merge-base', '--is-ancestor', pick, 'HEAD'], answers: [1] })).code === 0
  ) {
    return 'contained'
  }
  const shown = await worktree.run({
    args: ['show', '--no-patch', '--format=%ct %P', '--end-of-options', pick],
  })
  const [seconds = '', ...parents] = shown.stdout.trim().split(' ')
  const mainline = parents.length > 1 ? ['--mainline=1'] : []
  const picking = await worktree.run({
    args: [
      '-c',
      'commit.cleanup=whitespace',
      'cherry-pick',
      '-x',
      '--allow-empty-message',
      ...mainline,
      pick,
    ],
    answers: [1],
    variables: { GIT_COMMITTER_DATE: `@${seconds} +0000` },
  })
  if (picking.code === 0) return 'applied'
  const sides = await conflictSides(worktree, pick)
  if (sides.length > 0) return sides
  if (!(await isClean(worktree)))
    throw new GitError(`Cannot pick ${pick}: ${picking.stderr.trim().slice(-500)}`)
  await worktree.run({ args: ['cherry-pick', '--skip'] })
  return 'contained'
}

/** Puts the result on the remote's branch; finding it there already, alone or with more on top, is success. */
async function publish(worktree: Worktree, mirror: Mirror, branch: string, head: CommitSha): Promise<void> {
  const present = await branchCommit(mirror, branch)
  if (present !== null && (await contains(worktree, head, present))) return
  if (present !== null && !(await contains(worktree, present, head))) {
    throw new GitOrderError(`The branch ${branch} is at ${present}, which the picks do not continue`)
  }
  const ref = `refs/heads/${branch}`
  const lease = `--force-with-lease=${ref}:${present ?? ''}`
  const args = ['push', '--quiet', '--no-verify', lease, '--end-of-options', mirror.address, `${head}:${ref}`]
  await worktree.run({ remote: mirror.address, args })
}

async function pickAll(worktree: Worktree, mirror: Mirror, order: PickOrder): Promise<PickOutcome> {
  const picked: CommitSha[] = []
  const alreadyContained: CommitSha[] = []
  for (const pick of order.picks) {
    const step = await applyPick(worktree, pick)
    if (step === 'applied') picked.push(pick)
    else if (step === 'contained') alreadyContained.push(pick)
    else return stopAtConflict(worktree, mirror, { order, picked, alreadyContained, at: pick, sides: step })
  }
  if (picked.length === 0) return { kind: 'already-contained', commits: alreadyContained }
  const head = await headOf(worktree)
  await publish(worktree, mirror, order.branch, head)
  return { kind: 'picked', head, picked, alreadyContained }
}

async function headOf(worktree: Worktree): Promise<CommitSha> {
  return readSha((await worktree.run({ args: ['rev-parse', '--verify', 'HEAD'] })).stdout)
}

interface Stopped extends Omit<Extract<PickOutcome, { kind: 'conflict' }>, 'kind' | 'head'> {
  readonly order: PickOrder
}

/** Who resolves the conflict needs the branch, with everything that applied before it. */
async function stopAtConflict(
  worktree: Worktree,
  mirror: Mirror,
  { order, ...stopped }: Stopped,
): Promise<PickOutcome> {
  const head = await headOf(worktree)
  await publish(worktree, mirror, order.branch, head)
  return { kind: 'conflict', head, ...stopped }
}

/** See `Git.cherryPick`. Throws {@link GitOrderError} when the branch has moved elsewhere; nothing is pushed then. */
export async function cherryPickOnto(run: RunGit, mirror: Mirror, order: PickOrder): Promise<PickOutcome> {
  requireRefText(order.branch)
  await mirror.fetch()
  for (const commit of [order.onto, ...order.picks]) await mirror.requireCommit(commit)
  return withWorkFolder(path.join(path.dirname(mirror.gitDir), 'picks'), async (folder) =>
    pickAll(await openWorktree(run, mirror, folder, order.onto), mirror, order),
  )
}
