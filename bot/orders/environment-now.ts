/** How an environment stands to a promotion at the moment: what closes it, and what is to be known first. */
import { closuresAt, passedBy, refuseFrozen } from '../../domain/environment/closures.js'
import { type Standing, standingOf } from '../../domain/environment/setbacks.js'
import type { UserId } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Closure } from '../../domain/reasons.js'
import type { ReleaseView } from '../../domain/views.js'
import { type Handling, Refused } from './handling.js'

export interface PromotionFacts {
  /** What an override passes there now. */
  readonly closed: readonly Closure[]
  readonly standing: Standing
}

/**
 * Both are read of the environment itself. Without one a frozen environment refuses at once; a lock only makes
 * wait, and the thread says for whom.
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
  const refusal = refuseFrozen(state, arrival, at)
  if (refusal) throw new Refused(refusal)
  return {
    closed: passedBy(closuresAt(state, { at, closed: null }), arrival),
    standing: standingOf(state, { releaseId: view.id, version: view.version, candidate }),
  }
}
