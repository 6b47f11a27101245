/** What closes an environment at the moment to a promotion. */
import { closuresAt, passedBy, refuseFrozen, sayClosure } from '../../domain/environment/closures.js'
import type { UserId } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { type Handling, Refused } from './handling.js'

/** What an override passes there now, in words; the thread says for whom a lock makes wait. */
export async function closedFor(
  { intent, context }: Handling<IntentOf<'promote'>>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly passesFreeze: boolean
    readonly by: UserId
  },
): Promise<readonly string[]> {
  const { app, environment, passesFreeze, by } = about
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  if (state === null) return []
  const at = context.clock.now().toISOString()
  const arrival = { kind: 'promote', requestedBy: by, override: intent.override, passesFreeze } as const
  const refusal = refuseFrozen(state, arrival, at)
  if (refusal) throw new Refused(refusal)
  const passed = passedBy(closuresAt(state, { at, closed: null }), arrival)
  return passed.map((one) => `${environment.name} is ${sayClosure(one)}`)
}
