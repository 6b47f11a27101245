/** Whose turn it is after a line of the history. Only they are named: a card that changes in place notifies nobody. */
import { tellOf } from '../../domain/events.js'
import { SLIPWAY, type UserId } from '../../domain/identifiers.js'
import { type AppDefinition, findEnvironment } from '../../domain/pipeline.js'
import type { AuditView } from '../../domain/views.js'
import type { Authorizer } from '../authorize.js'

export interface AskedOptions {
  /** The app as it is configured now; null when it was taken out. */
  readonly definitionOf: (app: string) => AppDefinition | null
  readonly whoMay: Authorizer['whoMay']
}

export type MentionsForEvent = (event: AuditView) => Promise<readonly UserId[]>

/** After a gate opens, those who may decide; after a failure, whoever asked for the deployment. */
export function createAsked({ definitionOf, whoMay }: AskedOptions): MentionsForEvent {
  async function judges(event: AuditView, verb: 'approve' | 'accept'): Promise<readonly UserId[]> {
    const { app: appName, environment: name, actor } = event
    const app = appName === null ? null : definitionOf(appName)
    const environment = app && name ? findEnvironment(app, name) : null
    if (!app || !environment) return []
    const people = await whoMay(verb, { app, environment })
    const notOneself = verb === 'approve' && environment.approve?.fourEyes === true
    return notOneself ? people.filter((user) => user !== actor) : people
  }

  return async (event) => {
    if (tellOf(event) !== 'broadcast') return []
    switch (event.kind) {
      case 'deployment.failed': {
        const { requester } = event.facts
        return requester === SLIPWAY ? [] : [requester]
      }
      case 'deployment.prepared':
        return judges(event, 'approve')
      case 'deployment.awaiting_acceptance':
        return judges(event, 'accept')
      default:
        return []
    }
  }
}
