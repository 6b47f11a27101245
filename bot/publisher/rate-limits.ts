/** Slack's budgets, counted where all unprompted calls are made: in the leader. */

const MINUTE_MS = 60_000
/**
 * Together 45 in any minute, below Slack's 50 for the whole workspace: what has gathered in calm moments may be spent at
 * once, and what comes back steadily is enough for three cards that never stand still to be no older than 5 s.
 */
const GATHERED = 7
const BACK_A_MINUTE = 38
/** Slack takes one post a second in a channel. */
const POST_GAP_MS = 1_050
/** Steps of one card that follow each other faster are shown as one. */
const CARD_GAP_MS = 400

export interface UpdateBudget {
  /** Whether this card may be updated now. */
  isDue(key: string): boolean
  /** As {@link isDue}; true spends one update. */
  take(key: string): boolean
  /** When a card was updated last, for whoever has to choose between several: the longest ago goes first. */
  lastAt(key: string): number
  /** Slack asked for a pause. */
  pause(ms: number): void
}

/** Spends updates while there are some. */
export function createUpdateBudget(now: () => number): UpdateBudget {
  const last = new Map<string, number>()
  let left = GATHERED
  let countedAt = now()
  let pausedUntil = 0

  function count(): number {
    const at = now()
    left = Math.min(GATHERED, left + ((at - countedAt) * BACK_A_MINUTE) / MINUTE_MS)
    countedAt = at
    return left
  }

  function lastAt(key: string): number {
    return last.get(key) ?? Number.NEGATIVE_INFINITY
  }

  function isDue(key: string): boolean {
    return now() >= pausedUntil && count() >= 1 && now() - lastAt(key) >= CARD_GAP_MS
  }

  function forget(): void {
    for (const [key, at] of last) if (now() - at > MINUTE_MS) last.delete(key)
  }

  return {
    isDue,
    lastAt,
    take(key) {
      if (!isDue(key)) return false
      left -= 1
      forget()
      last.set(key, now())
      return true
    },
    pause(ms) {
      pausedUntil = Math.max(pausedUntil, now() + ms)
    },
  }
}

export interface PostBudget {
  /** Whether the channel may be posted to now. */
  isDue(channel: string): boolean
  /** As {@link isDue}; true spends the channel's second. */
  take(channel: string): boolean
  pause(channel: string, ms: number): void
}

/** At most one post a second in each channel. */
export function createPostBudget(now: () => number): PostBudget {
  const nextAt = new Map<string, number>()
  const isDue = (channel: string): boolean => now() >= (nextAt.get(channel) ?? 0)
  return {
    isDue,
    take(channel) {
      if (!isDue(channel)) return false
      nextAt.set(channel, now() + POST_GAP_MS)
      return true
    },
    pause(channel, ms) {
      nextAt.set(channel, Math.max(nextAt.get(channel) ?? 0, now() + ms))
    },
  }
}
