/** What closes an environment at the moment to a promotion. */
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { UserId } from '../../domain/identifiers.js'
import type { IntentOf } from '../../domain/intent.js'
import type { AppDefinition, EnvironmentDefinition } from '../../domain/pipeline.js'
import { type Handling, Refused } from './handling.js'

/**
 * What an override passes there now, in words. Without one a frozen environment refuses at once; a lock only makes
 * wait, and the thread says for whom.
 */
export async function closedFor(
  { intent, context }: Handling<IntentOf<'promote'>>,
  about: {
    readonly app: AppDefinition
    readonly environment: EnvironmentDefinition
    readonly type: string
    readonly by: UserId
  },
): Promise<readonly string[]> {
  const { app, environment, type, by } = about
  const state = await context.gateway.readEnvironment(app.name, environment.name).catch(() => null)
  const now = context.clock.now().toISOString()
  const exempt = app.types.find((one) => one.name === type)?.passesFreeze ?? false
  const frozen = exempt ? null : freezeOf(state, now)
  if (frozen && intent.override === null) throw new Refused({ code: 'frozen', ...frozen })
  const locked = state?.lock && !isOver(state.lock.until, now) && state.lock.owner !== by ? state.lock : null
  return [
    ...(frozen ? [`${environment.name} is frozen: ${frozen.reason}`] : []),
    ...(locked ? [`${environment.name} is locked: ${locked.reason}`] : []),
  ]
}

function freezeOf(state: EnvironmentState | null, now: string): EnvironmentState['freeze'] {
  return state?.freeze && !isOver(state.freeze.until, now) ? state.freeze : null
}

const isOver = (until: string | null, now: string): boolean => until !== null && until <= now
