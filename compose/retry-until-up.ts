import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'pino'
import { sqlState } from '../db/transaction.js'
import { StartProblem } from './start-problem.js'

/** Nothing is broken, but a person has to do something first; the message says what. */
export class NotYet extends Error {
  override readonly name = 'NotYet'
}

const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/** PostgreSQL answered and would answer the same again: invalid data, a violated constraint, a missing object. */
const isRefused = (error: unknown): boolean => /^(?:22|23|42)/.test(sqlState(error) ?? '')

/**
 * Retries until it works, because services may start in any order. Throws when the signal aborts it, for a {@link StartProblem},
 * and for errors that PostgreSQL would repeat.
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
