/**
 * Reports orders without an answer: after a minute to the person who gave it, after ten minutes to the channel. After an hour the
 * order is parked until the person retries it; after a day parked, it expires.
 */
import { ensureButtons } from '../../../db/buttons.js'
import { postponeSending } from '../../../db/inbox.js'
import { endParked, expiredOrders, parkOrders, recordedAnswer } from '../../../db/parked-orders.js'
import { planMessage } from '../../../db/slack-messages.js'
import {
  markDelaySent,
  readOrder,
  SLOW_PREFIX,
  slowKey,
  unannouncedDelays,
  unsentDelays,
} from '../../../db/slow-orders.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { refuse } from '../../../domain/refusal.js'
import type { SlowOrder } from '../../../domain/slow-order.js'
import { delayOf } from '../../verbs/delay-of.js'
import { buttonId } from '../../views/button-target.js'
import type { Message } from '../../views/message.js'
import {
  channelDelayMessage,
  type Delay,
  delayMarker,
  delayMessage,
  parkedMessage,
} from '../../views/slow-order-message.js'
import type { PublisherDatabase, Renderer } from '../publisher-options.js'
import { deliver, type Ways } from './deliver.js'

export interface SlowOrders {
  /** Renders the channel's messages. */
  readonly renderer: Renderer
  /** Parks and expires orders that are due, and sends due messages. Runs in the leader only. */
  readonly look: () => Promise<void>
}

export interface SlowOrderOptions extends Ways {
  readonly db: PublisherDatabase
  readonly apps: () => readonly AppDefinition[]
  /** The slash command's name, with its slash. */
  readonly command: string
  /** A minute by default. */
  readonly giverAfterMs?: number
  /** Ten minutes by default. */
  readonly channelAfterMs?: number
}

const MINUTE_MS = 60_000

export function createSlowOrders(options: SlowOrderOptions): SlowOrders {
  const { db, apps, command, giverAfterMs = MINUTE_MS, channelAfterMs = 10 * MINUTE_MS } = options
  const shown = (order: SlowOrder): Delay => delayOf(order, command, apps()[0]?.name ?? null)

  async function tellGiver(order: SlowOrder): Promise<void> {
    const { key, actor } = order
    const told = actor.user === SLIPWAY || (await deliver(options, order, await draw(db, shown(order))))
    await (told ? markDelaySent(db, key) : postponeSending(db, key))
  }

  async function planForChannel({ key, intent }: SlowOrder): Promise<void> {
    const app = apps().find(({ name }) => name === intent.app)
    if (app) await planMessage(db, { key: slowKey(key), channel: app.channel })
  }

  return {
    renderer: {
      prefix: SLOW_PREFIX,
      async render({ key }) {
        const order = await readOrder(db, key.slice(SLOW_PREFIX.length))
        if (order === null) return null
        const delay = shown(order)
        return {
          ...channelDelayMessage(delay),
          buttons: [],
          hash: `${delay.answeredAt === null}/${delay.parkedAt === null}`,
          marker: delayMarker(delay.errorId),
          urgency: 0,
        }
      },
    },
    async look() {
      await parkOrders(db)
      for (const key of await expiredOrders(db)) await expire(db, key)
      for (const order of await unsentDelays(db, giverAfterMs)) await tellGiver(order)
      for (const order of await unannouncedDelays(db, channelAfterMs)) await planForChannel(order)
    },
  }
}

/** The message to the person; the targets of its buttons are stored first. */
async function draw(db: PublisherDatabase, delay: Delay): Promise<Message> {
  if (delay.parkedAt === null) return delayMessage(delay)
  const { buttons, ...message } = parkedMessage(delay)
  await ensureButtons(
    db,
    buttons.map((target) => ({ id: buttonId(target), target })),
  )
  return message
}

/** Expires an order, or ends it with an answer that its workflow recorded but nobody received. */
async function expire(db: PublisherDatabase, key: string): Promise<void> {
  const outcome = (await recordedAnswer(db, key)) ?? refuse({ code: 'order-expired' })
  await endParked(db, key, { outcome, told: false })
}
