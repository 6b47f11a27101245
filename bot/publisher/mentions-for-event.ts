/** Whose turn it is after a line of the history. Only they are named: a card that changes in place notifies nobody. */
import { parseUserId, type ReleaseId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import { refuseApprover } from '../../domain/release/decide.js'
import type { AuditView, ReleaseView } from '../../domain/views.js'
import type { Authorizer } from '../authorize.js'

export interface AskedOptions {
  /** The app as it is configured now; null when it was taken out. */
  readonly definitionOf: (app: string) => AppDefinition | null
  readonly release: (id: ReleaseId) => Promise<ReleaseView | null>
  readonly whoMay: Authorizer['whoMay']
}

export type MentionsForEvent = (event: AuditView) => Promise<readonly UserId[]>

/** After a gate opens, those whose decision counts by the release's own gates; after a failure, whoever asked for it. */
export function createAsked({ definitionOf, release, whoMay }: AskedOptions): MentionsForEvent {
  return async (event) => {
    if (event.tell !== 'broadcast') return []
    const { kind, app: appName, releaseId, deploymentId, environment: name, data } = event
    if (kind === 'deployment.failed') return requesterOf(data)
    const verb = decisions[kind]
    const app = appName === null ? null : definitionOf(appName)
    if (verb === undefined || !app || !name) return []
    const detail = (releaseId && (await release(releaseId)))?.detail ?? null
    const gates = detail?.bound.find((one) => one.name === name) ?? findEnvironment(app, name)
    if (!gates) return []
    const people = await whoMay(verb, { app, environment: gates })
    const approval = detail?.prepared.find((one) => one.deploymentId === deploymentId)?.approval ?? null
    if (verb !== 'approve' || approval === null) return people
    return people.filter((user) => refuseApprover(approval, { user, email: null }) === null)
  }
}

const decisions: Readonly<Record<string, 'approve' | 'accept'>> = {
  'deployment.prepared': 'approve',
  'deployment.awaiting_acceptance': 'accept',
}

function requesterOf({ requester }: AuditView['data']): readonly UserId[] {
  const user = typeof requester === 'string' ? parseUserId(requester) : null
  return user === null || user === SLIPWAY ? [] : [user]
}
