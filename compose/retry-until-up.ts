import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { StartProblem } from './start-problem.js'

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/**
 * Tries until it works: at a start in any order, what is needed may come up later. Throws when the signal ends it, and
 * what only a person can mend.
 */
export async function untilItWorks<Result>(
  work: () => Promise<Result>,
  { what, log, signal }: { readonly what: string; readonly log: Logger; readonly signal: AbortSignal },
): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StartProblem) throw error
      log.warn({ err: error, pauseMs }, `${what} does not answer yet; trying again`)
      await delay(pauseMs, null, { signal })
    }
  }
}
