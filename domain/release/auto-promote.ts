/**
 * Automatic promotion: an environment above the first takes what was accepted below it when it is `continuous` (S4.11), or when
 * the release's type says `promote: automatic` (S4.20). Gates still apply: a step is prepared, and starts once they are open.
 */
import { type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import { promotesItself } from './policy.js'
import { missingBelow } from './promotion.js'
import { type Candidate, newestCandidate, type ReleaseState } from './state.js'

export interface AutomaticPromotion {
  readonly candidate: number
  readonly environment: EnvironmentDefinition
}

/** The next automatic promotion, null while there is none. Each candidate is promoted to each environment once. */
export function nextAutomaticPromotion(state: ReleaseState): AutomaticPromotion | null {
  const candidate = newestCandidate(state)
  if (state.lifecycle !== 'open' || candidate?.state !== 'ready') return null
  const environment = state.app.environments.find((one) => isDue(state, candidate, one))
  return environment ? { candidate: candidate.number, environment } : null
}

function isDue(state: ReleaseState, candidate: Candidate, environment: EnvironmentDefinition): boolean {
  return (
    promotesItself(state, environment) &&
    !isFirstLevel(environment) &&
    missingBelow(state, candidate.number, environment).length === 0 &&
    // What failed or was refused there waits for a person.
    !state.deployments.some(
      (one) => one.candidate === candidate.number && one.environment === environment.name,
    )
  )
}
