/** What the authors of a commit hear: once that it arrived in an environment, and once that it went wrong there. */
import { firstNews, untoldNews } from '../../db/queries/author-news.js'
import { authorsOfCommit } from '../../db/queries/channel-notes.js'
import { parseAppName, type ReleaseId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type AuthorNews, type AuthorTopic, topicOf } from '../../domain/tells.js'
import type { AuditView } from '../../domain/views.js'
import type { Authors } from '../slack/commit-authors.js'
import type { SlackClient } from '../slack/web-client.js'
import { authorMarker, authorMessage } from '../views/author-message.js'
import type { CardOptions } from '../views/card/card-options.js'
import { onceOnly } from './once-only.js'
import { planDirect } from './plan-direct.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface AuthorMessages {
  readonly renderer: Renderer
  /** Plans the messages that are missing. */
  readonly watch: () => Promise<void>
}

export interface AuthorMessageOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly authors: Authors
  readonly links: CardOptions['links']
  readonly cardUrl: (id: ReleaseId) => Promise<string | null>
  /** The slash command's name, with its slash. */
  readonly command: () => string
  readonly client: Pick<SlackClient, 'openDirect'>
}

const PREFIX = 'author/'
const AT_ONCE = 20

export function createAuthorMessages(db: PublisherDatabase, options: AuthorMessageOptions): AuthorMessages {
  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(db, options, key.slice(PREFIX.length)) },
    async watch() {
      const names = options.apps().map(({ name }) => name)
      for (const event of await untoldNews(db, names, AT_ONCE)) {
        if (isNews(event) && !(await plan(db, options, event))) return
      }
    },
  }
}

const isNews = (event: AuditView): event is AuditView<AuthorNews> => topicOf(event) !== null

/** A message to each author who has none of this commit there. False while Slack is away. */
async function plan(
  db: PublisherDatabase,
  { apps, authors, client }: AuthorMessageOptions,
  event: AuditView<AuthorNews>,
): Promise<boolean> {
  const { app, id, environment } = event
  const topic = topicOf(event)
  const home = apps().find(({ name }) => name === app)?.channel
  if (app === null || home === undefined || topic === null) return true
  const { commit, requester } = event.facts
  const users = await authors.find(app, (await authorsOfCommit(db, app, commit)).authors)
  return planDirect(db, client, {
    // Whoever asked for what failed, or rolled it back, knows of it.
    users: topic === 'setback' ? users.filter((one) => one !== requester) : users,
    keyOf: (user) => `${PREFIX}${topic}/${app}/${environment}/${commit}/${user}`,
    mark: { key: `${PREFIX}${id}`, channel: home },
  })
}

const isTopic = (text: string): text is AuthorTopic => text === 'arrived' || text === 'setback'

/** `{topic}/{app}/{environment}/{commit}/{user}`; an audit id alone is only the mark, which shows nothing. */
async function draw(
  db: PublisherDatabase,
  { command, links, cardUrl }: AuthorMessageOptions,
  rest: string,
): Promise<Rendered | null> {
  const [topic = '', name = '', environment = '', commit = ''] = rest.split('/')
  const app = parseAppName(name)
  if (app === null || !isTopic(topic)) return null
  const event = await firstNews(db, { topic, app, environment, commit })
  if (event === null || !isNews(event)) return null
  const { subject } = await authorsOfCommit(db, app, commit)
  const hasFailed = event.kind === 'deployment.failed' && event.deploymentId !== null
  const message = authorMessage(event, {
    subject,
    cardUrl: event.releaseId === null ? null : await cardUrl(event.releaseId),
    logUrl: hasFailed ? links.deploymentLog(event.deploymentId) : null,
    hint: `\`${command()} mute ${app}\` ends these messages`,
  })
  return onceOnly(message, authorMarker(event))
}
