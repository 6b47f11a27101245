/** An order that stays without an answer is not silent: after a minute its giver hears of it, after ten its channel. */

import { postponeTelling } from '../../../db/inbox.js'
import { planMessage } from '../../../db/slack-messages.js'
import {
  markDelayTold,
  readOrder,
  SLOW_PREFIX,
  type SlowOrder,
  slowKey,
  unannouncedDelays,
  untoldDelays,
} from '../../../db/slow-orders.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { formatCommand } from '../../verbs/format-command.js'
import { channelDelayMessage, delayMarker, delayMessage } from '../../views/slow-order-message.js'
import type { PublisherDatabase, Renderer } from '../publisher-options.js'
import { deliver, type Ways } from './deliver.js'
import { errorIdOf } from './outcome-message.js'

export interface SlowOrders {
  /** Of what channels are told. */
  readonly renderer: Renderer
  /** Tells whoever has to hear now. The leader's alone. */
  readonly look: () => Promise<void>
}

export interface SlowOrderOptions extends Ways {
  readonly db: PublisherDatabase
  readonly apps: () => readonly AppDefinition[]
  /** The slash command's name, with its slash. */
  readonly command: string
  /** A minute unless given. */
  readonly giverAfterMs?: number
  /** Ten minutes unless given. */
  readonly channelAfterMs?: number
}

const MINUTE_MS = 60_000

export function createSlowOrders(options: SlowOrderOptions): SlowOrders {
  const { db, apps, command, giverAfterMs = MINUTE_MS, channelAfterMs = 10 * MINUTE_MS } = options

  async function tellGiver(order: SlowOrder): Promise<void> {
    const { key, actor } = order
    const message = delayMessage({ trouble: troubleOf(order), errorId: errorIdOf(key) })
    const told = actor.user === SLIPWAY || (await deliver(options, order, message))
    await (told ? markDelayTold(db, key) : postponeTelling(db, key))
  }

  async function planForChannel({ key, workflowKey }: SlowOrder): Promise<void> {
    const [, name] = workflowKey.split('/')
    const app = apps().find((one) => one.name === name)
    if (app) await planMessage(db, { key: slowKey(key), channel: app.channel })
  }

  return {
    renderer: {
      prefix: SLOW_PREFIX,
      async render({ key }) {
        const order = await readOrder(db, key.slice(SLOW_PREFIX.length))
        if (order === null) return null
        const { createdAt: since, finishedAt: answeredAt } = order
        const errorId = errorIdOf(order.key)
        const by = order.actor.user === SLIPWAY ? null : order.actor.user
        const words = order.intent.kind === 'push' ? null : `${command} ${formatCommand(order.intent)}`
        const delay = { command: words, trouble: troubleOf(order), errorId }
        const message = channelDelayMessage(delay, { key: order.key, by, since, answeredAt })
        return {
          ...message,
          buttons: [],
          hash: `${answeredAt === null}`,
          marker: delayMarker(errorId),
          urgency: 0,
        }
      },
    },
    async look() {
      for (const order of await untoldDelays(db, giverAfterMs)) await tellGiver(order)
      for (const order of await unannouncedDelays(db, channelAfterMs)) await planForChannel(order)
    },
  }
}

/** What kept an order that was tried; null: it waits for its turn. */
const troubleOf = ({ attempts, trouble }: SlowOrder): string | null =>
  attempts === 0 ? null : (trouble ?? 'it is being carried out')
