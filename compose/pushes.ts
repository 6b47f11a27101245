/** How pushes come in: signed webhooks at the HTTP server, and looks at the remotes by the process that leads. */
import type { Leader } from '../bot/publisher/leadership.js'
import { readEnvironments } from '../db/queries/environments.js'
import type { AppName } from '../domain/identifiers.js'
import type { RawHandler } from '../http/raw-routes.js'
import { endedPreviews } from '../http/webhooks/ended-previews.js'
import { createPolling, type Polling } from '../http/webhooks/polling.js'
import type { PushInbox } from '../http/webhooks/record-push.js'
import { webhookRoutes } from '../http/webhooks/webhooks.js'
import { createGithubPullRequests } from '../integrations/github/github-pull-requests.js'
import type { BotParts } from './bot-parts.js'
import { openGit } from './open-git.js'

const GIT_TIMEOUT_MS = 60_000

/** Without a secret no webhook is taken: there would be no telling who sent it. */
export function openWebhooks(
  { settings, configuration }: BotParts,
  inbox: PushInbox,
): Readonly<Record<string, RawHandler>> {
  const { webhookSecret } = settings.http
  if (webhookSecret === null) return {}
  return webhookRoutes({ secret: webhookSecret, apps: () => configuration().apps, inbox })
}

/** Looks only while this process leads and the configuration asks for it. */
export function openPolling(
  { settings, configuration, environment, log, resources, github }: BotParts,
  { leader, inbox }: { readonly leader: Leader; readonly inbox: PushInbox },
): Polling {
  const git = openGit({ settings, environment, github }, GIT_TIMEOUT_MS)
  const previews = endedPreviews({
    inbox,
    read: (app: AppName) => readEnvironments(resources.database.db, app),
    pullRequests: github && createGithubPullRequests(github),
  })
  return createPolling({
    git,
    leader,
    inbox,
    previews,
    apps: () => configuration().apps,
    everyMs: () => configuration().pollEveryMs,
    onProblem: (app, error) => log.warn({ err: error, app }, 'The repository could not be looked at'),
  })
}
