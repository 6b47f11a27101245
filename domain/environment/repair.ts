/** What a reconciler's find means for an environment: its record is written again, past the recorded number (R.10). */
import { type DeploymentId, SLIPWAY } from '../identifiers.js'
import { environmentEvent } from './deployment-events.js'
import type { EnvironmentState, LaneStep } from './state.js'

export interface Repair {
  readonly seq: number
  readonly orphans: readonly DeploymentId[]
  readonly found: string
}

/** Deployments that are recorded as unfinished and unknown here end; all others are as this state says. */
export function repaired(state: EnvironmentState, { seq, orphans, found }: Repair, at: string): LaneStep {
  const known = [state.running?.entry.order.id, ...state.queue.map(({ order }) => order.id)]
  const lost = orphans.filter((id) => !known.includes(id))
  const says = `The record of ${state.name} differed from its workflow and was written again: ${found}.`
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
      note: 'nothing knew of it any more',
    })),
    events: [environmentEvent(state, { kind: 'environment.repaired', at, by: SLIPWAY, says, tell: 'keep' })],
    reports: [],
  }
}
