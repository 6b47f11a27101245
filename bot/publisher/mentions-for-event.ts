/** Whose turn it is after a line of the history. Only they are named: a card that changes in place notifies nobody. */
import { parseUserId, type ReleaseId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
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
export function createAsked(options: AskedOptions): MentionsForEvent {
  return async (event) => {
    const { kind, app: name, tell, data } = event
    if (tell !== 'broadcast') return []
    if (kind === 'deployment.failed') return requesterOf(data)
    const verb = decisions[kind]
    const app = name === null ? null : options.definitionOf(name)
    return verb === undefined || app === null ? [] : judges(options, event, { verb, app })
  }
}

async function judges(
  { release, whoMay }: AskedOptions,
  { releaseId, deploymentId, environment: name }: AuditView,
  { verb, app }: { readonly verb: 'approve' | 'accept'; readonly app: AppDefinition },
): Promise<readonly UserId[]> {
  const view = releaseId === null ? null : await release(releaseId)
  const { bound = app.environments, prepared = [] } = view?.detail ?? {}
  const environment = bound.find((one) => one.name === name)
  if (!environment) return []
  const people = await whoMay(verb, { app, environment })
  const approval = prepared.find((one) => one.deploymentId === deploymentId)?.approval ?? null
  if (verb !== 'approve' || approval === null) return people
  return people.filter((user) => refuseApprover(approval, { user, email: null }) === null)
}

const decisions: Readonly<Record<string, 'approve' | 'accept'>> = {
  'deployment.prepared': 'approve',
  'deployment.awaiting_acceptance': 'accept',
}

function requesterOf({ requester }: AuditView['data']): readonly UserId[] {
  const user = typeof requester === 'string' ? parseUserId(requester) : null
  return user === null || user === SLIPWAY ? [] : [user]
}
