/** A preview whose branch or pull request is gone: people get a grace period to keep it (S2.15). */
import { SLIPWAY } from '../identifiers.js'
import { after } from '../instant.js'
import type { ClosedPullRequest } from '../intent.js'
import type { EndCause } from '../reasons.js'
import { awaitTeardown } from './await-teardown.js'
import { environmentEvent } from './deployment-events.js'
import { type PreviewOrigin } from './lifecycle.js'
import { type EnvironmentState, isSetUp, type LaneStep, step, withLifecycle, withNotice } from './state.js'

const GRACE_MS = 600_000

/** What made a preview obsolete: its branch was deleted or, with `pull`, its pull request closed. */
export interface BranchEnd {
  readonly branch: string
  readonly pull?: ClosedPullRequest | undefined
  readonly at: string
}

/** Gives the notice and starts the grace period. Reporting the same end again changes nothing, even after it was kept. */
export function closeBranch(state: EnvironmentState, end: BranchEnd): LaneStep {
  const { closing, teardown, preview } = state.lifecycle
  if (preview === null || teardown !== null || !concerns(preview, end)) return step(state)
  const known = withLifecycle(state, { preview: { ...preview, ...remembered(end) } })
  if (closing !== null) return step(known)
  const cause = causeOf(end)
  if (!isSetUp(known) && known.lifecycle.building === null) {
    return awaitTeardown(known, { cause, by: SLIPWAY, at: end.at })
  }
  return warn(known, cause, end.at)
}

/** A preview made for one pull request ignores all others, even those from the same branch. */
function concerns({ pull, closedPull }: PreviewOrigin, end: BranchEnd): boolean {
  if (end.pull === undefined) return true
  const another = pull !== null && pull !== end.pull.number
  return !another && closedPull !== nameOf(end.pull)
}

const nameOf = ({ number, closedAt }: ClosedPullRequest): string => `${number}/${closedAt}`

const remembered = ({ pull }: BranchEnd): Partial<Pick<PreviewOrigin, 'closedPull'>> =>
  pull === undefined ? {} : { closedPull: nameOf(pull) }

function causeOf({ branch, pull }: BranchEnd): EndCause {
  if (pull === undefined) return { kind: 'branch-gone', branch }
  return { kind: 'pull-request', number: pull.number, merged: pull.merged }
}

function warn(state: EnvironmentState, cause: EndCause, at: string): LaneStep {
  const facts = { cause, until: after(at, GRACE_MS) }
  const closing = withLifecycle(state, { closing: facts, wanted: null })
  const next = withNotice(closing, { kind: 'closing', ...facts }, at)
  return {
    ...step(next),
    events: [environmentEvent(next, { kind: 'environment.closing', facts, at, by: SLIPWAY })],
  }
}
