/** Sends orders from the inbox to their workflows, one at a time per workflow. Every bot process runs one. */
import type { Kysely } from 'kysely'
import PQueue from 'p-queue'
import { type ClaimedOrder, claim, finish, postpone, renew } from '../../db/inbox.js'
import type { Database } from '../../db/tables.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { Unanswered } from '../../domain/workflow-errors.js'

export interface InboxWorkerOptions {
  readonly db: Kysely<Database>
  readonly handle: (order: ClaimedOrder) => Promise<Outcome>
  /** Answers the person, after the outcome is stored. */
  readonly tell: (order: ClaimedOrder, outcome: Outcome) => Promise<void>
  /** Executes an order inside a trace; untraced by default. */
  readonly follow?: (order: ClaimedOrder, work: () => Promise<void>) => Promise<void>
  /** The id of this process. */
  readonly holder: string
  /** Called for every order that could not be executed yet, and for internal errors (null). */
  readonly onTrouble: (order: ClaimedOrder | null, error: unknown) => void
  readonly onDone: (order: ClaimedOrder, outcome: Outcome, startedAt: number) => void
}

export interface InboxWorker {
  /** Checks the inbox now, because something was stored. */
  poke(): void
  /** Claims no more orders and waits for those in progress. */
  stop(): Promise<void>
}

const LEASE_MS = 30_000
const RENEW_MS = 10_000
const IDLE_MS = 500
const CONCURRENCY = 16
const LONGEST_BACKOFF_MS = 30_000
/**
 * About five minutes. An order without an answer is retried indefinitely; an internal error would recur each time and block its
 * workflow.
 */
const MOST_ATTEMPTS = 20

export function startInboxWorker(options: InboxWorkerOptions): InboxWorker {
  const { follow = (_order, work) => work() } = options
  const queue = new PQueue({ concurrency: CONCURRENCY })
  let stopped = false
  let looking: Promise<void> | null = null
  let again = false

  const look = (): void => {
    if (looking !== null || stopped) again = true
    else looking = lookAround().finally(() => (looking = null))
  }
  const lookAround = async (): Promise<void> => {
    try {
      do {
        again = false
        const room = CONCURRENCY - queue.size - queue.pending
        if (room <= 0) break
        const orders = await claim(options.db, { holder: options.holder, limit: room, leaseMs: LEASE_MS })
        for (const order of orders)
          void queue.add(() => follow(order, () => carryOut(options, order)).finally(look))
      } while (again && !stopped)
    } catch (error) {
      options.onTrouble(null, error)
    }
  }
  const timer = setInterval(look, IDLE_MS)
  return {
    poke: look,
    stop: async () => {
      stopped = true
      clearInterval(timer)
      // Orders claimed by then count as in progress: no other process would take them before their lease expires.
      await looking
      await queue.onIdle()
    },
  }
}

/** Stores the outcome first, then answers; any replica sends an answer that is still missing later. */
async function carryOut(options: InboxWorkerOptions, order: ClaimedOrder): Promise<void> {
  const startedAt = performance.now()
  const { db, holder } = options
  const renewal = setInterval(() => {
    renew(db, { key: order.key, holder, leaseMs: LEASE_MS }).catch((error: unknown) =>
      options.onTrouble(order, error),
    )
  }, RENEW_MS)
  try {
    const outcome = await options.handle(order)
    await end(options, order, { outcome, startedAt })
  } catch (error) {
    options.onTrouble(order, error)
    if (order.attempts >= MOST_ATTEMPTS && !(error instanceof Unanswered)) {
      const outcome = refuse({ code: 'unavailable', what: 'Slipway, because of a fault of its own,' })
      await end(options, order, { outcome, startedAt }).catch((inner: unknown) =>
        options.onTrouble(order, inner),
      )
      return
    }
    const trouble = error instanceof Error ? error.message : String(error)
    await postpone(db, { key: order.key, holder }, backoffMs(order.attempts), trouble).catch(
      (inner: unknown) => options.onTrouble(order, inner),
    )
  } finally {
    clearInterval(renewal)
  }
}

async function end(
  options: InboxWorkerOptions,
  order: ClaimedOrder,
  { outcome, startedAt }: { readonly outcome: Outcome; readonly startedAt: number },
): Promise<void> {
  if (!(await finish(options.db, order.key, outcome, options.holder))) return
  options.onDone(order, outcome, startedAt)
  await options.tell(order, outcome)
}

const backoffMs = (attempts: number): number =>
  Math.min(250 * 2 ** Math.min(attempts, 10), LONGEST_BACKOFF_MS)
