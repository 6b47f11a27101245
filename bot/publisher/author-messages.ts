/** Direct messages to commit authors: one when their commits arrive in an environment, one when they fail there. */

import { auditLine } from '../../db/queries/audit.js'
import { failureOf, notifiedPlaces, unsentAuthorEvents } from '../../db/queries/author-events.js'
import { parseCommitSha, type ReleaseId, type UserId } from '../../domain/identifiers.js'
import { type AuthorEvent, topicOf } from '../../domain/notifications.js'
import type { AppDefinition } from '../../domain/pipeline.js'
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
  /** Plans the missing messages in the background, because git may be slow. */
  readonly watch: () => Promise<void>
  /** Resolves when the work in progress has ended. */
  readonly idle: () => Promise<void>
}

export interface AuthorMessageOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly authors: Authors
  readonly brought: BroughtCommits
  /** Whom the channel's line for an event @-mentions. */
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
    for (const event of await unsentAuthorEvents(db, names, AT_ONCE)) {
      if (concernsAuthors(event) && !(await plan(db, options, event))) return
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

const concernsAuthors = (event: AuditView): event is AuditView<AuthorEvent> => topicOf(event) !== null

/** Plans a message for each author who has none about their newest commit there. False while Slack is unavailable. */
async function plan(
  db: PublisherDatabase,
  options: AuthorMessageOptions,
  event: AuditView<AuthorEvent>,
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
  const told = await notifiedPlaces(db, [...places.values()])
  const known = topic === 'setback' ? await namedAlready(db, options, event) : []
  return planDirect(db, options.client, {
    users: [...commits.keys()].filter((user) => !known.includes(user) && !told.has(places.get(user) ?? '')),
    keyOf: (user) => `${places.get(user)}/${event.id}/${commits.get(user)?.length ?? 1}`,
    mark: { key: `${PREFIX}${event.id}`, channel: app.channel },
  })
}

/** The person who requested, approved or rolled back a failed deployment already knows: the channel @-mentioned them. */
async function namedAlready(
  db: PublisherDatabase,
  { asked }: AuthorMessageOptions,
  event: AuditView<AuthorEvent>,
): Promise<readonly UserId[]> {
  const failure = event.kind === 'deployment.failed' ? event : await failureOf(db, event)
  return [event.facts.requester, ...(failure === null ? [] : await asked(failure))]
}

/**
 * Key: `{topic}/{app}/{environment}/{commit}/{user}/{line}/{count}`. A key with only a line is the marker, which shows nothing.
 */
async function draw(
  db: PublisherDatabase,
  { apps, brought, command, links, cardUrl }: AuthorMessageOptions,
  rest: string,
): Promise<Rendered | null> {
  const [, name, , commit = '', , line = '', count = ''] = rest.split('/')
  const app = apps().find((one) => one.name === name)
  const sha = parseCommitSha(commit)
  const event = await auditLine(db, line)
  if (app === undefined || sha === null || event === null || !concernsAuthors(event)) return null
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
