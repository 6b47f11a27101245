/** The board with everything it shows: cards, rolling messages of environments, notices. */
import { createAsked } from '../bot/board/asked.js'
import { cardRenderer } from '../bot/board/card-renderer.js'
import { createEnvironmentMessages } from '../bot/board/environment-messages.js'
import type { createLeadership } from '../bot/board/leadership.js'
import { createCardSearch } from '../bot/board/look-for-cards.js'
import { createNotices } from '../bot/board/notices.js'
import { personalMessages } from '../bot/board/personal-messages.js'
import { type Board, createBoard } from '../bot/board.js'
import type { BotContext } from '../bot/bot-context.js'
import type { Clock } from '../bot/clock.js'
import type { SlackClient } from '../bot/slack-client.js'
import { findApp, findRole } from '../domain/configuration.js'
import { parseDeploymentId } from '../domain/identifiers.js'
import type { AppDefinition } from '../domain/pipeline.js'
import type { BotParts } from './bot.js'
import { openClock } from './clock.js'
import { createLinks } from './links.js'
import { openNotes } from './notes.js'

interface BoardNeeds {
  readonly client: SlackClient
  readonly leadership: ReturnType<typeof createLeadership>
  readonly bot: Pick<BotContext, 'authorizer'>
}

/** Wired to the database, Slack and the present configuration. */
export function openBoard(
  { resources, configuration, log, settings }: BotParts,
  { client, leadership, bot }: BoardNeeds,
): { readonly board: Board; readonly clock: Clock } {
  const { db } = resources.database
  const links = createLinks(settings)
  const apps = (): readonly AppDefinition[] => configuration().apps
  const environments = createEnvironmentMessages(db, apps)
  const notices = createNotices(db, client, apps)
  const timed = openClock({ resources, configuration, log }, leadership)
  const notes = openNotes({ settings, resources, configuration }, client)
  const definitionOf = (app: string): AppDefinition | null => findApp(configuration(), app)
  const cards = cardRenderer(db, {
    command: configuration().command,
    links,
    definitionOf,
    people: (role) => findRole(configuration(), role)?.users ?? [],
  })
  const board = createBoard({
    db,
    client,
    leader: leadership,
    renderers: [
      cards,
      environments.renderer,
      notices.renderer,
      ...timed.renderers,
      personalMessages(db),
      ...notes.renderers,
    ],
    watch: createCardSearch(db, client, async () => {
      await environments.watch()
      await notices.watch()
      await notes.watch()
    }),
    deploymentLog: (id) => {
      const deployment = parseDeploymentId(id)
      return deployment === null ? null : links.deploymentLog(deployment)
    },
    asked: createAsked({ definitionOf, whoMay: bot.authorizer.whoMay }),
    onProblem: (problem) => log.warn({ problem }, 'A message could not be shown'),
  })
  return { board, clock: timed.clock }
}
