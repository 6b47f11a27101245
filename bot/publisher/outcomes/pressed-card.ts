/**
 * Updates the card immediately after one of its buttons was pressed. The `response_url` of the press replaces the card without
 * using the publisher's update budget, and any process may use it. The publisher repairs whatever fails here: it redraws a card
 * in an uncertain state.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { ensureButtons } from '../../../db/buttons.js'
import {
  beginShowing,
  findMessage,
  type MessageState,
  messageAt,
  postponeMessage,
  redraw,
  shown,
} from '../../../db/slack-messages.js'
import type { SlackClient } from '../../slack/web-client.js'
import { buttonId } from '../../views/button-target.js'
import type { PublisherDatabase, Rendered, Renderer } from '../publisher-options.js'
import type { AnsweredOrder } from './deliver.js'

export interface PressedCards {
  /** False: the order was not given by a button of a stored card. Never throws for what the publisher repairs. */
  show(order: Pick<AnsweredOrder, 'reply'>): Promise<boolean>
}

export interface PressedCardOptions {
  readonly db: PublisherDatabase
  readonly client: Pick<SlackClient, 'replace'>
  /** Renders cards. */
  readonly renderer: Renderer
}

/** An order is answered a moment before its record is written. */
const RECORD_MS = 1_000
const LOOK_MS = 25
/** How long the publisher leaves the card to us. */
const HELD_MS = 1_500

export function createPressedCards({ db, client, renderer }: PressedCardOptions): PressedCards {
  /** The card's new state, once it differs from what is shown; null: nothing changed, or the publisher showed it. */
  async function moved(key: string): Promise<Picture | null> {
    for (const until = performance.now() + RECORD_MS; performance.now() < until; await pause(LOOK_MS)) {
      const state = await findMessage(db, key)
      if (state === null || state.stale <= state.shown) continue
      const rendered = await renderer.render(state)
      if (rendered !== null && rendered.hash !== state.hash) return { state, rendered }
    }
    return null
  }

  async function replace(responseUrl: string, { state, rendered }: Picture): Promise<void> {
    const { key, hash: before, stale } = state
    await ensureButtons(
      db,
      rendered.buttons.map((target) => ({ id: buttonId(target), target })),
    )
    // This hash matches nothing until the update succeeded: if the process ends here, the publisher redraws the card.
    const showing = `showing ${rendered.hash}`
    if (!(await beginShowing(db, key, { before, hash: showing }))) return
    const answer = await client.replace(responseUrl, rendered)
    if (answer.ok) await shown(db, key, { stale, hash: rendered.hash }, showing)
    else await redraw(db, key)
  }

  return {
    async show({ reply: { channel, pressed, responseUrl } }) {
      if (channel === null || pressed === undefined) return false
      const card = await messageAt(db, { channel, ts: pressed })
      if (card === null || !card.key.startsWith(renderer.prefix)) return false
      // The publisher no longer updates this card, so the person is notified by message instead.
      if (card.detached !== null) return false
      if (responseUrl === null) return true
      await postponeMessage(db, card.key, HELD_MS)
      const picture = await moved(card.key)
      if (picture === null) await postponeMessage(db, card.key, 0)
      else await replace(responseUrl, picture)
      return true
    },
  }
}

interface Picture {
  readonly state: MessageState
  readonly rendered: Rendered
}
