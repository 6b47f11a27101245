/** Whose turn it is after a line of the history. Only they are named: a card that changes in place notifies nobody. */
import { rolesAsked } from '../../domain/approval-rules.js'
import { tellOf } from '../../domain/events.js'
import { type ReleaseId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { refuseApprover } from '../../domain/release/decide.js'
import type { AuditView, ReleaseView } from '../../domain/views.js'
import type { Authorizer } from '../orders/authorize.js'

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
    if (tellOf(event) !== 'broadcast') return []
    switch (event.kind) {
      case 'deployment.failed': {
        const { requester } = event.facts
        return requester === SLIPWAY ? [] : [requester]
      }
      case 'deployment.prepared':
        return judges(options, event, 'approve')
      case 'deployment.awaiting_acceptance':
        return judges(options, event, 'accept')
      default:
        return []
    }
  }
}

async function judges(
  { definitionOf, release, whoMay }: AskedOptions,
  { app: name, releaseId, deploymentId, environment: place }: AuditView,
  verb: 'approve' | 'accept',
): Promise<readonly UserId[]> {
  const app = name === null ? null : definitionOf(name)
  if (app === null) return []
  const view = releaseId === null ? null : await release(releaseId)
  const { bound = app.environments, prepared = [] } = view?.detail ?? {}
  const environment = bound.find((one) => one.name === place)
  if (!environment) return []
  const people = await whoMay(verb, { app, environment })
  const approval = prepared.find((one) => one.deploymentId === deploymentId)?.approval ?? null
  if (verb !== 'approve' || approval === null) return people
  // Which of the roles each holds, and whether somebody wrote it all, is found out when they decide.
  return people.filter(
    (user) =>
      refuseApprover({ ...approval, authors: null }, { user, roles: rolesAsked(approval.rules) }) === null,
  )
}
