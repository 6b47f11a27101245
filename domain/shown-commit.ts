import type { ShownCommit } from './ports.js'

/** A commit as shown to people, its texts clipped to the length of a line: their authors may have written any amount. */
export const shownCommit = ({ sha, subject, author }: ShownCommit): ShownCommit => ({
  sha,
  subject: subject.slice(0, 120),
  author: author.slice(0, 60),
})
