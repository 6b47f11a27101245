/** The current state of an environment as a promotion sees it: its closures, and what the person should know first. */
import { closuresAt, passedBy, refuseFrozen } from '../../domain/environment/closures.js'
import { closable } from '../../domain/environment/lost-host.js'
import { type Standing, standingOf } from '../../domain/environment/setbacks.js'
import type { UserId } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Closure } from '../../domain/reasons.js'
import type { ReleaseView } from '../../domain/views.js'
import { type Handling, Refused } from './handling.js'

export interface PromotionFacts {
  /** The closures that an override bypasses now. */
  readonly closed: readonly Closure[]
  readonly standing: Standing
}

/**
 * Reads both from the environment's workflow. Without an override, a frozen environment refuses immediately; a lock only delays
 * the deployment, and the thread says who holds it.
 */
export async function environmentNow(
  { intent, context }: Handling<IntentOf<'promote'>>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly view: ReleaseView
    readonly candidate: number
    readonly by: UserId
  },
): Promise<PromotionFacts> {
  const { app, environment, view, candidate, by } = about
  const { passesFreeze } = view.detail
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  if (state === null) return { closed: [], standing: { setback: null, newer: null } }
  const at = context.clock.now().toISOString()
  const override = intent.override === null ? null : { reason: intent.override, at }
  const arrival = { kind: 'promote', requestedBy: by, override, passesFreeze } as const
  const refusal = refuseFrozen(closable(state), arrival, at)
  if (refusal) throw new Refused(refusal)
  return {
    closed: passedBy(closuresAt(closable(state), { at, closed: null }), arrival),
    standing: standingOf(state, { releaseId: view.id, version: view.version, candidate }),
  }
}
