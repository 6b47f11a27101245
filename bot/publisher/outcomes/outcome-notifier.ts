/** Tells a person how their order ended: where they gave it while Slack allows, else privately, always them alone. */
import { ensureButtons } from '../../../db/buttons.js'
import { markTold, postponeTelling, untold } from '../../../db/inbox.js'
import type { DoneCode } from '../../../domain/done.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Outcome } from '../../../domain/refusal.js'
import type { SlackClient } from '../../slack/web-client.js'
import { buttonId } from '../../views/button-target.js'
import { errorIdOf } from '../../views/error-id.js'
import type { PublisherDatabase } from '../publisher-options.js'
import type { CardLinks } from './card-permalinks.js'
import { deliver, type ToldOrder } from './deliver.js'
import { outcomeMessage } from './outcome-message.js'
import type { PressedCards } from './pressed-card.js'

export interface Teller {
  /** Never throws: what was not told is swept up later. */
  tell(order: ToldOrder, outcome: Outcome): Promise<void>
  start(): void
  stop(): Promise<void>
  /** Tells what others left untold; also runs by itself after `start`. */
  sweep(): Promise<void>
}

export interface TellerOptions {
  readonly db: PublisherDatabase
  readonly client: SlackClient
  readonly links: CardLinks
  readonly pressed: PressedCards
  /** The slash command's name, with its slash. */
  readonly command: string
  /** Whether this process sweeps: one at a time, or two would tell the same. */
  readonly maySweep: () => boolean
  readonly onProblem?: (key: string, error: string) => void
  /** Hears of who was told what, with the id that the person may read out. */
  readonly onTold?: (told: {
    readonly key: string
    readonly errorId: string
    readonly outcome: Outcome
  }) => void
  readonly now?: () => number
  /** 5 s unless given. */
  readonly sweepEveryMs?: number
  /** How long an order's own process has to tell it; 20 s unless given. */
  readonly graceMs?: number
}

const SWEEP_EVERY_MS = 5_000
const GRACE_MS = 20_000
const AT_ONCE = 20

export function createTeller(options: TellerOptions): Teller {
  const { db, maySweep, onProblem = () => undefined } = options
  let timer: NodeJS.Timeout | null = null
  let sweeping: Promise<void> | null = null

  async function tell(order: ToldOrder, outcome: Outcome): Promise<void> {
    const { key } = order
    try {
      if (isTold(order, outcome) && !(await deliverOutcome(options, order, outcome))) {
        await postponeTelling(db, key)
        return
      }
      options.onTold?.({ key, errorId: errorIdOf(key), outcome })
      await markTold(db, key)
    } catch (error) {
      onProblem(order.key, error instanceof Error ? error.message : String(error))
      await postponeTelling(db, key).catch((inner: unknown) => onProblem(key, String(inner)))
    }
  }

  async function sweepOnce(): Promise<void> {
    if (!maySweep()) return
    for (const order of await untold(db, options.graceMs ?? GRACE_MS, AT_ONCE))
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

/** What nobody ordered says itself where it is done; where it was refused, the channel that it was meant for is told. */
const isTold = ({ actor, reply }: ToldOrder, outcome: Outcome): boolean =>
  actor.user !== SLIPWAY || (reply.channel !== null && outcome.kind !== 'done')

/** Whoever pressed a button of a card sees the answer on it: saying it again, privately, is noise. */
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

/** The message of an order's outcome, with its buttons in place. True once nothing more can or need be done. */
async function deliverOutcome(options: TellerOptions, order: ToldOrder, outcome: Outcome): Promise<boolean> {
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
