/** Tells people the outcomes of their orders: in place while Slack allows it, otherwise by direct message; always privately. */
import { ensureButtons } from '../../../db/buttons.js'
import { markSent, postponeSending, unsentOutcomes } from '../../../db/inbox.js'
import type { DoneCode } from '../../../domain/done.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Outcome } from '../../../domain/refusal.js'
import type { SlackClient } from '../../slack/web-client.js'
import { buttonId } from '../../views/button-target.js'
import { errorIdOf } from '../../views/error-id.js'
import type { PublisherDatabase } from '../publisher-options.js'
import type { CardLinks } from './card-permalinks.js'
import { type AnsweredOrder, deliver } from './deliver.js'
import { outcomeMessage } from './outcome-message.js'
import type { PressedCards } from './pressed-card.js'

export interface OutcomeNotifier {
  /** Never throws: failed notifications are retried by the sweep. */
  tell(order: AnsweredOrder, outcome: Outcome): Promise<void>
  start(): void
  stop(): Promise<void>
  /** Sends notifications that other processes did not send; also runs automatically after `start`. */
  sweep(): Promise<void>
}

export interface OutcomeNotifierOptions {
  readonly db: PublisherDatabase
  readonly client: SlackClient
  readonly links: CardLinks
  readonly pressed: PressedCards
  /** The slash command's name, with its slash. */
  readonly command: string
  /** Whether this process sweeps. Only one may at a time, or two would send the same notification. */
  readonly maySweep: () => boolean
  readonly onProblem?: (key: string, error: string) => void
  /** Called when a person was told an outcome, with the error id that they may quote. */
  readonly onTold?: (told: {
    readonly key: string
    readonly errorId: string
    readonly outcome: Outcome
  }) => void
  readonly now?: () => number
  /** 5 s by default. */
  readonly sweepEveryMs?: number
  /** How long an order's own process has to send the notification; 20 s by default. */
  readonly graceMs?: number
}

const SWEEP_EVERY_MS = 5_000
const GRACE_MS = 20_000
const AT_ONCE = 20

export function createOutcomeNotifier(options: OutcomeNotifierOptions): OutcomeNotifier {
  const { db, maySweep, onProblem = () => undefined } = options
  /** Delivered, but the database has yet to say so: Slack would show the same answer twice. */
  const unmarked = new Set<string>()
  let timer: NodeJS.Timeout | null = null
  let sweeping: Promise<void> | null = null

  async function tell(order: AnsweredOrder, outcome: Outcome): Promise<void> {
    const { key } = order
    try {
      if (isTold(order, outcome) && !(await deliverOutcome(options, order, outcome))) {
        await postponeSending(db, key)
        return
      }
      unmarked.add(key)
      options.onTold?.({ key, errorId: errorIdOf(key), outcome })
      await mark(key)
    } catch (error) {
      onProblem(order.key, error instanceof Error ? error.message : String(error))
      await postponeSending(db, key).catch((inner: unknown) => onProblem(key, String(inner)))
    }
  }

  async function mark(key: string): Promise<void> {
    await markSent(db, key)
    unmarked.delete(key)
  }

  async function sweepOnce(): Promise<void> {
    for (const key of unmarked) await mark(key)
    if (!maySweep()) return
    for (const order of await unsentOutcomes(db, options.graceMs ?? GRACE_MS, AT_ONCE))
      await tell(order, order.outcome)
  }

  function sweep(): Promise<void> {
    sweeping ??= sweepOnce()
      .catch((error: unknown) => onProblem('sweep', error instanceof Error ? error.message : String(error)))
      .finally(() => {
        sweeping = null
      })
    return sweeping
  }

  return {
    tell,
    sweep,
    start() {
      timer = setInterval(() => void sweep(), options.sweepEveryMs ?? SWEEP_EVERY_MS)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await sweeping
    },
  }
}

/** An automatic order that succeeds is reported where it acts; if it was refused, the channel it was meant for is told. */
const isTold = ({ actor, reply }: AnsweredOrder, outcome: Outcome): boolean =>
  actor.user !== SLIPWAY || (reply.channel !== null && outcome.kind !== 'done')

/** A person who pressed a card's button sees these outcomes on the card; a private message would repeat them. */
const onTheCard: ReadonlySet<DoneCode> = new Set([
  'cut',
  'prepared',
  'queued',
  'approved',
  'accepted',
  'rejected',
  'rolling-back',
  'retrying',
  'skipping',
  'aborting',
  'deleted',
  'abandoned',
  'held',
  'resumed',
  'ticked',
])

/** Delivers the outcome's message, with its buttons stored. True once nothing more can or need be done. */
async function deliverOutcome(
  options: OutcomeNotifierOptions,
  order: AnsweredOrder,
  outcome: Outcome,
): Promise<boolean> {
  const onCard = outcome.kind === 'done' && (await options.pressed.show(order))
  if (onCard && onTheCard.has(outcome.done.code)) return true
  const { command, db, links } = options
  const cardUrl = await links.ofIntent(order.intent).catch(() => null)
  const message = outcomeMessage(outcome, { orderKey: order.key, command, cardUrl })
  await ensureButtons(
    db,
    message.buttons.map((target) => ({ id: buttonId(target), target })),
  )
  return deliver(options, order, message)
}
