/** What the log says of orders and changes: always with the ids by which one looks for them, never a person's words. */
import type { Logger } from 'pino'
import type { Change } from '../domain/change.js'
import type { Actor, Intent } from '../domain/intent.js'
import type { Outcome } from '../domain/refusal.js'

export interface EndedOrder {
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
}

/** An order that was carried out or refused. Returns `done` or the refusal's code. */
export function logOrder(log: Logger, { key, intent, actor }: EndedOrder, outcome: Outcome): string {
  const ended = outcome.kind === 'done' ? 'done' : outcome.refusal.code
  log.info(
    { key, kind: intent.kind, app: intent.app, ...idsOf(intent), user: actor.user, outcome: ended },
    'An order was carried out',
  )
  return ended
}

function idsOf(intent: Intent): { readonly release?: string; readonly deployment?: string } {
  const release = 'release' in intent && intent.release?.kind === 'id' ? intent.release.releaseId : null
  const made = 'releaseId' in intent ? intent.releaseId : release
  const named =
    'deployment' in intent && intent.deployment.kind === 'id' ? intent.deployment.deploymentId : null
  const deployment = 'deploymentId' in intent ? intent.deploymentId : named
  return { ...(made === null ? {} : { release: made }), ...(deployment === null ? {} : { deployment }) }
}

/** What a workflow wrote down, one line for each event. */
export function logChange(log: Logger, { app, events }: Pick<Change, 'app' | 'events'>): void {
  for (const { kind, releaseId, deploymentId, environment, actor } of events) {
    const ids = { app, release: releaseId, deployment: deploymentId, environment }
    log.info({ event: kind, ...ids, user: actor }, 'Recorded')
  }
}
