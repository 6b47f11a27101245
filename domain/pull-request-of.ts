/** Which pull request a commit belongs to, judged by what merge buttons write. An issue mentioned in a subject does not count. */

export interface MergedSubject {
  readonly subject: string
  /** Whether it has more than one parent. */
  readonly isMerge: boolean
  /** Whether it is on the first-parent line of what ships: only there can merges into this repository be. */
  readonly isOnLine: boolean
}

const MERGE = /^Merge pull request #(\d{1,9}) from ([^\s/]+)\//
const SQUASH = /\(#(\d{1,9})\)$/

/**
 * The number of the pull request; null when there is none. `owner` is the repository's owner: off that line, a merge of another
 * owner's branch was made in their fork, which has its own numbers.
 */
export function pullRequestOf(
  { subject, isMerge, isOnLine }: MergedSubject,
  owner: string | null,
): number | null {
  const [, merged, from = ''] = MERGE.exec(subject) ?? []
  if (merged !== undefined) {
    const isOurs = isOnLine || from.toLowerCase() === owner?.toLowerCase()
    return isMerge && isOurs ? Number(merged) : null
  }
  const squashed = SQUASH.exec(subject.trim())?.[1]
  return squashed === undefined ? null : Number(squashed)
}
