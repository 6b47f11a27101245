/** What channels and authors hear of pushes. */

import { type AuthorMessages, createAuthorMessages } from '../bot/publisher/author-messages.js'
import { type ChannelNotes, createChannelNotes } from '../bot/publisher/channel-notes.js'
import type { CardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import type { AddressBook } from '../bot/slack/address-book.js'
import { createAuthors } from '../bot/slack/commit-authors.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { readMutes } from '../db/mutes.js'
import type { BotParts } from './bot-parts.js'

export interface ChannelNoteNeeds {
  readonly client: SlackClient
  readonly book: AddressBook
  readonly cardLinks: CardLinks
}

/** Drawn by the board, so that they cost Slack's budget like everything else. */
export function openChannelNotes(
  { resources, configuration, links }: Pick<BotParts, 'resources' | 'configuration' | 'links'>,
  { client, book, cardLinks }: ChannelNoteNeeds,
): { readonly notes: ChannelNotes; readonly authorMessages: AuthorMessages } {
  const { db } = resources.database
  const authors = createAuthors({ book, mutes: (app, users) => readMutes(db, app, users) })
  const apps = () => configuration().apps
  return {
    notes: createChannelNotes(db, { authors, apps, links }),
    authorMessages: createAuthorMessages(db, {
      ...{ authors, apps, links },
      command: () => configuration().command,
      cardUrl: cardLinks.ofRelease,
      client,
    }),
  }
}
