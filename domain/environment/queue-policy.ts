/** Where the newest wins, a promotion replaces what is still queued. */
import { superseded } from './deployment-events.js'
import {
  andThen,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneEntry,
  type LaneStep,
  step,
} from './state.js'

/** Retries, hotfixes and rollbacks keep their places. */
export function dropOlder(state: EnvironmentState, newest: DeploymentRequest): LaneStep {
  const isOlder = ({ order, attempt }: LaneEntry): boolean =>
    order.id !== newest.id &&
    !order.hotfix &&
    attempt.number === 1 &&
    (order.kind === 'push' || order.kind === 'promote')
  if (state.definition.queue !== 'newest' || newest.kind !== 'promote') return step(state)
  const queue = state.queue.filter((entry) => !isOlder(entry))
  return state.queue.filter(isOlder).reduce<LaneStep>(
    (before, { order }) =>
      andThen(before, (next) =>
        superseded(next, order, {
          why: 'newest',
          newer: newest,
          at: newest.requestedAt,
          by: newest.requestedBy,
        }),
      ),
    step({ ...state, queue }),
  )
}
