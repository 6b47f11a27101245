/** The start of every teardown, whatever triggered it. */
import type { UserId } from '../identifiers.js'
import type { EndCause } from '../reasons.js'
import { environmentEvent } from './deployment-events.js'
import { type EnvironmentState, type LaneStep, step, withLifecycle } from './state.js'

/** From now on nothing starts here; the teardown itself begins once the running stage has ended (S2.19). */
export function awaitTeardown(
  state: EnvironmentState,
  why: { readonly by: UserId; readonly at: string; readonly cause: EndCause },
): LaneStep {
  const { teardown } = state.lifecycle
  if (teardown !== null && teardown.phase !== 'failed') return step(state)
  const next = withLifecycle(state, { teardown: { phase: 'waiting', ...why, failure: null }, closing: null })
  const { cause, by, at } = why
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.teardown_ordered', facts: { cause }, at, by })],
  }
}
