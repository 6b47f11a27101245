/** An environment whose workflow had ended goes on from its record. */
import { SLIPWAY } from '../identifiers.js'
import { finish } from './attempt-end.js'
import { environmentEvent } from './deployment-events.js'
import { andThen, type EnvironmentState, type LaneStep, nameOfOrder, step } from './state.js'

/**
 * What was recorded as running ended with its workflow: it failed, and a person's Retry finds its command again where
 * that still runs. Everything else is as it was.
 */
export function resumed(state: EnvironmentState, at: string): LaneStep {
  const { running } = state
  const interrupted = running ? `; ${nameOfOrder(running.entry.order)} was interrupted` : ''
  const says = `The workflow of ${state.name} had ended and goes on from its record${interrupted}.`
  const told: LaneStep = {
    ...step(state),
    events: [
      environmentEvent(state, { kind: 'environment.repaired', at, by: SLIPWAY, says, tell: 'broadcast' }),
    ],
  }
  return running ? andThen(told, (next) => finish(next, interruption(running.entry.attempt.runs), at)) : told
}

const interruption = (runs: NonNullable<EnvironmentState['failed']>['runs']) =>
  ({
    kind: 'failed',
    stage: null,
    reason: 'interrupted: its workflow ended while it ran',
    inconclusive: false,
    touched: true,
    runs,
    setup: null,
  }) as const
