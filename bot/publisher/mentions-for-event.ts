/** Whose turn it is after a line of the history. Only they are named: a card that changes in place notifies nobody. */
import { parseUserId, SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import type { AuditView } from '../../domain/views.js'
import type { Authorizer } from '../orders/authorize.js'

export interface AskedOptions {
  /** The app as it is configured now; null when it was taken out. */
  readonly definitionOf: (app: string) => AppDefinition | null
  readonly whoMay: Authorizer['whoMay']
}

export type MentionsForEvent = (event: AuditView) => Promise<readonly UserId[]>

/** After a gate opens, those who may decide; after a failure, whoever asked for the deployment. */
export function createAsked({ definitionOf, whoMay }: AskedOptions): MentionsForEvent {
  return async (event) => {
    if (event.tell !== 'broadcast') return []
    const { kind, app: appName, environment: name, actor, data } = event
    if (kind === 'deployment.failed') return requesterOf(data)
    const verb = decisions[kind]
    const app = appName === null ? null : definitionOf(appName)
    const environment = app && name ? findEnvironment(app, name) : null
    if (verb === undefined || !app || !environment) return []
    const people = await whoMay(verb, { app, environment })
    const notOneself = verb === 'approve' && environment.approve?.fourEyes === true
    return notOneself ? people.filter((user) => user !== actor) : people
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
