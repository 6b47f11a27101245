/** Sources besides the database for questions about what comes next: commits from git, and the current windows. */
import type { BotContext } from '../bot/interactions/bot-context.js'
import type { Git } from '../domain/ports.js'
import { closedAt, windowsAhead } from '../workflows/windows.js'
import { type GitParts, openGit } from './open-git.js'

/** A question is answered within seconds or not at all. */
const GIT_TIMEOUT_MS = 7_000

/** Only reads. On one machine, it shares the worker's mirrors. */
export function openCommits(
  parts: GitParts,
): Pick<Git, 'range' | 'changes' | 'takenOut' | 'fileAt' | 'branchHead' | 'tagBefore' | 'touches'> {
  const { range, changes, takenOut, fileAt, branchHead, tagBefore, touches } = openGit(parts, GIT_TIMEOUT_MS)
  return { range, changes, takenOut, fileAt, branchHead, tagBefore, touches }
}

/** The current or next periods of an app's windows. */
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
