import type { CommitSummary, CountedCommits } from '../../domain/change.js'

/** That many commits, each by a different author, none by name; since the beginning. */
export const commitCount = (total: number): CountedCommits => ({
  ...{ since: null, from: null, sinceTag: false, counted: true, total, authors: total, newest: [] },
})

/** The same for a candidate that removes nothing. */
export const commitSummary = (total: number): CommitSummary => ({
  ...commitCount(total),
  takesOut: { total: 0, commits: [] },
})
