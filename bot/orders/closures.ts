/** What closes an environment at the moment to a promotion. */
import { closuresAt, passedBy, refuseFrozen } from '../../domain/environment/closures.js'
import type { UserId } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import type { Closure } from '../../domain/reasons.js'
import { type Handling, Refused } from './handling.js'

/**
 * What an override passes there now. Without one a frozen environment refuses at once; a lock only makes
 * wait, and the thread says for whom.
 */
export async function closedFor(
  { intent, context }: Handling<IntentOf<'promote'>>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly passesFreeze: boolean
    readonly by: UserId
  },
): Promise<readonly Closure[]> {
  const { app, environment, passesFreeze, by } = about
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  if (state === null) return []
  const at = context.clock.now().toISOString()
  const override = intent.override === null ? null : { reason: intent.override, at }
  const arrival = { kind: 'promote', requestedBy: by, override, passesFreeze } as const
  const refusal = refuseFrozen(state, arrival, at)
  if (refusal) throw new Refused(refusal)
  return passedBy(closuresAt(state, { at, closed: null }), arrival)
}
