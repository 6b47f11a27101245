import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { sqlState } from '../db/transaction.js'
import { StartProblem } from './start-problem.js'

/** Nothing is broken: somebody has something to do first, and the message says what. */
export class NotYet extends Error {
  override readonly name = 'NotYet'
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/** PostgreSQL answered, and will say the same again: bad data, a broken rule, no such thing. */
const isRefused = (error: unknown): boolean => /^(?:22|23|42)/.test(sqlState(error) ?? '')

/**
 * Tries until it works: at a start in any order, what is needed may come up later. Throws when the signal ends it, and
 * what only a person can mend, or PostgreSQL will never take.
 */
export async function untilItWorks<Result>(
  work: () => Promise<Result>,
  { what, log, signal }: { readonly what: string; readonly log: Logger; readonly signal: AbortSignal },
): Promise<Result> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
    try {
      return await work()
    } catch (error) {
      if (error instanceof StartProblem || isRefused(error)) throw error
      if (error instanceof NotYet) log.warn({ pauseMs }, error.message)
      else log.warn({ err: error, pauseMs }, `${what} does not answer yet; trying again`)
      await delay(pauseMs, null, { signal })
    }
  }
}
