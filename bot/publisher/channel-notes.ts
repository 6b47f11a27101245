/** Channel messages about pushes: one per event, rendered from the audit trail. */
import { auditLine } from '../../db/queries/audit.js'
import { authorsOfCommit, failureLines, unplannedNotes } from '../../db/queries/channel-notes.js'
import { planMessage } from '../../db/slack-messages.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { AuditView } from '../../domain/views.js'
import type { Authors } from '../slack/commit-authors.js'
import type { CardOptions } from '../views/card/card-options.js'
import { channelNote, noteMarker } from '../views/channel-note.js'
import { onceOnly } from './once-only.js'
import type { PublisherDatabase, Rendered, Renderer } from './publisher-options.js'

export interface ChannelNotes {
  readonly renderer: Renderer
  /** Plans the missing messages. */
  readonly watch: () => Promise<void>
}

export interface ChannelNoteOptions {
  readonly apps: () => readonly AppDefinition[]
  readonly authors: Authors
  readonly links: CardOptions['links']
}

const NOTES = 'note/'
const AT_ONCE = 20

export function createChannelNotes(db: PublisherDatabase, options: ChannelNoteOptions): ChannelNotes {
  return {
    renderer: { prefix: NOTES, render: ({ key }) => drawNote(db, options, key.slice(NOTES.length)) },
    async watch() {
      const apps = options.apps()
      const names = apps.map(({ name }) => name)
      for (const event of await unplannedNotes(db, names, AT_ONCE)) {
        const channel = apps.find(({ name }) => name === event.app)?.channel
        if (channel) await planMessage(db, { key: `${NOTES}${event.id}`, channel })
      }
    },
  }
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
  return { ...onceOnly(message, noteMarker(event)), buttons: message.buttons }
}

/** The log of the deployment, or of the failed build. */
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
