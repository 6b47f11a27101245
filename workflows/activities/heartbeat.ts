import type { Context } from '@temporalio/activity'

/** Well below the heartbeat timeout of every activity; shorter work sends none. */
const BEAT_MS = 2_000

/**
 * Sends heartbeats for as long as an activity runs, whatever it waits for: a checkout, a remote, the database. After a worker was
 * killed the next attempt then begins within seconds, and not when the timeout of the whole work is over.
 */
export async function withSignOfLife<Result>(context: Context, work: () => Promise<Result>): Promise<Result> {
  return context.info.isLocal ? work() : meanwhile(work, BEAT_MS, () => context.heartbeat())
}

/** Does work, and runs something else at an interval for as long as the work takes. */
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
