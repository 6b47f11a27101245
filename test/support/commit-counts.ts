import type { CommitSummary, CountedCommits } from '../../domain/change.js'

/** So many commits, each by somebody else, none by name; since the beginning. */
export const commitCount = (total: number): CountedCommits => ({
  ...{ since: null, from: null, sinceTag: false, counted: true, total, authors: total, newest: [] },
})

/** The same of a candidate that takes nothing out. */
export const commitSummary = (total: number): CommitSummary => ({
  ...commitCount(total),
  takesOut: { total: 0, commits: [] },
})
