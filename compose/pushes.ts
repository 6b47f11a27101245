/** How pushes arrive: by signed webhooks at the HTTP server, and by polling the remotes from the leader. */
import type { Leader } from '../bot/publisher/leadership.js'
import { readEnvironments } from '../db/queries/environments.js'
import { webhooksArrive } from '../db/queries/webhooks-arrive.js'
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

/** Without a secret no webhook is accepted, because its sender could not be verified. */
export function openWebhooks(
  { settings, configuration }: BotParts,
  inbox: PushInbox,
): Readonly<Record<string, RawHandler>> {
  const { webhookSecret } = settings.http
  if (webhookSecret === null) return {}
  return webhookRoutes({ secret: webhookSecret, apps: () => configuration().apps, inbox })
}

/** Polls only while this process leads and the configuration enables it. */
export function openPolling(
  { settings, configuration, environment, log, resources, github }: BotParts,
  { leader, inbox }: { readonly leader: Leader; readonly inbox: PushInbox },
): Polling {
  const { db } = resources.database
  const git = openGit({ settings, environment, github }, GIT_TIMEOUT_MS)
  const previews = endedPreviews({
    inbox,
    read: (app: AppName) => readEnvironments(db, app),
    pullRequests: github && createGithubPullRequests(github),
  })
  return createPolling({
    git,
    leader,
    inbox,
    previews,
    hasWebhooks: (app) => webhooksArrive(db, app),
    apps: () => configuration().apps,
    everyMs: () => configuration().pollEveryMs,
    onProblem: (names, error) =>
      log.warn({ err: error, apps: names }, 'The repository could not be looked at'),
  })
}
