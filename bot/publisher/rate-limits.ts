/** Slack's budgets, counted where all unprompted calls are made: in the leader. */

const MINUTE_MS = 60_000
/** Below Slack's 50 a minute for the whole workspace. */
const UPDATES_A_MINUTE = 45
/** Slack takes one post a second in a channel. */
const POST_GAP_MS = 1_050
const CARD_GAP_MS = 3_000
/** What cards in steady motion share; the rest of the 45 is for the quick first steps below. */
const PACE_A_MINUTE = 40
/** After a calm minute a few cards may be quick: a press is followed at once. */
const QUICK_GAP_MS = 400
const QUICK_CARDS = 3
const QUICK_SPENT = UPDATES_A_MINUTE - PACE_A_MINUTE

export interface UpdateBudget {
  /** Whether this card may be updated now. */
  isDue(key: string): boolean
  /** As {@link isDue}; true spends one update. */
  take(key: string): boolean
  /** Slack asked for a pause. */
  pause(ms: number): void
}

/** At most 45 in any minute; each card no more often than its share of them. */
export function createUpdateBudget(now: () => number): UpdateBudget {
  let spent: { readonly key: string; readonly at: number }[] = []
  let pausedUntil = 0

  const inLastMinute = () => {
    const since = now() - MINUTE_MS
    spent = spent.filter(({ at }) => at > since)
    return spent
  }

  function gapFor(key: string): number {
    const moving = new Set([...spent.map((one) => one.key), key]).size
    const quick = moving <= QUICK_CARDS && spent.length < QUICK_SPENT
    return quick ? QUICK_GAP_MS : Math.max(CARD_GAP_MS, (moving * MINUTE_MS) / PACE_A_MINUTE)
  }

  function isDue(key: string): boolean {
    if (now() < pausedUntil || inLastMinute().length >= UPDATES_A_MINUTE) return false
    const last = spent.findLast((one) => one.key === key)?.at ?? Number.NEGATIVE_INFINITY
    return now() - last >= gapFor(key)
  }

  return {
    isDue,
    take(key) {
      if (!isDue(key)) return false
      spent.push({ key, at: now() })
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
