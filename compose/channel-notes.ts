/** Messages about pushes to channels and authors. */

import { type AuthorMessages, createAuthorMessages } from '../bot/publisher/author-messages.js'
import { createBroughtCommits } from '../bot/publisher/brought-commits.js'
import { type ChannelNotes, createChannelNotes } from '../bot/publisher/channel-notes.js'
import type { MentionsForEvent } from '../bot/publisher/mentions-for-event.js'
import type { CardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import type { AddressBook } from '../bot/slack/address-book.js'
import { createAuthors } from '../bot/slack/commit-authors.js'
import type { SlackClient } from '../bot/slack/web-client.js'
import { readMutes } from '../db/mutes.js'
import type { BotParts } from './bot-parts.js'
import { openGit } from './open-git.js'

export interface ChannelNoteNeeds {
  readonly client: SlackClient
  readonly book: AddressBook
  readonly cardLinks: CardLinks
  readonly asked: MentionsForEvent
}

/** Nobody waits for it, and the first query on a host may have to clone. */
const GIT_TIMEOUT_MS = 120_000
/** Other messages wait while one is rendered. */
const DRAWING_TIMEOUT_MS = 3_000

/** Rendered by the publisher, so that they count towards Slack's rate limits like everything else. */
export function openChannelNotes(
  parts: BotParts,
  { client, book, cardLinks, asked }: ChannelNoteNeeds,
): { readonly notes: ChannelNotes; readonly authorMessages: AuthorMessages } {
  const { resources, configuration, links, log } = parts
  const { db } = resources.database
  const authors = createAuthors({
    book,
    identities: () => configuration().identities,
    mutes: (app, users) => readMutes(db, app, users),
  })
  const brought = createBroughtCommits({
    db,
    git: {
      authors: openGit(parts, GIT_TIMEOUT_MS).authors,
      message: openGit(parts, DRAWING_TIMEOUT_MS).message,
    },
    onProblem: (commit, error) =>
      log.warn({ commit, error: sayError(error) }, 'Git could not say who wrote what was deployed'),
  })
  const apps = () => configuration().apps
  return {
    notes: createChannelNotes(db, { authors, apps, links }),
    authorMessages: createAuthorMessages(db, {
      ...{ authors, brought, asked, apps, links },
      command: () => configuration().command,
      cardUrl: cardLinks.ofRelease,
      client,
      onProblem: (error) => log.warn({ error: sayError(error) }, 'Authors were not told yet'),
    }),
  }
}

const sayError = (error: unknown): string => (error instanceof Error ? error.message : String(error))
