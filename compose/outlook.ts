/** What questions about the way ahead need besides the database: commits from git, and the windows of now. */
import { join } from 'node:path'
import type { BotContext } from '../bot/bot-context.js'
import type { Settings } from '../config.js'
import type { Git } from '../domain/ports.js'
import { createGit } from '../integrations/git/create-git.js'
import { closedAt } from '../workflows/windows.js'
import { gitVariables } from './git-variables.js'

/** A question is answered within seconds or not at all. */
const GIT_TIMEOUT_MS = 7_000

/** Reads only; the mirrors are those of the worker where both run on one machine. */
export function openRanges(settings: Settings, environment: NodeJS.ProcessEnv): Pick<Git, 'range'> {
  return createGit({
    folder: join(settings.dataFolder, 'git'),
    author: { name: 'Slipway', email: 'slipway@localhost' },
    timeoutMs: GIT_TIMEOUT_MS,
    environment: gitVariables(environment),
  })
}

/** The environments of an app that are closed by their windows at an instant. */
export const windowsAt: BotContext['windows'] = ({ environments }, at) => {
  return new Map(
    environments.flatMap(({ name, windows }) => {
      const closed = closedAt(windows, at)
      return closed === null ? [] : [[name, closed] as const]
    }),
  )
}
