/** The orders about a lane that are decided at once, on the state of that moment. */
import { setHandler } from '@temporalio/workflow'
import { pause, resume } from '../domain/environment/holds.js'
import { freeze, lock, thaw, unlock } from '../domain/environment/locks.js'
import { type Answered, abort, retry, skip } from '../domain/environment/retry-skip-abort.js'
import { rollBack } from '../domain/environment/rollback.js'
import type { EnvironmentState } from '../domain/environment/state.js'
import type { Outcome } from '../domain/refusal.js'
import * as messages from './messages.js'

/** What the handlers of a lane decide on, and how they answer. */
export interface Deciding {
  readonly state: () => EnvironmentState
  /** Once per update id. */
  readonly answer: (decide: () => Answered) => Outcome
}

export function listenToLane({ state, answer }: Deciding): void {
  setHandler(messages.retryUpdate, (order) => answer(() => retry(state(), order.deploymentId, order)))
  setHandler(messages.skipUpdate, (order) => answer(() => skip(state(), order.deploymentId, order)))
  setHandler(messages.abortUpdate, (order) => answer(() => abort(state(), order.deploymentId, order)))
  setHandler(messages.rollbackUpdate, (order) => answer(() => rollBack(state(), order)))
  setHandler(messages.pauseUpdate, (order) => answer(() => pause(state(), order)))
  setHandler(messages.resumeUpdate, (order) => answer(() => resume(state(), order)))
  setHandler(messages.lockUpdate, (order) => answer(() => lock(state(), order)))
  setHandler(messages.unlockUpdate, (order) => answer(() => unlock(state(), order)))
  setHandler(messages.freezeUpdate, (order) => answer(() => freeze(state(), order)))
  setHandler(messages.thawUpdate, (order) => answer(() => thaw(state(), order)))
}
