/** What the authors of commits hear: once that these arrived in an environment, and once that they went wrong there. */

import { auditLine } from '../../db/queries/audit.js'
import { failureOf, toldPlaces, untoldNews } from '../../db/queries/author-news.js'
import { parseCommitSha, type ReleaseId, type UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type AuthorNews, topicOf } from '../../domain/tells.js'
import type { AuditView } from '../../domain/views.js'
import type { Authors } from '../slack/commit-authors.js'
import type { SlackClient } from '../slack/web-client.js'
import { authorMarker, authorMessage } from '../views/author-message.js'
import type { CardOptions } from '../views/card/card-options.js'
import type { BroughtCommits } from './brought-commits.js'
import type { MentionsForEvent } from './mentions-for-event.js'
import { onceOnly } from './once-only.js'
import { planDirect } from './plan-direct.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface AuthorMessages {
  readonly renderer: Renderer
  /** Plans the messages that are missing, beside everything else: git may take its time. */
  readonly watch: () => Promise<void>
  /** After what is under way. */
  readonly idle: () => Promise<void>
}

export interface AuthorMessageOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly authors: Authors
  readonly brought: BroughtCommits
  /** Whom a line of the channel names. */
  readonly asked: MentionsForEvent
  readonly links: CardOptions['links']
  readonly cardUrl: (id: ReleaseId) => Promise<string | null>
  /** The slash command's name, with its slash. */
  readonly command: () => string
  readonly client: Pick<SlackClient, 'openDirect'>
  readonly onProblem: (error: unknown) => void
}

const PREFIX = 'author/'
const AT_ONCE = 20

export function createAuthorMessages(db: PublisherDatabase, options: AuthorMessageOptions): AuthorMessages {
  let telling: Promise<void> | null = null
  async function tell(): Promise<void> {
    const names = options.apps().map(({ name }) => name)
    for (const event of await untoldNews(db, names, AT_ONCE)) {
      if (isNews(event) && !(await plan(db, options, event))) return
    }
  }
  return {
    renderer: { prefix: PREFIX, render: ({ key }) => draw(db, options, key.slice(PREFIX.length)) },
    async watch() {
      telling ??= tell()
        .catch(options.onProblem)
        .finally(() => {
          telling = null
        })
    },
    idle: async () => telling ?? undefined,
  }
}

const isNews = (event: AuditView): event is AuditView<AuthorNews> => topicOf(event) !== null

/** A message to each author who has none of their newest commit there. False while Slack is away. */
async function plan(
  db: PublisherDatabase,
  options: AuthorMessageOptions,
  event: AuditView<AuthorNews>,
): Promise<boolean> {
  const app = options.apps().find(({ name }) => name === event.app)
  const topic = topicOf(event)
  if (app === undefined || topic === null) return true
  const commits = await options.authors.ofCommits(app.name, await options.brought.of(app, event))
  const places = new Map(
    [...commits].map(([user, [newest]]) => [
      user,
      `${PREFIX}${topic}/${app.name}/${event.environment}/${newest}/${user}`,
    ]),
  )
  const told = await toldPlaces(db, [...places.values()])
  const known = topic === 'setback' ? await namedAlready(db, options, event) : []
  return planDirect(db, options.client, {
    users: [...commits.keys()].filter((user) => !known.includes(user) && !told.has(places.get(user) ?? '')),
    keyOf: (user) => `${places.get(user)}/${event.id}/${commits.get(user)?.length ?? 1}`,
    mark: { key: `${PREFIX}${event.id}`, channel: app.channel },
  })
}

/** Whoever asked for what failed, approved it or rolled it back knows of it: a line of the channel named them. */
async function namedAlready(
  db: PublisherDatabase,
  { asked }: AuthorMessageOptions,
  event: AuditView<AuthorNews>,
): Promise<readonly UserId[]> {
  const failure = event.kind === 'deployment.failed' ? event : await failureOf(db, event)
  return [event.facts.requester, ...(failure === null ? [] : await asked(failure))]
}

/** `{topic}/{app}/{environment}/{commit}/{user}/{line}/{count}`; a line alone is only the mark, which shows nothing. */
async function draw(
  db: PublisherDatabase,
  { apps, brought, command, links, cardUrl }: AuthorMessageOptions,
  rest: string,
): Promise<Rendered | null> {
  const [, name, , commit = '', , line = '', count = ''] = rest.split('/')
  const app = apps().find((one) => one.name === name)
  const sha = parseCommitSha(commit)
  const event = await auditLine(db, line)
  if (app === undefined || sha === null || event === null || !isNews(event)) return null
  const hasFailed = event.kind === 'deployment.failed' && event.deploymentId !== null
  const message = authorMessage(event, {
    subject: await brought.subject(app, sha),
    count: Number(count),
    cardUrl: event.releaseId === null ? null : await cardUrl(event.releaseId),
    logUrl: hasFailed ? links.deploymentLog(event.deploymentId) : null,
    hint: `\`${command()} mute ${app.name}\` ends these messages`,
  })
  return onceOnly(message, authorMarker(event))
}
