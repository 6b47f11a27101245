/** Resolves what people name to be picked to commits: pull requests by every merge method, and ranges. */
import type { CommitSha } from '../../domain/identifiers.js'
import type { BackwardsMerge, Commit, MergedPull, PullCommits, RepositoryRef } from '../../domain/ports.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { ownerOf } from '../../domain/repository-address.js'
import { GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { authorshipsBetween, commitsBetween, grepCommits, parentsOf } from './read-commits.js'
import { readSha } from './ref-text.js'
import { branchCommit } from './resolve-ref.js'
import { samePatches, wholeChange } from './same-patch.js'

/**
 * See `Git.pullCommits`. A merge commit brings the whole pull request. A commit without a second parent may be
 * the squash of all commits or the last of a rebase: their patches tell which.
 */
export async function commitsOfPull(mirror: Mirror, pull: MergedPull): Promise<PullCommits> {
  await mirror.requireCommit(pull.commit)
  const parents = await parentsOf(mirror, pull.commit)
  if (parents.length > 1 || pull.commits === 1) return { kind: 'whole', commits: [pull.commit] }
  const head = await headOfPull(mirror, pull)
  const [before] = parents
  if (head === null || before === undefined) return { kind: 'unclear', found: [pull.commit] }
  const base = await mergeBase(mirror, head, before)
  if (base === null) return { kind: 'unclear', found: [pull.commit] }
  if (await isSquash(mirror, { base, head, before, commit: pull.commit }))
    return { kind: 'whole', commits: [pull.commit] }
  return rebased(mirror, { base, head, commit: pull.commit })
}

/** A forge keeps the head of a pull request under its own ref after the branch is deleted. */
async function headOfPull(mirror: Mirror, { head, ref }: MergedPull): Promise<CommitSha | null> {
  const object = `${head}^{commit}`
  const here = async (): Promise<boolean> =>
    (await mirror.run({ args: ['cat-file', '-e', object], answers: [1, 128] })).code === 0
  if (await here()) return head
  await mirror.fetchRef(ref)
  return (await here()) ? head : null
}

async function mergeBase(mirror: Mirror, one: CommitSha, other: CommitSha): Promise<CommitSha | null> {
  const args = ['merge-base', '--end-of-options', one, other]
  const found = await mirror.run({ args, answers: [1] })
  return found.code === 0 ? readSha(found.stdout) : null
}

interface Merged {
  /** The merge base of the pull request and its base branch. */
  readonly base: CommitSha
  readonly head: CommitSha
  readonly commit: CommitSha
}

/** Whether one commit makes the change of all commits together. */
async function isSquash(
  mirror: Mirror,
  { base, head, before, commit }: Merged & { readonly before: CommitSha },
): Promise<boolean> {
  const whole = await wholeChange(mirror, { from: base, to: head })
  const same = await samePatches(mirror, { from: base, to: whole }, { from: before, to: commit })
  return same.has(commit)
}

/**
 * The commits below the last one that belong to the pull request: the same patch, or, if the lines around a change
 * differed, the same author, time (to the second) and subject, all of which a rebase keeps.
 */
async function rebased(mirror: Mirror, { base, head, commit }: Merged): Promise<PullCommits> {
  const originals = await authorshipsBetween(mirror, { from: base, to: head })
  const keys = new Set(originals.map(({ key }) => key))
  const args = [
    'rev-list',
    '--first-parent',
    `--max-count=${originals.length + 1}`,
    '--end-of-options',
    commit,
    '--',
  ]
  const line = (await mirror.run({ args })).stdout.split('\n').filter(Boolean).map(readSha)
  const from = line[originals.length] ?? null
  const same = await samePatches(mirror, { from: base, to: head }, { from, to: commit })
  const candidates = new Map(
    (await authorshipsBetween(mirror, { from, to: commit })).map(({ sha, key }) => [sha, key]),
  )
  const isOurs = (sha: CommitSha): boolean => same.has(sha) || keys.has(candidates.get(sha) ?? '')
  const foreign = line.findIndex((sha) => !isOurs(sha))
  const found = (foreign === -1 ? line : line.slice(0, foreign)).toReversed()
  return found.length === originals.length
    ? { kind: 'whole', commits: found }
    : { kind: 'unclear', found: found.length === 0 ? [commit] : found }
}

/** See `Git.trunkPull`. A pull request is what everywhere else counts as one: a merge in somebody's fork has their number. */
export async function pullOnTrunk(
  mirror: Mirror,
  { trunk }: RepositoryRef,
  number: number,
): Promise<readonly Commit[]> {
  const head = await branchCommit(mirror, trunk)
  if (head === null) throw new GitOrderError(`The repository has no branch ${trunk}`)
  const text = new RegExp(`#${number}\\b`)
  const named = (await grepCommits(mirror, head, `#${number}`)).filter(({ subject }) => text.test(subject))
  if (named.length === 0) return []
  const args = ['rev-list', '--first-parent', '--end-of-options', head, '--']
  const line = new Set((await mirror.run({ args })).stdout.split('\n'))
  const found: Commit[] = []
  for (const commit of named) {
    const isMerge = (await parentsOf(mirror, commit.sha)).length > 1
    const merged = { subject: commit.subject, isMerge, isOnLine: line.has(commit.sha) }
    if (pullRequestOf(merged, ownerOf(mirror.address)) === number) found.push(commit)
  }
  return found
}

/** See `Git.rangeCommits`. A merge stands for everything it brought. */
export async function commitsOfRange(
  mirror: Mirror,
  { from, to }: { readonly from: CommitSha; readonly to: CommitSha },
): Promise<readonly CommitSha[]> {
  for (const commit of [from, to]) await mirror.requireCommit(commit)
  const commits = await commitsBetween(mirror, { from, to, firstParent: true })
  return commits.map(({ sha }) => sha)
}

/**
 * See `Git.backwardsMerges`. `git pull` on an outdated trunk makes a merge whose first parent is the person's own work
 * and whose second is trunk: against its first parent it brings in trunk itself.
 */
export async function mergesOfTrunk(
  mirror: Mirror,
  { trunk }: RepositoryRef,
  commits: readonly CommitSha[],
): Promise<readonly BackwardsMerge[]> {
  for (const commit of commits) await mirror.requireCommit(commit)
  if (commits.length === 0) return []
  const args = [
    'log',
    '--no-walk=unsorted',
    '--merges',
    '--format=%H %P%x00%s',
    '--end-of-options',
    ...commits,
    '--',
  ]
  const listed = (await mirror.run({ args })).stdout.split('\n').filter(Boolean)
  return listed.flatMap((line) => {
    const [shas = '', subject = ''] = line.split('\0')
    const [commit = '', first = '', second = ''] = shas.split(' ')
    if (!mergesTrunk(subject, trunk)) return []
    return [{ commit: readSha(commit), own: readSha(first), trunk: readSha(second) }]
  })
}

/** `Merge branch 'main' into main`, `Merge branch 'main' of host:path`, `Merge remote-tracking branch 'origin/main'`. */
function mergesTrunk(subject: string, trunk: string): boolean {
  const merged = /^Merge (?:remote-tracking )?branch '(?:origin\/)?([^']+)'/.exec(subject)?.[1]
  return merged === trunk
}
