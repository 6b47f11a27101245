/** Wires the release notes: from git and the forge's labels into the database, and to the configured channel. */

import type { CardLinks } from '../bot/publisher/outcomes/card-permalinks.js'
import { createReleaseNotes, type NotesWatch } from '../bot/publisher/release-notes.js'
import { createGithubPullRequests } from '../integrations/github/github-pull-requests.js'
import type { BotParts } from './bot-parts.js'
import { openGit } from './open-git.js'

/** Nobody waits for it. */
const GIT_TIMEOUT_MS = 60_000

export function openReleaseNotes(
  parts: BotParts,
  { cardLinks }: { readonly cardLinks: CardLinks },
): NotesWatch {
  const { resources, configuration, github, log } = parts
  return createReleaseNotes(resources.database.db, {
    apps: () => configuration().apps,
    git: openGit(parts, GIT_TIMEOUT_MS),
    pullRequests: github === null ? null : createGithubPullRequests(github),
    cardUrl: cardLinks.ofRelease,
    onTrouble: (app, error) =>
      log.warn({ app, err: error }, 'The notes of a release could not be drafted yet'),
  })
}
