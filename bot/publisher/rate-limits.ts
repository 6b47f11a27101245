/** Slack's rate limits, counted in the leader, which makes all unprompted calls. */

const MINUTE_MS = 60_000
/**
 * A token bucket of 45 updates in any minute, below Slack's 50 for the whole workspace. Saved updates may be spent in a burst;
 * the steady refill keeps three constantly changing cards no older than 5 s.
 */
const GATHERED = 7
const BACK_A_MINUTE = 38
/** Slack allows one post a second in a channel. */
const POST_GAP_MS = 1_050
/** Changes of one card that follow each other faster are shown as one. */
const CARD_GAP_MS = 400

export interface UpdateBudget {
  /** Whether this card may be updated now. */
  isDue(key: string): boolean
  /** Like {@link isDue}; true spends one update. */
  take(key: string): boolean
  /** When a card was last updated. To choose between several, update the oldest first. */
  lastAt(key: string): number
  /** Slack asked to wait. */
  pause(ms: number): void
}

/** Allows updates while the budget lasts. */
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
  /** Whether a message may be posted to the channel now. */
  isDue(channel: string): boolean
  /** Like {@link isDue}; true spends the channel's second. */
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
