/** How much may wait in an environment's line: it is carried along with everything that the environment does. */
import { SLIPWAY } from '../identifiers.js'
import { sizeOf } from '../sizes.js'
import { aborted } from './deployment-events.js'
import { andThen, type DeploymentRequest, type EnvironmentState, type LaneStep, step } from './state.js'

/** Deployments that wait in one line. */
const MOST_WAITING = 20
/** How many deployments are known to have been taken. */
const KNOWN = 100
/** Of all that wait together, in bytes: fewer wait where people give long reasons. One always may. */
const LINE_SIZE = 48 * 1_024

const isTooLong = ({ queue }: EnvironmentState): boolean =>
  queue.length > MOST_WAITING || (queue.length > 1 && sizeOf(queue) > LINE_SIZE)

/** How many wait when no more are taken; null while there is room for one like the last. */
export function lineFull({ queue }: EnvironmentState): number | null {
  const last = queue.at(-1)
  if (last === undefined) return null
  return queue.length >= MOST_WAITING || sizeOf([...queue, last]) > LINE_SIZE ? queue.length : null
}

/** An order for which there was no room ends at once, so that its release and its people learn why. */
export function turnAwayIfFull(taken: LaneStep, order: DeploymentRequest): LaneStep {
  if (!isTooLong(taken.state)) return taken
  return andThen(taken, (state) => {
    const queue = state.queue.filter((entry) => entry.order.id !== order.id)
    if (queue.length === state.queue.length) return step(state)
    const cause = { kind: 'line-full', waiting: queue.length } as const
    return aborted({ ...state, queue }, order, { cause, at: order.requestedAt, by: SLIPWAY })
  })
}

/** The deployments that were taken, with one more: a repeated order changes nothing. */
export const withKnown = (
  { known }: EnvironmentState,
  id: DeploymentRequest['id'],
): EnvironmentState['known'] => [...known, id].slice(-KNOWN)
