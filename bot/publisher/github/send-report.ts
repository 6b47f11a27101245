/** Sends one report: reads the current facts, applies the app's settings, and shows them on the forge. */
import type { ClaimedReport } from '../../../db/github-reports.js'
import { unreachable } from '../../../domain/exhaustive.js'
import type { GithubDefinition } from '../../../domain/forge/definition.js'
import type { DeploymentReport, Forge, ReleaseReport, ReportFacts } from '../../../domain/forge/reports.js'
import type { CommitSha, DeploymentId } from '../../../domain/identifiers.js'
import { type AppDefinition, findEnvironment, isLastLevel } from '../../../domain/pipeline.js'
import type { CommitRange } from '../../../domain/ports.js'
import { arrivalComment, arrivalMarker, notesMarkdown, webAddress } from '../../views/github/notes.js'
import { buildStatus, environmentStatus, type Shown, shownDeployment } from '../../views/github/states.js'

export interface SendNeeds {
  readonly forge: Forge
  /** Null when its subject is gone, or when there is nothing to report yet. */
  readonly facts: () => Promise<ReportFacts | null>
  /** From the app's repository; null when it no longer has one of the commits. */
  readonly range: (from: CommitSha | null, to: CommitSha, most: number) => Promise<CommitRange | null>
  /** A signed URL; null without a public address. */
  readonly deploymentLog: (id: DeploymentId) => string | null
}

/** What was sent, so that an identical call can be skipped; null keeps the stored value. */
export interface Sent {
  readonly sent: string | null
  readonly remoteId: string | null
}

const nothing: Sent = { sent: null, remoteId: null }
/** GitHub's limit for the `context` of a status. */
const LONGEST_NAME = 200

interface Sending extends SendNeeds {
  readonly app: AppDefinition
  readonly wants: GithubDefinition
  readonly report: ClaimedReport
}

/** Throws a `ForgeFault` when the forge fails or refuses; safe to repeat. */
export async function sendReport(needs: SendNeeds, report: ClaimedReport, app: AppDefinition): Promise<Sent> {
  const sending = { ...needs, report, app, wants: app.github }
  if (!needs.forge.has({ url: app.repository }) || !isWanted(sending)) return nothing
  const facts = await needs.facts()
  if (facts === null) return nothing
  switch (facts.kind) {
    case 'build':
      return sendStatus(sending, facts.commit, { name: 'build', shown: buildStatus(facts.state), url: null })
    case 'status': {
      const shown = environmentStatus(facts.facts)
      return sendStatus(sending, facts.commit, {
        name: facts.environment,
        shown,
        url: logUrl(sending, facts),
      })
    }
    case 'deployment':
      return sendDeployment(sending, facts)
    case 'comments':
      return sendComments(sending, facts, facts.before)
    case 'release':
      return sendRelease(sending, facts)
    default:
      return unreachable(facts)
  }
}

function isWanted({ report, wants }: Sending): boolean {
  switch (report.kind) {
    case 'build':
    case 'status':
      return wants.statuses
    case 'deployment':
      return wants.deployments
    case 'comments':
      return wants.comments.length > 0
    case 'release':
      return wants.releases
    default:
      return unreachable(report.kind)
  }
}

const logUrl = ({ wants, deploymentLog }: Sending, { id }: DeploymentReport): string | null =>
  wants.logLinks ? deploymentLog(id) : null

async function sendStatus(
  { forge, app, wants, report }: Sending,
  commit: CommitSha,
  {
    name,
    shown,
    url,
  }: {
    readonly name: string
    readonly shown: Shown<'pending' | 'success' | 'failure' | 'error'>
    readonly url: string | null
  },
): Promise<Sent> {
  const { state, says } = shown
  const context = `${wants.context}/${name}`
  const sent = `${context} ${state} ${says}`
  if (report.sent === sent) return nothing
  await forge.setStatus(app.repository, { commit, context, state, description: says, url })
  return { sent, remoteId: null }
}

async function sendDeployment(sending: Sending, facts: DeploymentReport): Promise<Sent> {
  const { forge, app, report } = sending
  const shown = shownDeployment(facts.facts)
  if (shown === null) return nothing
  const { id, environment, commit } = facts
  const sent = `${shown.state} ${shown.says} ${facts.url ?? ''}`
  if (report.sent === sent) return nothing
  const target = findEnvironment(app, environment)
  const remoteId = await forge.showDeployment(app.repository, {
    ...{ id, environment, commit },
    app: app.name,
    state: shown.state,
    description: shown.says,
    production: target !== null && isLastLevel(app, target),
    transient: facts.preview,
    url: webAddress(facts.url),
    logUrl: logUrl(sending, facts),
    remoteId: report.remoteId,
  })
  return { sent, remoteId }
}

/** Comments on each pull request that is new there; the marker in the comment makes a repetition harmless. */
async function sendComments(
  { forge, app, wants, range }: Sending,
  facts: DeploymentReport,
  before: CommitSha | null,
): Promise<Sent> {
  const { environment, version, commit, url } = facts
  if (!wants.comments.includes(environment)) return nothing
  const order = { app: app.name, environment, version, commit, url }
  // Where nothing ran before, only the commit itself is reported: its whole history did not arrive now.
  const arrived = await range(before, commit, before === null ? 1 : Number.MAX_SAFE_INTEGER)
  for (const pull of await arrivedPulls(forge, app.repository, arrived)) {
    await forge.comment(app.repository, {
      pull,
      marker: arrivalMarker(order),
      body: arrivalComment(order),
    })
  }
  return nothing
}

/** A cherry-picked commit counts as its original: the pull request of either is reported. */
async function arrivedPulls(
  forge: Forge,
  url: string,
  range: CommitRange | null,
): Promise<ReadonlySet<number>> {
  const pulls = new Set<number>()
  for (const { sha, original } of range?.commits ?? []) {
    for (const number of await forge.pullsOf(url, original ?? sha)) pulls.add(number)
  }
  return pulls
}

async function sendRelease({ forge, app, report }: Sending, facts: ReleaseReport): Promise<Sent> {
  const { version, title, description, tag, commit, notes } = facts
  // Published only once: later edits by people on the forge are kept.
  if (report.sent === tag) return nothing
  await forge.publishRelease(app.repository, {
    tag,
    commit,
    name: `${version} ${title.replace(/\s+/g, ' ').trim()}`.slice(0, LONGEST_NAME),
    body: notesMarkdown({ title, description, sections: notes }),
  })
  return { sent: tag, remoteId: null }
}
