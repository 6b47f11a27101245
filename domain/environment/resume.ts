/** Resumes an environment from its record after its workflow had ended. */
import { SLIPWAY } from '../identifiers.js'
import { finish } from './attempt-end.js'
import { environmentEvent } from './deployment-events.js'
import { andThen, type EnvironmentState, type LaneStep, nameOfOrder, step } from './state.js'

/**
 * What was recorded as running ended with its workflow: it counts as failed, and a person's Retry finds its command again if that
 * still runs. Everything else stays as it was.
 */
export function resumed(state: EnvironmentState, at: string): LaneStep {
  const { running } = state
  const facts = { interrupted: running && nameOfOrder(running.entry.order) }
  const line = environmentEvent(state, { kind: 'environment.restored', facts, at, by: SLIPWAY })
  const told: LaneStep = { ...step(state), events: [line] }
  if (running === null) return told
  const { runs } = running.entry.attempt
  const failure = { kind: 'interrupted' } as const
  return andThen(told, (next) =>
    finish(next, { kind: 'failed', stage: null, failure, touched: true, runs, setup: null }, at),
  )
}
