import type { CommitSha } from '../../domain/identifiers.js'
import type { MissingChange, MissingOrder, RepositoryRef } from '../../domain/ports.js'
import { GitError, GitOrderError } from './git-error.js'
import type { Mirror } from './mirror.js'
import { type Between, commitsBetween, messagesBetween, originalsOf, parentsOf } from './read-commits.js'
import { branchCommit, isAncestor } from './resolve-ref.js'
import { samePatches } from './same-patch.js'

/** See `Git.missing`. */
export async function missingChanges(
  mirror: Mirror,
  { trunk }: RepositoryRef,
  { from, to, within, resolutions }: MissingOrder,
): Promise<readonly MissingChange[]> {
  const line = await headOf(mirror, within, trunk)
  for (const commit of from === null ? [to] : [from, to]) await mirror.requireCommit(commit)
  const span = { from: from ?? (await parentsOf(mirror, to))[0] ?? null, to }
  const messages = await messagesOf(mirror, span)
  const strays = await notIn(mirror, span, line)
  const same = await samePatches(mirror, span, { from: null, to: line })
  const left = (await commitsBetween(mirror, span)).filter(({ sha }) => strays.has(sha) && !same.has(sha))
  if (left.length === 0) return []
  const named = await pickedOnto(mirror, { from: to, to: line })
  const missing: MissingChange[] = []
  for (const { sha, subject, author } of left) {
    // A pick of a pick names both.
    const picked = originalsOf(messages.get(sha) ?? '')
    const resolved = resolutions.get(sha)
    const originals = picked.length > 0 || resolved === undefined ? picked : [resolved]
    const isThere =
      [sha, ...originals].some((one) => named.has(one)) || (await hasChangeOfAny(mirror, originals, line))
    if (!isThere) missing.push({ sha, subject, author, original: originals.at(-1) ?? null })
  }
  return missing
}

async function headOf(mirror: Mirror, within: CommitSha | null, trunk: string): Promise<CommitSha> {
  if (within !== null) {
    await mirror.requireCommit(within)
    return within
  }
  await mirror.fetch()
  const head = await branchCommit(mirror, trunk)
  if (head === null) throw new GitError(`The repository has no branch ${trunk}`)
  return head
}

const messagesOf = async (mirror: Mirror, span: Between): Promise<ReadonlyMap<CommitSha, string>> =>
  new Map((await messagesBetween(mirror, span)).map(({ sha, message }) => [sha, message]))

async function notIn(
  mirror: Mirror,
  { from, to }: { readonly from: CommitSha | null; readonly to: CommitSha },
  line: CommitSha,
): Promise<ReadonlySet<string>> {
  const before = from === null ? [] : [`^${from}`]
  const args = ['rev-list', '--no-merges', '--end-of-options', to, `^${line}`, ...before, '--']
  return new Set((await mirror.run({ args })).stdout.split('\n'))
}

/** The originals that the commits of a span name as picked. */
async function pickedOnto(
  mirror: Mirror,
  span: { readonly from: CommitSha; readonly to: CommitSha },
): Promise<ReadonlySet<CommitSha>> {
  return new Set((await messagesBetween(mirror, span)).flatMap(({ message }) => originalsOf(message)))
}

async function hasChangeOfAny(
  mirror: Mirror,
  commits: readonly CommitSha[],
  line: CommitSha,
): Promise<boolean> {
  for (const commit of commits) if (await hasChange(mirror, commit, line)) return true
  return false
}

/** Whether a history has a commit, or exactly its change. A commit that the repository lost is in none. */
async function hasChange(mirror: Mirror, commit: CommitSha, line: CommitSha): Promise<boolean> {
  try {
    await mirror.requireCommit(commit)
  } catch (error) {
    if (error instanceof GitOrderError) return false
    throw error
  }
  if (await isAncestor(mirror, commit, line)) return true
  const [parent = null] = await parentsOf(mirror, commit)
  return (await samePatches(mirror, { from: parent, to: commit }, { from: null, to: line })).has(commit)
}
