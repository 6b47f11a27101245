/** What questions about the way ahead need besides the database: commits from git, and the windows of now. */
import type { BotContext } from '../bot/interactions/bot-context.js'
import type { Git } from '../domain/ports.js'
import { closedAt, windowsAhead } from '../workflows/windows.js'
import { type GitParts, openGit } from './open-git.js'

/** A question is answered within seconds or not at all. */
const GIT_TIMEOUT_MS = 7_000

/** Reads only; the mirrors are those of the worker where both run on one machine. */
export function openCommits(
  parts: GitParts,
): Pick<Git, 'range' | 'changes' | 'takenOut' | 'fileAt' | 'branchHead' | 'tagBefore'> {
  const { range, changes, takenOut, fileAt, branchHead, tagBefore } = openGit(parts, GIT_TIMEOUT_MS)
  return { range, changes, takenOut, fileAt, branchHead, tagBefore }
}

/** The times of an app's windows that are next, or now. */
export const comingWindows: BotContext['comingWindows'] = ({ environments }, at) =>
  windowsAhead(environments, at)

/** The environments of an app that are closed by their windows at an instant. */
export const windowsAt: BotContext['windows'] = ({ environments }, at) => {
  return new Map(
    environments.flatMap(({ name, windows }) => {
      const closed = closedAt(windows, at)
      return closed === null ? [] : [[name, closed] as const]
    }),
  )
}
