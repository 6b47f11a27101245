/** Carries orders from the inbox to their workflows, one at a time per workflow. Every bot process pumps. */
import type { Kysely } from 'kysely'
import PQueue from 'p-queue'
import { type ClaimedOrder, claim, finish, postpone, renew } from '../../db/inbox.js'
import type { Database } from '../../db/tables.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { Unanswered } from '../../domain/workflow-errors.js'

export interface PumpNeeds {
  readonly db: Kysely<Database>
  readonly handle: (order: ClaimedOrder) => Promise<Outcome>
  /** Tells the person, after the outcome is stored. */
  readonly tell: (order: ClaimedOrder, outcome: Outcome) => Promise<void>
  /** This process. */
  readonly holder: string
  /** Hears of every order that could not be carried out yet, and of faults of our own. */
  readonly onTrouble: (order: ClaimedOrder | null, error: unknown) => void
  readonly onDone: (order: ClaimedOrder, outcome: Outcome, startedAt: number) => void
}

export interface InboxWorker {
  /** Looks now: something was stored. */
  poke(): void
  /** Takes no more and waits for what is under way. */
  stop(): Promise<void>
}

const LEASE_MS = 30_000
const RENEW_MS = 10_000
const IDLE_MS = 500
const CONCURRENCY = 16
const LONGEST_BACKOFF_MS = 30_000
/** Some five minutes. What only has no answer yet is asked for ever; a fault of our own would never mend, and block its workflow. */
const MOST_ATTEMPTS = 20

export function startInboxWorker(needs: PumpNeeds): InboxWorker {
  const queue = new PQueue({ concurrency: CONCURRENCY })
  let stopped = false
  let looking = false
  let again = false

  const look = async (): Promise<void> => {
    if (looking || stopped) {
      again = true
      return
    }
    looking = true
    try {
      do {
        again = false
        const room = CONCURRENCY - queue.size - queue.pending
        if (room <= 0) break
        const orders = await claim(needs.db, { holder: needs.holder, limit: room, leaseMs: LEASE_MS })
        for (const order of orders) void queue.add(() => carryOut(needs, order).finally(() => void look()))
      } while (again && !stopped)
    } catch (error) {
      needs.onTrouble(null, error)
    } finally {
      looking = false
    }
  }
  const timer = setInterval(() => void look(), IDLE_MS)
  return {
    poke: () => void look(),
    stop: async () => {
      stopped = true
      clearInterval(timer)
      await queue.onIdle()
    },
  }
}

/** The outcome is stored first, then told; what was not told is swept up by any replica. */
async function carryOut(needs: PumpNeeds, order: ClaimedOrder): Promise<void> {
  const startedAt = performance.now()
  const { db, holder } = needs
  const renewal = setInterval(() => {
    renew(db, { key: order.key, holder, leaseMs: LEASE_MS }).catch((error: unknown) =>
      needs.onTrouble(order, error),
    )
  }, RENEW_MS)
  try {
    const outcome = await needs.handle(order)
    await end(needs, order, { outcome, startedAt })
  } catch (error) {
    needs.onTrouble(order, error)
    if (order.attempts >= MOST_ATTEMPTS && !(error instanceof Unanswered)) {
      const outcome = refuse({ code: 'unavailable', what: 'Slipway, because of a fault of its own,' })
      await end(needs, order, { outcome, startedAt }).catch((inner: unknown) => needs.onTrouble(order, inner))
      return
    }
    await postpone(db, order.key, holder, backoffMs(order.attempts)).catch((inner: unknown) =>
      needs.onTrouble(order, inner),
    )
  } finally {
    clearInterval(renewal)
  }
}

async function end(
  needs: PumpNeeds,
  order: ClaimedOrder,
  { outcome, startedAt }: { readonly outcome: Outcome; readonly startedAt: number },
): Promise<void> {
  if (!(await finish(needs.db, order.key, outcome, needs.holder))) return
  needs.onDone(order, outcome, startedAt)
  await needs.tell(order, outcome)
}

const backoffMs = (attempts: number): number =>
  Math.min(250 * 2 ** Math.min(attempts, 10), LONGEST_BACKOFF_MS)
