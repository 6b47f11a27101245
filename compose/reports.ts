/** Wires the reports that the leading bot sends to GitHub. */

import { createReports, type Reports } from '../bot/publisher/github/report-loop.js'
import { type SendNeeds, sendReport } from '../bot/publisher/github/send-report.js'
import type { Leader } from '../bot/publisher/leadership.js'
import { reportFacts } from '../db/queries/report-facts.js'
import { findApp } from '../domain/configuration.js'
import type { Forge } from '../domain/forge/reports.js'
import { mapTexts } from '../domain/map-texts.js'
import { type AppDefinition, repositoryOf } from '../domain/pipeline.js'
import type { Git } from '../domain/ports.js'
import { createGithubForge } from '../integrations/github/github-forge.js'
import type { BotParts } from './bot-parts.js'
import { openGit } from './open-git.js'

/** Without GitHub credentials nothing is sent, and nothing is queried. */
export function openReports(
  parts: BotParts,
  { leader, holder }: { readonly leader: Leader; readonly holder: string },
): Reports {
  const { resources, configuration, links, log, github, redact } = parts
  if (github === null) return { start: () => undefined, stop: () => Promise.resolve() }
  const { db } = resources.database
  const { deploymentLog } = links
  const git = openGit(parts, GIT_TIMEOUT_MS)
  const forge = redacted(createGithubForge(github), redact)
  return createReports({
    ...{ db, leader, holder },
    send: async (report) => {
      const app = findApp(configuration(), report.app)
      if (app === null) return { sent: null, remoteId: null }
      return sendReport(
        {
          forge,
          deploymentLog,
          range: rangeIn(git, app),
          facts: () => reportFacts(db, report, (version) => app.tag.replace('{version}', version)),
        },
        report,
        app,
      )
    },
    onFault: ({ key, attempts }, error, reason) =>
      reason === null
        ? log.warn({ key, attempts, err: error }, 'GitHub was not told yet')
        : log.error({ key, reason }, 'GitHub will not be told'),
    onTrouble: (error) => log.warn({ err: error }, 'The reports to GitHub could not be processed'),
  })
}

/** Only the reports wait for git; no person does. */
const GIT_TIMEOUT_MS = 60_000

const rangeIn =
  (git: Pick<Git, 'range'>, app: AppDefinition): SendNeeds['range'] =>
  async (from, to, most) =>
    git.range(repositoryOf(app), from, to, most).catch((error: unknown) => {
      if (error instanceof Error && error.name === 'GitOrderError') return null
      throw error
    })

/** A forge to which no text with a secret is sent. */
function redacted(forge: Forge, redact: BotParts['redact']): Forge {
  return {
    ...forge,
    setStatus: (url, status) => forge.setStatus(url, mapTexts(status, redact)),
    showDeployment: (url, deployment) => forge.showDeployment(url, mapTexts(deployment, redact)),
    publishRelease: (url, release) => forge.publishRelease(url, mapTexts(release, redact)),
    comment: (url, comment) => forge.comment(url, mapTexts(comment, redact)),
  }
}
