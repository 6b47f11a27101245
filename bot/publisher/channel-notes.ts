/** What channels and authors hear of pushes: each event once, drawn from the audit trail. */
import { auditLine } from '../../db/queries/audit.js'
import {
  authorsOfCommit,
  failureLines,
  unplannedNotes,
  untoldArrivals,
} from '../../db/queries/channel-notes.js'
import { planMessage } from '../../db/slack-messages.js'
import { parseChannelId, type UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { AuditView } from '../../domain/views.js'
import type { Authors } from '../slack/commit-authors.js'
import type { CardOptions } from '../views/card/card-options.js'
import { arrivalNote, channelNote, noteMarker } from '../views/channel-note.js'
import type { Message } from '../views/message.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface ChannelNotes {
  readonly renderers: readonly Renderer[]
  /** Plans the messages that are missing. */
  readonly watch: () => Promise<void>
}

export interface ChannelNoteOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly authors: Authors
  readonly links: CardOptions['links']
  /** The slash command's name, with its slash. */
  readonly command: () => string
  /** Opens a direct message; null when it cannot be opened now. */
  readonly openDirect: (user: UserId) => Promise<string | null>
}

const NOTES = 'note/'
const ARRIVALS = 'arrival/'
const AT_ONCE = 20

export function createChannelNotes(db: PublisherDatabase, options: ChannelNoteOptions): ChannelNotes {
  return {
    renderers: [
      { prefix: NOTES, render: ({ key }) => drawNote(db, options, key.slice(NOTES.length)) },
      { prefix: ARRIVALS, render: ({ key }) => drawArrival(db, options, key.slice(ARRIVALS.length)) },
    ],
    async watch() {
      const apps = options.apps()
      const names = apps.map(({ name }) => name)
      for (const event of await unplannedNotes(db, names, AT_ONCE)) {
        const channel = apps.find(({ name }) => name === event.app)?.channel
        if (channel) await planMessage(db, { key: `${NOTES}${event.id}`, channel })
      }
      for (const event of await untoldArrivals(db, names, AT_ONCE)) await planArrivals(db, options, event)
    },
  }
}

/** A message to each author, then a mark that nobody has to look again. */
async function planArrivals(
  db: PublisherDatabase,
  { apps, authors, openDirect }: ChannelNoteOptions,
  event: AuditView,
): Promise<void> {
  const { app, id } = event
  const home = apps().find(({ name }) => name === app)?.channel
  if (app === null || home === undefined || event.kind !== 'deployment.completed') return
  const users = await authors.find(app, (await authorsOfCommit(db, app, event.facts.commit)).authors)
  for (const user of users) {
    const channel = parseChannelId((await openDirect(user)) ?? '')
    if (channel !== null) await planMessage(db, { key: `${ARRIVALS}${id}/${user}`, channel })
  }
  await planMessage(db, { key: `${ARRIVALS}${id}`, channel: home })
}

async function drawNote(
  db: PublisherDatabase,
  { authors, links }: ChannelNoteOptions,
  id: string,
): Promise<Rendered | null> {
  const event = await auditLine(db, id)
  if (event === null) return null
  const message = channelNote(event, {
    authors: event.app === null ? [] : await authors.find(event.app, await emailsOf(db, event)),
    ...(await failureLines(db, event)),
    logUrl: logOf(event, links),
  })
  return { ...once(message, noteMarker(event)), buttons: message.buttons }
}

/** Of the deployment, or of the build that failed. */
function logOf(event: AuditView, links: ChannelNoteOptions['links']): string | null {
  if (event.deploymentId !== null) return links.deploymentLog(event.deploymentId)
  return event.kind === 'push.build_failed' && event.app !== null
    ? links.buildLog(event.app, event.facts.commit)
    : null
}

async function emailsOf(db: PublisherDatabase, event: AuditView): Promise<readonly string[]> {
  const { app, facts } = event
  if ('authors' in facts) return facts.authors
  return app !== null && 'commit' in facts && facts.commit !== null
    ? (await authorsOfCommit(db, app, facts.commit)).authors
    : []
}

/** `{audit id}/{user}`; without a user it is only the mark, which shows nothing. */
async function drawArrival(
  db: PublisherDatabase,
  { command }: ChannelNoteOptions,
  rest: string,
): Promise<Rendered | null> {
  const [id = '', user = ''] = rest.split('/')
  const event = user === '' ? null : await auditLine(db, id)
  if (event?.kind !== 'deployment.completed') return null
  const mute = `\`${command()} mute ${event.app ?? ''}\` ends these messages`
  const { subject } =
    event.app === null ? { subject: null } : await authorsOfCommit(db, event.app, event.facts.commit)
  return once(arrivalNote(event, subject, mute), `rel:arrival:${id}`)
}

/** Posted once and never changed again. */
const once = (message: Message, marker: string): Rendered => ({
  ...message,
  hash: 'once',
  marker,
  buttons: [],
  urgency: 0,
})
