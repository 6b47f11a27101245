/**
 * Reports events to GitHub in the background; a release never waits for it. The reports are in the database, so a restart loses
 * none. Only the leader sends them, a few at a time.
 */
import type { Kysely } from 'kysely'
import {
  type ClaimedReport,
  claimReports,
  giveUpReport,
  markReportSent,
  postponeReport,
  renewReport,
} from '../../../db/github-reports.js'
import type { Database } from '../../../db/tables.js'
import { afterFault, backoffMs, ForgeFault } from '../../../domain/forge/fault.js'
import type { Leader } from '../leadership.js'
import type { Sent } from './send-report.js'

export interface ReportsOptions {
  readonly db: Kysely<Database>
  readonly leader: Leader
  /** The id of this process. */
  readonly holder: string
  /** Throws a `ForgeFault` when the forge fails or refuses. */
  readonly send: (report: ClaimedReport) => Promise<Sent>
  /** Called for every report that failed; `reason` null: it will be retried. */
  readonly onFault: (report: ClaimedReport, error: unknown, reason: string | null) => void
  readonly onTrouble: (error: unknown) => void
  /** 1 s by default. */
  readonly tickMs?: number
}

export interface Reports {
  start(): void
  /** Ends after the calls in progress. */
  stop(): Promise<void>
}

const TICK_MS = 1_000
const AT_ONCE = 4
const LEASE_MS = 60_000
const RENEW_MS = 20_000

export function createReports(options: ReportsOptions): Reports {
  const { db, leader, holder } = options
  const inHand = new Set<Promise<void>>()
  let timer: NodeJS.Timeout | null = null
  let looking: Promise<void> | null = null
  /** A rate limit applies to the whole account, so nothing is sent before it ends; by `performance.now()`. */
  let quietUntil = 0

  async function look(): Promise<void> {
    const room = AT_ONCE - inHand.size
    if (!leader.isLeader() || performance.now() < quietUntil || room <= 0) return
    for (const report of await claimReports(db, { holder, limit: room, leaseMs: LEASE_MS })) {
      const work = tell(options, report, (ms) => {
        quietUntil = Math.max(quietUntil, performance.now() + ms)
      })
        .catch((error: unknown) => options.onTrouble(error))
        .finally(() => inHand.delete(work))
      inHand.add(work)
    }
  }

  return {
    start() {
      timer = setInterval(() => {
        looking ??= look()
          .catch((error: unknown) => options.onTrouble(error))
          .finally(() => {
            looking = null
          })
      }, options.tickMs ?? TICK_MS)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await looking
      await Promise.all(inHand)
    },
  }
}

async function tell(
  options: ReportsOptions,
  report: ClaimedReport,
  quietFor: (ms: number) => void,
): Promise<void> {
  const { db, holder } = options
  // Comments on many pull requests take minutes, because GitHub wants them spaced.
  const renewal = setInterval(() => {
    renewReport(db, report.key, { holder, leaseMs: LEASE_MS }).catch(options.onTrouble)
  }, RENEW_MS)
  try {
    const sent = await options.send(report)
    await markReportSent(db, report, { holder, ...sent })
  } catch (error) {
    // An internal error is retried too: the next version may have fixed it.
    const after =
      error instanceof ForgeFault
        ? afterFault(error.facts, report.attempts, Date.now())
        : { kind: 'again' as const, afterMs: backoffMs(report.attempts), everything: false }
    options.onFault(report, error, after.kind === 'give-up' ? after.reason : null)
    if (after.kind === 'give-up') {
      await giveUpReport(db, report, { holder, reason: after.reason })
      return
    }
    if (after.everything) quietFor(after.afterMs)
    await postponeReport(db, report.key, { holder, delayMs: after.afterMs })
  } finally {
    clearInterval(renewal)
  }
}
