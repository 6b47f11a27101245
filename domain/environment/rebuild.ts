/** What a successful deployment means for the environment itself, and running setup again for what is already there. */
import { type CommitSha, SLIPWAY } from '../identifiers.js'
import { isRepeat } from '../states.js'
import { moved, subjectOf } from './deployment-events.js'
import { outOfSync } from './drift.js'
import { withExpiry } from './expiry.js'
import {
  andThen,
  type Deployed,
  type DeploymentRequest,
  type EnvironmentState,
  type LaneStep,
  withLifecycle,
} from './state.js'

/** A rebuild of what runs there changes neither what runs nor who accepted it. */
export const isSameAgain = (before: Deployed, order: DeploymentRequest): boolean =>
  isRepeat(order.kind) &&
  before.order.commit === order.commit &&
  before.order.artifactDigest === order.artifactDigest

/** Records it as done. */
export function doneAgain(state: EnvironmentState, order: DeploymentRequest, at: string): LaneStep {
  const by = order.kind === 'rebuild' ? 'rebuild' : 'redeploy'
  return moved({ ...state, failed: null }, order, {
    kind: 'deployment.accepted',
    facts: { ...subjectOf(order), by, comment: null, tookMs: null },
    at,
    by: SLIPWAY,
  })
}

/** Clears a failed teardown. If the expiry has already passed, a new one starts, so the environment does not expire at once. */
function revived(state: EnvironmentState, at: string): EnvironmentState {
  const { teardown, expiry } = state.lifecycle
  if (teardown?.phase !== 'failed') return state
  const isOver = expiry !== null && expiry.at <= at
  return withExpiry(withLifecycle(state, { teardown: null, expiry: isOver ? null : expiry }), at)
}

/** What runs is known again, also after a failed teardown, unless the check itself saw something else. */
export function inPlace(
  done: LaneStep,
  {
    order,
    at,
    observed,
  }: { readonly order: DeploymentRequest; readonly at: string; readonly observed: CommitSha | null },
): LaneStep {
  const settled = revived(withLifecycle(done.state, { drift: null, checkedAt: at, tornDown: null }), at)
  const now = { ...done, state: settled }
  if (observed === null || observed === order.commit) return now
  const finding = { kind: 'commit', expected: order.commit, observed } as const
  return andThen(now, (state) => outOfSync(state, finding, at))
}
