/** Leader election among bot processes: only the holder of the leader's row posts unprompted, and it steps back in time. */

import type { Kysely } from 'kysely'
import { holdLeadership, releaseLeadership } from '../../db/leader.js'
import type { Database } from '../../db/tables.js'

export interface Leader {
  /** True only while the lease is certainly held. */
  isLeader(): boolean
}

export interface Leadership extends Leader {
  start(): Promise<void>
  /** Gives up the lease immediately, so that another process need not wait for it to expire. */
  stop(): Promise<void>
}

export interface LeadershipOptions {
  readonly db: Kysely<Database>
  /** The id of this process, e.g. host and a random part. */
  readonly holder: string
  /** 15 s by default. */
  readonly leaseMs?: number
  readonly now?: () => number
}

const LEASE_MS = 15_000
const NAME = 'bot'

export function createLeadership(options: LeadershipOptions): Leadership {
  const { db, holder, leaseMs = LEASE_MS, now = Date.now } = options
  let surelyUntil = 0
  let timer: NodeJS.Timeout | null = null
  let renewing: Promise<void> = Promise.resolve()

  async function renew(): Promise<void> {
    // Measured from before the query, so the lease ends no earlier than this process believes.
    const asked = now()
    const held = await holdLeadership(db, { name: NAME, holder, leaseMs }).catch(() => null)
    if (held === true) surelyUntil = asked + leaseMs
    if (held === false) surelyUntil = 0
  }

  return {
    isLeader: () => now() < surelyUntil,
    async start() {
      await renew()
      timer = setInterval(() => {
        renewing = renewing.then(renew)
      }, leaseMs / 5)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await renewing
      surelyUntil = 0
      // If PostgreSQL is away, the lease expires on its own.
      await Promise.allSettled([releaseLeadership(db, { name: NAME, holder })])
    },
  }
}
