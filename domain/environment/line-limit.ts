/** The maximum size of an environment's queue: the queue is passed along with everything that the environment does. */
import { SLIPWAY } from '../identifiers.js'
import { sizeOf } from '../sizes.js'
import { aborted } from './deployment-events.js'
import { andThen, type DeploymentRequest, type EnvironmentState, type LaneStep, step } from './state.js'

/** The most deployments in one queue. */
const MOST_WAITING = 20
/** How many accepted orders are remembered. */
const KNOWN = 100
/** The limit for the whole queue, in bytes: fewer entries fit if people give long reasons. One entry always fits. */
const LINE_SIZE = 48 * 1_024

const isTooLong = ({ queue }: EnvironmentState): boolean =>
  queue.length > MOST_WAITING || (queue.length > 1 && sizeOf(queue) > LINE_SIZE)

/** The length of the queue when it is full; null while there is room for one more like the last. */
export function lineFull({ queue }: EnvironmentState): number | null {
  const last = queue.at(-1)
  if (last === undefined) return null
  return queue.length >= MOST_WAITING || sizeOf([...queue, last]) > LINE_SIZE ? queue.length : null
}

/** An order for which there was no room ends at once, so that its release and its people learn why. */
export function refuseIfFull(taken: LaneStep, order: DeploymentRequest): LaneStep {
  if (!isTooLong(taken.state)) return taken
  return andThen(taken, (state) => {
    const queue = state.queue.filter((entry) => entry.order.id !== order.id)
    if (queue.length === state.queue.length) return step(state)
    const cause = { kind: 'line-full', waiting: queue.length } as const
    return aborted({ ...state, queue }, order, { cause, at: order.requestedAt, by: SLIPWAY })
  })
}

/** The accepted deployments, with one added: a repeated order changes nothing. */
export const withKnown = (
  { known }: EnvironmentState,
  id: DeploymentRequest['id'],
): EnvironmentState['known'] => [...known, id].slice(-KNOWN)
