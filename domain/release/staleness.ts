/** Warns the channel once when a release has been inactive for too long, with what it waits for. */
import { SLIPWAY } from '../identifiers.js'
import type { Standstill } from '../reasons.js'
import type { DeploymentState } from '../states.js'
import { newestCandidate, type ReleaseState } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseEvent, releaseStep } from './step.js'

/** Records activity on the release; the warning itself does not count. */
export function markActive(state: ReleaseState, at: string): ReleaseState {
  return state.stalledAt === at ? state : { ...state, activeAt: at, stalledAt: null }
}

/** When its inactivity has lasted too long; null when inactivity is fine, or its channel was already notified. ISO instant. */
export function stallsAt(state: ReleaseState): string | null {
  const { activeAt, stalledAt } = state
  if (state.lifecycle !== 'open' || activeAt === null || stalledAt !== null) return null
  return new Date(Date.parse(activeAt) + state.app.stallAfterMs).toISOString()
}

/** Warns the channel; the next activity on the release ends the inactivity. */
export function reportStale(state: ReleaseState, at: string): ReleaseStep {
  const facts = {
    name: state.version ?? state.title,
    silentMs: state.app.stallAfterMs,
    waits: standstill(state),
  }
  return {
    ...releaseStep({ ...state, stalledAt: at }),
    events: [releaseEvent(state, { kind: 'release.stalled', facts, at, actor: SLIPWAY })],
  }
}

function standstill(state: ReleaseState): Standstill {
  for (const { state: at, replaced, candidate, environment } of state.deployments.toReversed()) {
    if (replaced || isOver(at)) continue
    return { kind: 'deployment', name: nameOfCandidate(state, candidate), environment, state: at }
  }
  const newest = newestCandidate(state)
  const name = newest ? nameOfCandidate(state, newest.number) : state.title
  if (newest?.state === 'build_failed') return { kind: 'build-failed', name }
  return { kind: newest?.state === 'building' ? 'building' : 'not-promoted', name }
}

const isOver = (
  state: DeploymentState,
): state is Extract<DeploymentState, 'accepted' | 'rejected' | 'superseded' | 'aborted'> =>
  state === 'accepted' || state === 'rejected' || state === 'superseded' || state === 'aborted'
