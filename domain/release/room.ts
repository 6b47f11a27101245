/** The maximum size of a release. Its whole state is passed along by its workflow and written with each change. */
import { type Refusal, refuse } from '../refusal.js'
import { sizeOf } from '../sizes.js'
import type { AnsweredRelease } from './handle.js'
import { releaseRecord } from './record.js'
import type { ReleaseState } from './state.js'
import { releaseStep } from './step.js'

/**
 * Bytes of its state and of its record together. Above it no order adds anything; reports from other workflows and git about what
 * was begun still fit into the rest of a payload.
 */
const MOST = 144 * 1_024

/** What {@link MOST_PICKS} commits and their conflict may add once git has answered, in bytes. */
export const ROOM_FOR_PICKS = 40 * 1_024

type Rule<Order> = (state: ReleaseState, order: Order) => AnsweredRelease

/** The rule, except that an order for which there is no room is refused and changes nothing. `reserve`: what its end will add. */
export const withRoom =
  <Order>(rule: Rule<Order>, reserve = 0): Rule<Order> =>
  (state, order) => {
    const answered = rule(state, order)
    const refusal = answered.outcome.kind === 'done' ? noRoom(state, answered.step.state, reserve) : null
    return refusal === null ? answered : { step: releaseStep(state), outcome: refuse(refusal) }
  }

function noRoom(before: ReleaseState, after: ReleaseState, reserve: number): Refusal | null {
  const bytes = keptOf(after) + reserve
  const isLarger = bytes > keptOf(before)
  return bytes > MOST && isLarger ? { code: 'no-room', bytes, most: MOST } : null
}

const keptOf = (state: ReleaseState): number => sizeOf(state) + sizeOf(releaseRecord(state))
