/**
 * Refusals that what is written contradicts already: an environment writes what it did a moment before the release's
 * workflow hears of it.
 */
import type { Refusal } from '../../domain/refusal.js'
import type { DeploymentView, ReleaseView } from '../../domain/views.js'

/** Everything that is said to be missing below is written down as accepted. */
export function saysUnaccepted(refusal: Refusal, view: ReleaseView, candidate: number): boolean {
  if (refusal.code !== 'not-accepted-below') return false
  return refusal.missing.every((name) =>
    view.deployments.some(
      (one) => one.environment === name && one.candidateNumber === candidate && one.state === 'accepted',
    ),
  )
}

/** The deployment is written down as waiting for the very decision. */
export function saysNothingToDecide(refusal: Refusal, deployment: DeploymentView): boolean {
  return refusal.code === 'nothing-to-decide' && deployment.state === 'awaiting_acceptance'
}

/** No deployment is written down to be in the state that is said to be in the way. */
export function saysUnfinished(refusal: Refusal, { deployments }: ReleaseView): boolean {
  if (refusal.code !== 'still-deploying') return false
  const { environment, state } = refusal
  return !deployments.some((one) => one.environment === environment && one.state === state)
}
