/** Where the newest good candidate may go next. */
import { hasEnded, isAccepted, isOpenFailure, type Level, levelsOf, newestReady } from './card-standing.js'
import type { AppDefinition } from './pipeline.js'
import type { CandidateView, EnvironmentView, ReleaseView } from './views.js'

export interface Promotion {
  readonly candidate: CandidateView
  readonly environment: EnvironmentView
}

/** To every environment of each level whose level below has accepted the candidate, if nobody closed it. */
export function promotions(view: ReleaseView, definition: AppDefinition | null): readonly Promotion[] {
  return nextPromotions(view, definition, newestReady(view)).filter(({ environment }) => isFree(environment))
}

/** The same for any candidate, and whether or not the environment is closed now. */
export function nextPromotions(
  view: ReleaseView,
  definition: AppDefinition | null,
  candidate: CandidateView | null,
): readonly Promotion[] {
  if (candidate === null || view.state !== 'open') return []
  const levels = levelsOf(view, definition)
  return levels.flatMap((level, index) => {
    if (!isOpenBelow(view, candidate, level, levels[index - 1] ?? null)) return []
    return level.environments
      .filter((environment) => isWanted(view, candidate, environment))
      .map((environment) => ({ candidate, environment }))
  })
}

/** The cut itself orders the first level; it is offered again only after an order of that candidate ended there. */
function isOpenBelow(
  view: ReleaseView,
  candidate: CandidateView,
  level: Level,
  below: Level | null,
): boolean {
  if (below === null) {
    return level.environments.some(({ name }) =>
      view.deployments.some((one) => one.environment === name && one.candidateNumber === candidate.number),
    )
  }
  const accepted = below.environments.filter((environment) => isAccepted(view, candidate, environment))
  return below.environments.length > 0 && level.requires === 'any'
    ? accepted.length > 0
    : accepted.length === below.environments.length
}

function isFree(environment: EnvironmentView): boolean {
  const closed = environment.lock !== null || environment.freeze !== null
  return !closed && environment.state !== 'tearing_down' && environment.state !== 'teardown_failed'
}

/** Not where the candidate already is, is on its way to, failed (there Retry is the way) or was rejected after it ran. */
function isWanted(view: ReleaseView, candidate: CandidateView, environment: EnvironmentView): boolean {
  const newest = view.deployments.findLast(
    (one) => one.environment === environment.name && one.candidateNumber === candidate.number,
  )
  if (newest === undefined) return true
  if (newest.state === 'failed') return !isOpenFailure(view, newest)
  return hasEnded(newest) && !(newest.state === 'rejected' && newest.startedAt !== null)
}
