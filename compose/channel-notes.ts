/** What channels and authors hear of pushes. */

import { type AuthorMessages, createAuthorMessages } from '../bot/publisher/author-messages.js'
import { type ChannelNotes, createChannelNotes } from '../bot/publisher/channel-notes.js'
import { createCardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import { createAddressBook } from '../bot/slack/address-book.js'
import { createAuthors } from '../bot/slack/commit-authors.js'
import { createSlackCall } from '../bot/slack/web-call.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { readMutes } from '../db/mutes.js'
import type { BotParts } from './bot-parts.js'

/** Drawn by the board, so that they cost Slack's budget like everything else. */
export function openChannelNotes(
  parts: Pick<BotParts, 'settings' | 'resources' | 'configuration' | 'links' | 'blank'>,
  client: SlackClient,
): { readonly notes: ChannelNotes; readonly authorMessages: AuthorMessages } {
  const { settings, resources, configuration, links, blank } = parts
  const { botToken: token, apiUrl } = settings.slack
  const { db } = resources.database
  const book = createAddressBook({
    call: createSlackCall({ token, apiUrl, blank }),
    identities: () => configuration().identities,
    now: () => performance.now(),
  })
  const authors = createAuthors({ book, mutes: (app, users) => readMutes(db, app, users) })
  const apps = () => configuration().apps
  return {
    notes: createChannelNotes(db, { authors, apps, links }),
    authorMessages: createAuthorMessages(db, {
      ...{ authors, apps, links },
      command: () => configuration().command,
      cardUrl: createCardLinks(db, client).ofRelease,
      openDirect: async (user) => {
        const opened = await client.openDirect(user)
        return opened.ok ? opened.value : null
      },
    }),
  }
}
