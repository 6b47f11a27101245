import type { ShownCommit } from './ports.js'

/** A commit as people are shown it, its words cut to what a line holds: whoever wrote them may have written any amount. */
export const shownCommit = ({ sha, subject, author }: ShownCommit): ShownCommit => ({
  sha,
  subject: subject.slice(0, 120),
  author: author.slice(0, 60),
})
