/** Shared dependencies of the publishing steps. */
import { openChannel, tryClosedChannels } from '../../db/closed-channels.js'
import type { ChannelId } from '../../domain/identifiers.js'
import type { SlackFault } from '../slack/fault.js'
import type { PublisherDatabase, PublisherOptions, PublisherProblem } from './publisher-options.js'
import { createPostBudget, createUpdateBudget, type PostBudget, type UpdateBudget } from './rate-limits.js'

export interface PublisherContext {
  readonly db: PublisherDatabase
  readonly client: PublisherOptions['client']
  readonly updates: UpdateBudget
  readonly posts: PostBudget
  readonly report: (problem: PublisherProblem) => void
  /** How long to wait after a fault before retrying a message. */
  readonly delayAfter: (key: string, fault: SlackFault) => number
  /** Resets the back-off of a message that was sent. */
  readonly succeeded: (key: string) => void
  /** Every few minutes, retries one waiting message of each channel that Slack refused. */
  readonly tryClosed: () => Promise<void>
  /** A message was sent in the channel: if it was refused before, the messages waiting for it follow. */
  readonly wentThrough: (channel: ChannelId) => Promise<void>
}

/** A post whose answer was lost may still be in transit, so do not search for it earlier. */
const FIRST_MS = 1_000
const LONGEST_MS = 5_000
const NO_ACCESS_MS = 30_000
const REFUSED_MS = 60_000

export function createPublisherContext(options: PublisherOptions): PublisherContext {
  const now = options.now ?? Date.now
  const tries = new Map<string, number>()
  const closed = new Set<ChannelId>()

  function backOff(key: string): number {
    const count = (tries.get(key) ?? 0) + 1
    tries.set(key, count)
    return Math.min(LONGEST_MS, FIRST_MS * 2 ** (count - 1))
  }

  return {
    db: options.db,
    client: options.client,
    updates: createUpdateBudget(now),
    posts: createPostBudget(now),
    report: options.onProblem ?? (() => undefined),
    succeeded: (key) => void tries.delete(key),
    tryClosed: async () => {
      for (const channel of await tryClosedChannels(options.db)) closed.add(channel)
    },
    wentThrough: async (channel) => {
      if (closed.delete(channel)) await openChannel(options.db, channel)
    },
    delayAfter(key, fault) {
      if (fault.kind === 'rate-limited') return fault.retryAfterMs
      if (fault.kind === 'no-access') return NO_ACCESS_MS
      return fault.kind === 'unclear' ? backOff(key) : REFUSED_MS
    },
  }
}
