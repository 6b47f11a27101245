/** Wires the publisher and everything it shows: cards, rolling messages of environments, notices. */

import { setTimeout as delay } from 'node:timers/promises'
import type { BotContext } from '../bot/interactions/bot-context.js'
import { authorsShipping } from '../bot/orders/what-ships.js'
import { cardRenderer } from '../bot/publisher/card-renderer.js'
import { watchEnvironments } from '../bot/publisher/changed-environments.js'
import { createEnvironmentMessages } from '../bot/publisher/environment-messages.js'
import { createCardSearch } from '../bot/publisher/find-lost-cards.js'
import type { Clock } from '../bot/publisher/jobs/scheduler.js'
import type { createLeadership } from '../bot/publisher/leadership.js'
import {
  createDeciders,
  createMentions,
  type DecidersOf,
  type MentionOptions,
  type MentionsForEvent,
} from '../bot/publisher/mentions-for-event.js'
import { createNotices } from '../bot/publisher/notices.js'
import type { CardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import { personalMessages } from '../bot/publisher/personal-messages.js'
import { createPinnedMessages, type PinnedMessages } from '../bot/publisher/pinned-messages.js'
import { createPublisher, type Publisher } from '../bot/publisher/publisher.js'
import type { Renderer } from '../bot/publisher/publisher-options.js'
import { createRefusedAsks } from '../bot/publisher/refused-asks.js'
import { createTrainNotices } from '../bot/publisher/train-notices.js'
import type { AddressBook } from '../bot/slack/address-book.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { readRelease } from '../db/queries/releases.js'
import { authorshipOf } from '../domain/authorship.js'
import { findApp, findRole } from '../domain/configuration.js'
import { parseDeploymentId, type ReleaseId } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { BotParts } from './bot-parts.js'
import { openChannelNotes } from './channel-notes.js'
import { lookupsOf } from './lookups.js'
import { openReleaseNotes } from './release-notes.js'
import type { RetentionRun } from './retention.js'
import { openClock } from './scheduler.js'
import { followShowing } from './traces.js'
import { trainsOf } from './trains.js'

/** How long a stop waits for messages that are being planned. */
const STOP_PATIENCE_MS = 3_000

interface BoardNeeds {
  readonly client: SlackClient
  readonly leadership: ReturnType<typeof createLeadership>
  readonly bot: Pick<BotContext, 'authorizer' | 'reads'>
  readonly book: AddressBook
  readonly cardLinks: CardLinks
  /** Counts what retention deleted. */
  readonly onRemoved: RetentionRun['onRemoved']
}

/** Wired to the database, Slack and the current configuration. */
export function openPublisher(
  parts: BotParts,
  needs: BoardNeeds,
): { readonly publisher: Publisher; readonly clock: Clock; readonly cards: Renderer } {
  const { resources, configuration, links, log } = parts
  const { client, leadership, onRemoved, cardLinks } = needs
  const { db } = resources.database
  const apps = (): readonly AppDefinition[] => configuration().apps
  const definitionOf = (app: string): AppDefinition | null => findApp(configuration(), app)
  const cards = cardRenderer(db, {
    command: configuration().command,
    links,
    definitionOf,
    people: (role) => findRole(configuration(), role)?.users ?? [],
  })
  const release = (id: ReleaseId) => readRelease(db, id)
  const { asked, deciders } = openAsked(parts, { ...needs, definitionOf, release })
  const telling = { leader: leadership, client, onRemoved, deciders, cardUrl: cardLinks.ofRelease }
  const timed = openClock(parts, telling)
  const { notes, authorMessages } = openChannelNotes(parts, { ...needs, asked })
  const environments = openEnvironments(db, client, apps)
  const watched = [
    createTrainNotices(db, { apps, trains: (names) => trainsOf(db, names) }),
    openPins(parts, { client, apps }),
    notes,
    authorMessages,
    openReleaseNotes(parts, needs),
    createRefusedAsks(db, { asked, release, client, command: () => configuration().command }),
  ]
  const publisher = createPublisher({
    db,
    client,
    leader: leadership,
    renderers: [
      ...[cards, ...timed.renderers, personalMessages(db), ...environments.renderers],
      ...watched.map(({ renderer }) => renderer),
    ],
    watch: createCardSearch(db, client, async () => {
      await environments.watch()
      for (const { watch } of watched) await watch()
    }),
    deploymentLog: (id) => {
      const deployment = parseDeploymentId(id)
      return deployment === null ? null : links.deploymentLog(deployment)
    },
    asked,
    cardUrl: cardLinks.ofRelease,
    follow: followShowing(parts.traces, db),
    onProblem: (problem) => log.warn({ problem }, 'A message could not be shown'),
  })
  const stop = async (): Promise<void> => {
    await publisher.stop()
    // The next leader sends what is missing now, because each message is marked as it is planned.
    await Promise.race([authorMessages.idle(), delay(STOP_PATIENCE_MS, undefined, { ref: false })])
  }
  return { publisher: { ...publisher, stop }, clock: timed.clock, cards }
}

/** Messages about environments themselves. */
function openEnvironments(
  db: BotParts['resources']['database']['db'],
  client: SlackClient,
  apps: () => readonly AppDefinition[],
): { readonly renderers: readonly Renderer[]; readonly watch: () => Promise<void> } {
  const shown = [createEnvironmentMessages(db), createNotices(db, client)]
  const looks = shown.map(({ look }) => look)
  return { renderers: shown.map(({ renderer }) => renderer), watch: watchEnvironments(db, apps, looks) }
}

const openPins = (
  { resources, configuration, log }: BotParts,
  { client, apps }: Pick<BoardNeeds, 'client'> & { readonly apps: () => readonly AppDefinition[] },
): PinnedMessages =>
  createPinnedMessages(resources.database.db, {
    ...{ client, apps, command: () => configuration().command },
    onProblem: (channel, error) =>
      log.warn({ channel, error }, 'What runs where could not be pinned: give the app pins:write, or pin it'),
  })

/** Decides who is @-mentioned, by what would happen if they pressed the button now. */
function openAsked(
  { resources, configuration }: BotParts,
  {
    definitionOf,
    release,
    bot,
    book,
  }: Pick<MentionOptions, 'definitionOf' | 'release'> & Pick<BoardNeeds, 'bot' | 'book'>,
): { readonly asked: MentionsForEvent; readonly deciders: DecidersOf } {
  const options: MentionOptions = {
    definitionOf,
    release,
    authorizer: bot.authorizer,
    shipping: (shipment) => authorsShipping(lookupsOf(resources.database.db, bot.reads), shipment),
    authorship: (authors, by) =>
      authorshipOf(authors, by, { identities: configuration().identities, owner: book.owner }),
  }
  return { asked: createMentions(options), deciders: createDeciders(options) }
}
