import type { Transaction } from 'kysely'
import type { EventFrame } from '../../domain/events.js'
import { parseEnvironmentName } from '../../domain/identifiers.js'
import type { Actor, Intent } from '../../domain/intent.js'
import type { Refusal } from '../../domain/refusal.js'
import type { Database } from '../tables.js'
import { appendAudit } from './audit.js'

export interface RefusedOrder {
  /** The key of the order. */
  readonly key: string
  readonly intent: Intent
  readonly actor: Actor
  readonly refusal: Refusal
  readonly at: string
}

/** Records who was refused what, and why. */
export async function writeRefusal(trx: Transaction<Database>, order: RefusedOrder): Promise<void> {
  const { key, intent, actor, refusal, at } = order
  await appendAudit(trx, [
    {
      ...subject(intent),
      key: `inbox/${key}`,
      app: intent.app,
      kind: 'order.refused',
      at,
      actor: actor.user,
      facts: { verb: intent.kind, code: refusal.code },
    },
  ])
}

/** The subject of the order, if it was named by id; a typed name may not exist. */
function subject(intent: Intent): Pick<EventFrame, 'releaseId' | 'deploymentId' | 'environment'> {
  const release = 'release' in intent && intent.release?.kind === 'id' ? intent.release.releaseId : null
  const deployment =
    'deployment' in intent && intent.deployment.kind === 'id' ? intent.deployment.deploymentId : null
  const environment = 'environment' in intent ? parseEnvironmentName(intent.environment) : null
  return { releaseId: release, deploymentId: deployment, environment }
}
