import type { CommitSha } from '../../domain/identifiers.js'
import type { Mirror } from './mirror.js'
import { readSha } from './read-commits.js'

/** The commits of `to` that are not in `from`; `from` is null for a root commit. */
export interface Span {
  readonly from: CommitSha | null
  readonly to: CommitSha
}

/**
 * The commits of both spans whose change the other span has too (git's patch identity: the same lines, wherever they
 * are). Merges have no change of their own and are never included; nor are commits that are in both spans.
 */
export async function samePatches(mirror: Mirror, one: Span, other: Span): Promise<ReadonlySet<CommitSha>> {
  const excluded = [one.from, other.from].flatMap((from) => (from === null ? [] : [`^${from}`]))
  const args = ['rev-list', '--cherry-mark', '--left-right', '--no-merges']
  const listed = await mirror.run({
    args: [...args, '--end-of-options', `${one.to}...${other.to}`, ...excluded, '--'],
  })
  const marked = listed.stdout.split('\n').filter((line) => line.startsWith('='))
  return new Set(marked.map((line) => readSha(line.slice(1))))
}

/**
 * One commit, reachable from nowhere, that changes `from` to the files of `to`: a change made in several commits, or by a merge,
 * as one patch. Equal spans give the same commit.
 */
export async function wholeChange(mirror: Mirror, { from, to }: Span): Promise<CommitSha> {
  const parent = from === null ? [] : ['-p', from]
  const variables = {
    ...{ GIT_AUTHOR_NAME: 'Slipway', GIT_AUTHOR_EMAIL: 'slipway@localhost' },
    ...{ GIT_AUTHOR_DATE: '@0 +0000', GIT_COMMITTER_DATE: '@0 +0000' },
  }
  const made = await mirror.run({
    args: ['commit-tree', ...parent, '-m', 'whole', `${to}^{tree}`],
    variables,
  })
  return readSha(made.stdout)
}
