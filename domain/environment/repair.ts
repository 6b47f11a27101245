/** What a reconciler's finding means for an environment: its record is rewritten, with a number above the recorded one (R.10). */
import { SLIPWAY } from '../identifiers.js'
import type { RecordDifference } from '../reasons.js'
import { environmentEvent } from './deployment-events.js'
import type { EnvironmentState, LaneStep } from './state.js'

export interface Repair {
  /** From the record that was found. */
  readonly seq: number
  readonly difference: RecordDifference
}

/** Ends deployments that are recorded as unfinished but unknown here; all others are as this state says. */
export function repaired(state: EnvironmentState, { seq, difference }: Repair, at: string): LaneStep {
  const known = [state.running?.entry.order.id, ...state.queue.map(({ order }) => order.id)]
  const lost = difference.orphans.filter((id) => !known.includes(id))
  return {
    state: { ...state, seq: Math.max(state.seq, seq) },
    newDeployments: [],
    moves: lost.map((id) => ({
      id,
      to: 'aborted' as const,
      at,
      by: SLIPWAY,
      attempt: null,
      failedStage: null,
      note: { kind: 'aborted', cause: { kind: 'unknown' } } as const,
    })),
    events: [environmentEvent(state, { kind: 'environment.repaired', facts: difference, at, by: SLIPWAY })],
    reports: [],
  }
}
