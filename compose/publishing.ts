/** Wires what the bot posts unprompted: cards, thread lines, and the outcome of each order. */

import type { BotContext } from '../bot/interactions/bot-context.js'
import { createHome, type Home } from '../bot/publisher/home/home.js'
import type { Leadership } from '../bot/publisher/leadership.js'
import { type CardLinks, createCardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import { createOutcomeNotifier, type OutcomeNotifier } from '../bot/publisher/outcomes/outcome-notifier.js'
import { createPressedCards } from '../bot/publisher/outcomes/pressed-card.js'
import type { Publisher } from '../bot/publisher/publisher.js'
import type { Renderer } from '../bot/publisher/publisher-options.js'
import type { AddressBook } from '../bot/slack/address-book.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { buttonId } from '../bot/views/button-target.js'
import { ensureButtons } from '../db/buttons.js'
import { newestAuditId } from '../db/queries/audit.js'
import { liveWorkers } from '../db/queries/workers.js'
import { countUnanswered } from '../db/slow-orders.js'
import type { BotParts } from './bot-parts.js'
import { openPublisher } from './publisher.js'
import type { RetentionRun } from './retention.js'

interface Speaking {
  readonly client: SlackClient
  readonly leadership: Leadership
  readonly bot: BotContext
  readonly book: AddressBook
  /** Counts what retention deleted. */
  readonly onRemoved: RetentionRun['onRemoved']
}

interface Linking {
  readonly cardLinks: CardLinks
}

export interface Publishing {
  readonly publisher: Publisher
  readonly outcomes: OutcomeNotifier
  readonly home: Home
  start(): void
  stop(): Promise<void>
}

/** Sends nothing before `start`. */
export function openPublishing(parts: BotParts, speaking: Speaking): Publishing {
  const cardLinks = createCardLinks(parts.resources.database.db, speaking.client)
  const { publisher, clock, cards } = openPublisher(parts, { ...speaking, cardLinks })
  const outcomes = openOutcomeNotifier(parts, { ...speaking, cardLinks, cards })
  const home = openHome(parts, { ...speaking, cardLinks })
  return {
    publisher,
    outcomes,
    home,
    start: () => {
      publisher.start()
      outcomes.start()
      home.start()
      clock.start()
    },
    stop: async () => {
      await clock.stop()
      await home.stop()
      await outcomes.stop()
      await publisher.stop()
    },
  }
}

function openHome({ resources }: BotParts, { bot, cardLinks }: Pick<Speaking, 'bot'> & Linking): Home {
  const { db } = resources.database
  return createHome({
    bot,
    cardUrl: cardLinks.ofRelease,
    workers: () => liveWorkers(db),
    version: async () => `${await newestAuditId(db)} ${JSON.stringify(await countUnanswered(db))}`,
    storeButtons: (targets) =>
      ensureButtons(
        db,
        targets.map((target) => ({ id: buttonId(target), target })),
      ),
  })
}

function openOutcomeNotifier(
  { resources, configuration, log }: BotParts,
  {
    client,
    leadership,
    cards,
    cardLinks,
  }: Pick<Speaking, 'client' | 'leadership'> & Linking & { readonly cards: Renderer },
): OutcomeNotifier {
  const { db } = resources.database
  return createOutcomeNotifier({
    db,
    client,
    links: cardLinks,
    pressed: createPressedCards({ db, client, renderer: cards }),
    command: configuration().command,
    maySweep: leadership.isLeader,
    onProblem: (key, error) => log.warn({ key, error }, 'A person was not told yet'),
    onTold: ({ key, errorId, outcome }) =>
      log.info(
        { key, errorId, ...(outcome.kind === 'done' ? {} : { refusal: outcome.refusal }) },
        outcome.kind === 'done' ? 'Told' : 'Refused',
      ),
  })
}
