/** Who to @-mention for an audit event. The mention notifies them; a card that changes in place notifies nobody. */
import type { WaitingView } from '../../db/queries/waiting.js'
import type { Authorship, CommitAuthors } from '../../domain/authorship.js'
import { unreachable } from '../../domain/exhaustive.js'
import { type ReleaseId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { notificationOf } from '../../domain/notifications.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { Standstill } from '../../domain/reasons.js'
import type { ApprovalFacts } from '../../domain/record-details.js'
import { refuseApprover } from '../../domain/release/decide.js'
import type { ActorSnapshot } from '../../domain/release/state.js'
import type { AuditView, ReleaseView } from '../../domain/views.js'
import type { AuthorizedObject, Authorizer } from '../orders/authorize.js'
import type { Shipment } from '../orders/what-ships.js'

export interface MentionOptions {
  /** The app's current definition; null when it was removed. */
  readonly definitionOf: (app: string) => AppDefinition | null
  readonly release: (id: ReleaseId) => Promise<ReleaseView | null>
  readonly authorizer: Pick<Authorizer, 'authorize' | 'whoMay'>
  /** Who wrote what would ship there now. */
  readonly shipping: (shipment: Shipment) => Promise<readonly CommitAuthors[]>
  /** Whether a person wrote the commits that ship. */
  readonly authorship: (authors: readonly CommitAuthors[], by: ActorSnapshot) => Promise<Authorship>
}

export type MentionsForEvent = (event: AuditView) => Promise<readonly UserId[]>

/** Only so many people are checked; a message never names more. */
const MOST_LOOKED_AT = 30

/**
 * After a gate opens: those whose decision would count now. After a failure: the requester and the approvers of the deployment.
 */
export function createMentions(options: MentionOptions): MentionsForEvent {
  return async (event) => {
    if (notificationOf(event) !== 'broadcast') return []
    switch (event.kind) {
      case 'deployment.failed':
        return concernedBy(options, event)
      case 'deployment.prepared':
        return judges(options, { ...event, requester: event.facts.requester }, 'approve')
      case 'deployment.awaiting_acceptance':
        return judges(options, { ...event, requester: event.facts.requester }, 'accept')
      case 'release.stalled':
        return movers(options, event)
      default:
        return []
    }
  }
}

/** Who to @-mention for a stalled release: its approvers, or the people who may retry or promote. */
async function movers(
  options: MentionOptions,
  { app: name, releaseId, facts: { waits } }: AuditView<'release.stalled'>,
): Promise<readonly UserId[]> {
  const app = name === null ? null : options.definitionOf(name)
  const view = releaseId === null ? null : await options.release(releaseId)
  if (app === null || view === null) return []
  const whoMay = (verb: 'retry' | 'promote') => options.authorizer.whoMay(verb, { app, environment: null })
  switch (waits.kind) {
    case 'building':
      return []
    case 'build-failed':
      return whoMay('retry')
    case 'not-promoted':
      return whoMay('promote')
    case 'deployment':
      return waits.state === 'failed' ? whoMay('retry') : judgesOfWaiting(options, view, waits)
    default:
      return unreachable(waits)
  }
}

/** Those whose decision on the waiting deployment would count now. */
export type DecidersOf = (waiting: WaitingView) => Promise<readonly UserId[]>

export const createDeciders =
  (options: MentionOptions): DecidersOf =>
  ({ app, release, deployment }) => {
    const { id: deploymentId, environment, requestedBy: requester, state } = deployment
    const judged = { app, releaseId: release?.id ?? null, deploymentId, environment, requester }
    return judges(options, judged, state === 'prepared' ? 'approve' : 'accept')
  }

/** Nobody if no decision is missing: a fully approved deployment waits for something other than people. */
async function judgesOfWaiting(
  options: MentionOptions,
  view: ReleaseView,
  { environment, state }: Extract<Standstill, { kind: 'deployment' }>,
): Promise<readonly UserId[]> {
  const deployment = view.deployments.findLast(
    (one) => one.environment === environment && one.state === state,
  )
  if (deployment === undefined) return []
  const { approvals, needs } = deployment
  const isJudged = state === 'awaiting_acceptance' || (state === 'prepared' && approvals.length < needs)
  return isJudged ? createDeciders(options)({ app: view.app, release: view, deployment }) : []
}

async function concernedBy(
  { release }: MentionOptions,
  { facts, releaseId, deploymentId }: AuditView<'deployment.failed'>,
): Promise<readonly UserId[]> {
  const view = releaseId === null ? null : await release(releaseId)
  const approvals = view?.deployments.find(({ id }) => id === deploymentId)?.approvals ?? []
  const people = [facts.requester, ...approvals.map(({ user }) => user)]
  return [...new Set(people)].filter((user) => user !== SLIPWAY)
}

interface Judging {
  readonly verb: 'approve' | 'accept'
  readonly app: AppDefinition
  /** As in the snapshot the release was cut with. */
  readonly environment: AuthorizedObject['environment']
  /** Null if there is no approval to judge. */
  readonly approval: ApprovalFacts | null
}

/** The deployment to be judged, and its requester. */
interface Judged extends Pick<AuditView, 'app' | 'releaseId' | 'environment' | 'deploymentId'> {
  readonly requester: UserId
}

async function judges(
  options: MentionOptions,
  event: Judged,
  verb: 'approve' | 'accept',
): Promise<readonly UserId[]> {
  const app = event.app === null ? null : options.definitionOf(event.app)
  if (app === null) return []
  const view = event.releaseId === null ? null : await options.release(event.releaseId)
  const { bound = app.environments, prepared = [] } = view?.detail ?? {}
  const environment = bound.find((one) => one.name === event.environment)
  if (!environment) return []
  const facts = prepared.find(({ deploymentId }) => deploymentId === event.deploymentId)?.approval ?? null
  const place = { app: app.name, environment: environment.name }
  const approval = verb === 'approve' ? await ofToday(options, place, facts) : null
  const judging = { verb, app, environment, approval }
  const people = await options.authorizer.whoMay(verb, judging)
  const looked = await Promise.all(
    people
      .slice(0, MOST_LOOKED_AT)
      .map(async (user) => ((await mayJudge(options, user, judging)) ? [user] : [])),
  )
  return withoutAsker(
    [...looked.flat(), ...people.slice(MOST_LOOKED_AT)],
    facts?.requestedBy ?? event.requester,
  )
}

async function ofToday(
  { shipping }: MentionOptions,
  place: Omit<Shipment, 'authors'>,
  facts: ApprovalFacts | null,
): Promise<ApprovalFacts | null> {
  const { authors = null } = facts ?? {}
  return facts && authors ? { ...facts, authors: await shipping({ ...place, authors }) } : facts
}

/** The requester already knows, so they are mentioned only if there is nobody else. */
function withoutAsker(people: readonly UserId[], asker: UserId): readonly UserId[] {
  const others = people.filter((user) => user !== asker)
  return others.length > 0 ? others : people
}

/** Judges as if they had pressed the button. People for whom Slack did not answer count as permitted. */
async function mayJudge(
  { authorizer, authorship }: MentionOptions,
  user: UserId,
  { verb, app, environment, approval }: Judging,
): Promise<boolean> {
  const answer = await authorizer.authorize({ user }, verb, { app, environment })
  if (answer.kind === 'denied') return answer.refusal.code === 'lookup-failed'
  if (approval === null) return true
  const { evidence } = answer
  const wrote = approval.authors === null ? null : await authorship(approval.authors, evidence)
  return refuseApprover(approval, wrote === null ? evidence : { ...evidence, authorship: wrote }) === null
}
