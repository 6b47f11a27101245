/** When a release may be deleted or abandoned (S1.3, S1.4, S1.8). */
import type { Refusal } from '../refusal.js'
import type { ReleaseLifecycle } from '../states.js'
import { endsTheWay } from './decide.js'
import { isOffTrunk, nextLookAt } from './off-trunk.js'
import { isBeingCut, type ReleaseState } from './state.js'

const active: ReadonlySet<string> = new Set(['prepared', 'queued', 'running'])

/** Null when the release may be deleted; a link to any later environment permanently forbids it. */
export function refuseDeletion(state: ReleaseState): Refusal | null {
  if (state.lifecycle === 'deleted') return { code: 'release-ended', state: 'deleted' }
  if (state.linked.length > 0) return { code: 'linked', environments: state.linked }
  return refuseWhileActive(state)
}

/** Null when the release may be abandoned; what runs of it keeps running. */
export function refuseAbandoning(state: ReleaseState): Refusal | null {
  if (state.lifecycle !== 'open' && state.lifecycle !== 'draft')
    return { code: 'release-ended', state: state.lifecycle }
  return refuseWhileActive(state)
}

/** While a draft is being cut, no such decision is possible. */
export function refuseWhileCutting(state: ReleaseState): Refusal | null {
  return isBeingCut(state) ? { code: 'nothing-to-decide', state: 'being_cut' } : null
}

function refuseWhileActive(state: ReleaseState): Refusal | null {
  const busy = state.deployments.find((deployment) => active.has(deployment.state))
  return busy ? { code: 'still-deploying', environment: busy.environment, state: busy.state } : null
}

/** True when nothing can happen to the release any more: its workflow may end. */
export function isFinished(state: ReleaseState): boolean {
  if (state.lifecycle === 'deleted' || state.lifecycle === 'abandoned') return true
  const lasts = state.deployments.filter((one) => endsTheWay(state, one) && one.state === 'accepted')
  const replaced = lasts.length > 0 && lasts.every((one) => one.replaced)
  const tagged = state.tags.every((tag) => tag.state !== 'pending')
  return (
    tagged &&
    // Missing picks are reported until they are on trunk, so looking for them has to go on.
    nextLookAt(state) === null &&
    !isOffTrunk(state) &&
    state.lifecycle === 'released' &&
    replaced &&
    !state.rolledBack &&
    refuseWhileActive(state) === null
  )
}

/**
 * Whether a release whose workflow is gone resumes from its record, because it had something left to do. Deleting or abandoning
 * a release is complete once recorded, and without a record there is nothing to resume from.
 */
export function mustGoOn(shown: ReleaseLifecycle, recorded: ReleaseState | null): boolean {
  const isGivenUp = shown === 'deleted' || shown === 'abandoned'
  return !isGivenUp && recorded !== null && !isFinished(recorded)
}
