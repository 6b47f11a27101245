import type { CommitSha } from '../../domain/identifiers.js'
import type { GitAnswer, GitCall } from './git-command.js'
import { readSha } from './ref-text.js'

/** A mirror, or what shares its objects. */
export interface Objects {
  run(call: Pick<GitCall, 'args' | 'variables'>): Promise<GitAnswer>
}

/** The commits of `to` that are not in `from`; `from` is null for a root commit. */
export interface Span {
  readonly from: CommitSha | null
  readonly to: CommitSha
}

/**
 * The commits of both spans whose change the other span has too (git's patch identity: the same lines, wherever they
 * are). Merges have no change of their own and are never included; nor are commits that are in both spans.
 */
export async function samePatches(objects: Objects, one: Span, other: Span): Promise<ReadonlySet<CommitSha>> {
  const excluded = [one.from, other.from].flatMap((from) => (from === null ? [] : [`^${from}`]))
  const args = ['rev-list', '--cherry-mark', '--left-right', '--no-merges']
  const listed = await objects.run({
    args: [...args, '--end-of-options', `${one.to}...${other.to}`, ...excluded, '--'],
  })
  const marked = listed.stdout.split('\n').filter((line) => line.startsWith('='))
  return new Set(marked.map((line) => readSha(line.slice(1))))
}

/**
 * One commit, reachable from nowhere, that changes `from` to the files of `to`: a change made in several commits, or by a merge,
 * as one patch. Equal spans give the same commit.
 */
export async function wholeChange(objects: Objects, { from, to }: Span): Promise<CommitSha> {
  const parent = from === null ? [] : ['-p', from]
  const variables = {
    ...{ GIT_AUTHOR_NAME: 'Slipway', GIT_AUTHOR_EMAIL: 'slipway@localhost' },
    ...{ GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_DATE: '@0 +0000' },
  }
  const made = await objects.run({
    args: ['commit-tree', ...parent, '-m', 'whole', `${to}^{tree}`],
    variables,
  })
  return readSha(made.stdout)
}

/**
 * Whether a history that has a change took it back since, and did not make it again: by patches, whatever messages say. A first
 * commit is never taken back.
 */
export async function isTakenBack(
  objects: Objects,
  { from, to }: Span,
  history: CommitSha,
): Promise<boolean> {
  if (from === null) return false
  const since = { from: to, to: history }
  const back = await wholeChange(objects, { from: to, to: from })
  const undone = await samePatches(objects, { from: to, to: back }, since)
  if (undone.size === 0) return false
  const again = await wholeChange(objects, { from, to })
  const redone = await samePatches(objects, { from, to: again }, since)
  const args = ['rev-list', '--topo-order', '--no-merges', '--end-of-options', `${to}..${history}`, '--']
  const newestFirst = (await objects.run({ args })).stdout.split('\n').filter(Boolean).map(readSha)
  const last = newestFirst.find((commit) => undone.has(commit) || redone.has(commit))
  return last !== undefined && undone.has(last)
}
