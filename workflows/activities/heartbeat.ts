import type { Context } from '@temporalio/activity'

/** Well below the heartbeat timeout of every activity; what is done sooner sends none. */
const BEAT_MS = 2_000

/**
 * An activity says that it lives for as long as it runs, whatever it waits for: a checkout, a remote, the database.
 * After a killed worker the next attempt then begins within seconds and not when the time for the whole work is over.
 */
export async function withSignOfLife<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  return context.info.isLocal ? work() : meanwhile(work, BEAT_MS, () => context.heartbeat())
}

/** Does work, and something else every so often for as long as it takes. */
export async function meanwhile<Result>(
  work: () => Promise<Result>,
  everyMs: number,
  beat: () => void,
): Promise<Result> {
  const beating = setInterval(beat, everyMs)
  try {
    return await work()
  } finally {
    clearInterval(beating)
  }
}
