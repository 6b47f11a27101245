import type { CommitSha } from '../../domain/identifiers.js'
import type { FoundOnBranch } from '../../domain/ports.js'
import { GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { commitsBetween, messagesBetween, parentsOf } from './read-commits.js'
import { branchCommit, isAncestor } from './resolve-ref.js'
import { type Span, samePatches, wholeChange } from './same-patch.js'

/** How many of the additional commits are listed; the rest is counted. */
const MOST_SHOWN = 20

/** See `Git.onBranch`. */
export async function findOnBranch(
  mirror: Mirror,
  { branch, after, pick }: { readonly branch: string; readonly after: CommitSha; readonly pick: CommitSha },
): Promise<FoundOnBranch> {
  await mirror.fetch()
  const head = await branchCommit(mirror, branch)
  if (head === null || head === after) return { kind: 'nothing' }
  await mirror.requireCommit(pick)
  if (!(await continues(mirror, after, head))) return { kind: 'moved' }
  const carrying = await carriers(mirror, { from: after, to: head, pick })
  const commits = await commitsBetween(mirror, { from: after, to: head })
  const others = commits.filter(({ sha }) => !carrying.has(sha))
  return {
    kind: 'found',
    head,
    carriedBy: [...carrying],
    others: others.slice(0, MOST_SHOWN),
    otherCount: others.length,
  }
}

/** Nothing can continue a commit that the remote no longer has. */
async function continues(mirror: Mirror, after: CommitSha, head: CommitSha): Promise<boolean> {
  try {
    await mirror.requireCommit(after)
  } catch (error) {
    if (error instanceof GitOrderError) return false
    throw error
  }
  return isAncestor(mirror, after, head)
}

/** The commits of a span that name the pick (`-x`), make exactly the same change, or are the pick itself. */
async function carriers(
  mirror: Mirror,
  { from, to, pick }: { readonly from: CommitSha; readonly to: CommitSha; readonly pick: CommitSha },
): Promise<ReadonlySet<CommitSha>> {
  const change = await changeOf(mirror, pick)
  const [messages, same] = await Promise.all([
    messagesBetween(mirror, { from, to }),
    samePatches(mirror, change, { from, to }),
  ])
  const named = `(cherry picked from commit ${pick})`
  const carrying = messages.filter(
    ({ sha, message }) =>
      sha === pick || same.has(sha) || message.split('\n').some((line) => line.trim() === named),
  )
  return new Set(carrying.map(({ sha }) => sha))
}

/** What picking a commit brings. A merge is picked whole, so none of the commits it merged is the pick. */
async function changeOf(mirror: Mirror, pick: CommitSha): Promise<Span> {
  const [parent = null, second] = await parentsOf(mirror, pick)
  const change = { from: parent, to: pick }
  return second === undefined ? change : { from: parent, to: await wholeChange(mirror, change) }
}
