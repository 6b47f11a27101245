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
