/** Carries orders from the inbox to their workflows, one at a time per workflow. Every bot process runs one. */
import type { Kysely } from 'kysely'
import PQueue from 'p-queue'
import { type ClaimedOrder, claim, finish, postpone, renew } from '../../db/inbox.js'
import type { Database } from '../../db/tables.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { Unanswered } from '../../domain/workflow-errors.js'

export interface InboxWorkerOptions {
  readonly db: Kysely<Database>
  readonly handle: (order: ClaimedOrder) => Promise<Outcome>
  /** Tells the person, after the outcome is stored. */
  readonly tell: (order: ClaimedOrder, outcome: Outcome) => Promise<void>
  /** Carries an order out where it is followed; nobody follows unless given. */
  readonly follow?: (order: ClaimedOrder, work: () => Promise<void>) => Promise<void>
  /** This process. */
  readonly holder: string
  /** Called for every order that could not be carried out yet, and for errors of our own (null). */
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
/**
 * About five minutes. An order that only has no answer yet is tried without end; an error of our own would come again each
 * time and block its workflow.
 */
const MOST_ATTEMPTS = 20

export function startInboxWorker(options: InboxWorkerOptions): InboxWorker {
  const { follow = (_order, work) => work() } = options
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
        const orders = await claim(options.db, { holder: options.holder, limit: room, leaseMs: LEASE_MS })
        for (const order of orders)
          void queue.add(() => follow(order, () => carryOut(options, order)).finally(() => void look()))
      } while (again && !stopped)
    } catch (error) {
      options.onTrouble(null, error)
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

/** The outcome is stored first, then told; any replica tells later what was not told. */
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
