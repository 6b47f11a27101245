/** Counts how much work of one kind a host does, so that work goes to a host with a free slot. */
import { stillWaiting } from './still-waiting.js'

/** When a full host is asked again; another host may take the work in the meantime. */
export const ASK_AGAIN_MS = 2_000

export interface Slots {
  /** The activity, counted while it runs. */
  counted<Args extends unknown[], Result>(
    run: (...args: Args) => Promise<Result>,
  ): (...args: Args) => Promise<Result>
  /** Returns the host; while all slots are taken, throws a failure that Temporal retries. */
  offer(host: string): string
}

export function countSlots(most: number): Slots {
  let running = 0
  return {
    counted:
      (run) =>
      async (...args) => {
        running += 1
        try {
          return await run(...args)
        } finally {
          running -= 1
        }
      },
    offer: (host) => {
      if (running < most) return host
      throw stillWaiting('HostBusy', `${host} has no free slot`, ASK_AGAIN_MS)
    },
  }
}
