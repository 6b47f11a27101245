/** Which pull request a commit is, by what merge buttons write. An issue that a subject mentions is none. */

export interface MergedSubject {
  readonly subject: string
  /** It has more than one parent. */
  readonly isMerge: boolean
  /** On the line of first parents of what ships, where only merges into this repository can be. */
  readonly isOnLine: boolean
}

const MERGE = /^Merge pull request #(\d{1,9}) from ([^\s/]+)\//
const SQUASH = /\(#(\d{1,9})\)$/

/**
 * The number of the pull request; null when it is none. `owner` is whose the repository is: beside the line, a merge of
 * another's branch was made in their fork, which has numbers of its own.
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
