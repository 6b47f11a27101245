/** What a deployment that succeeded says about the environment itself, and setting up again what runs there already. */
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

/** After a teardown that failed it is whole again. One whose end has passed gets a new one, or it would end at once. */
function revived(state: EnvironmentState, at: string): EnvironmentState {
  const { teardown, expiry } = state.lifecycle
  if (teardown?.phase !== 'failed') return state
  const isOver = expiry !== null && expiry.at <= at
  return withExpiry(withLifecycle(state, { teardown: null, expiry: isOver ? null : expiry }), at)
}

/** What runs is known again, also after a teardown that failed; unless the check itself saw something else. */
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
