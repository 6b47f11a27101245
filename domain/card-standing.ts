/** Where a release stands, read off what people are shown: which deployment is in question in each environment. */

import type { AppDefinition } from './pipeline.js'
import type { TagStanding } from './record-details.js'
import type { DeploymentState } from './states.js'
import type { CandidateView, DeploymentView, EnvironmentView, ReleaseView } from './views.js'

/** Environments of one level gate the next together, lowest level first. */
export interface Level {
  readonly environments: readonly EnvironmentView[]
  /** Of the level below: all must have accepted, or any one. */
  readonly requires: 'all' | 'any'
}

/** An environment's own level when its app's configuration is at hand, else its position in the pipeline. */
export function levelsOf(view: ReleaseView, definition: AppDefinition | null): readonly Level[] {
  const defined = (name: string) => definition?.environments.find((environment) => environment.name === name)
  const permanent = view.environments.filter(({ detail, state }) => !detail.preview && state !== 'retired')
  const levels = new Map<number, EnvironmentView[]>()
  for (const environment of permanent) {
    const level = defined(environment.name)?.level ?? environment.position
    levels.set(level, [...(levels.get(level) ?? []), environment])
  }
  return [...levels.entries()]
    .toSorted(([one], [other]) => one - other)
    .map(([, environments]) => ({
      environments,
      requires: environments.some(({ name }) => defined(name)?.requires === 'any') ? 'any' : 'all',
    }))
}

/** The newest deployment of each environment that this release was ordered into, lowest environment first. */
export function newestDeployments(view: ReleaseView): readonly DeploymentView[] {
  return view.environments.flatMap(
    ({ name }) => view.deployments.findLast(({ environment }) => environment === name) ?? [],
  )
}

const ended: ReadonlySet<DeploymentState> = new Set(['superseded', 'aborted', 'rejected'])

/** A failure counts until a later deployment, of any release, has taken the environment over. */
export function isOpenFailure(view: ReleaseView, deployment: DeploymentView): boolean {
  if (deployment.state !== 'failed') return false
  const current = environmentOf(view, deployment)?.current ?? null
  return current === null || current.number <= deployment.number
}

/** Whether it is over and says nothing about the environment any more. */
export const hasEnded = (deployment: DeploymentView): boolean => ended.has(deployment.state)

/** The environment a deployment goes to; previews and retired ones are not in the view. */
export function environmentOf(view: ReleaseView, deployment: DeploymentView): EnvironmentView | null {
  return view.environments.find(({ name }) => name === deployment.environment) ?? null
}

/** Where Roll back leads: what ran before a failed deployment, else the last accepted before the current one. */
export function rollbackTarget(
  environment: EnvironmentView,
  deployment: DeploymentView,
): DeploymentView | null {
  const { current, previous } = environment
  if (current !== null && current.id !== deployment.id && current.state === 'accepted') return current
  return previous
}

/** The newest candidate of all, whatever its state. */
export const newestCandidate = (view: ReleaseView): CandidateView | null => view.candidates.at(-1) ?? null

/** The newest candidate whose build passed: the one people would promote. */
export function newestReady(view: ReleaseView): CandidateView | null {
  return view.candidates.findLast(({ state }) => state === 'ready') ?? null
}

/** Whether this candidate was accepted in that environment; what runs there later does not take that back. */
export function isAccepted(
  view: ReleaseView,
  candidate: CandidateView,
  environment: EnvironmentView,
): boolean {
  return view.deployments.some(
    (deployment) =>
      deployment.environment === environment.name &&
      deployment.candidateNumber === candidate.number &&
      deployment.state === 'accepted',
  )
}

/** The tags that are not in the remote although they were tried. */
export function troubledTags({ detail, state }: ReleaseView): readonly TagStanding[] {
  if (state !== 'open' && state !== 'released') return []
  return detail.tags.filter((tag) => tag.state !== 'pushed' && tag.because !== null)
}

/** Why a tag is not in the remote, as the end of a sentence about it. */
export function sayTag({ state, because }: TagStanding): string {
  switch (state) {
    case 'pushed':
      return 'is pushed'
    case 'taken':
      return `already names ${(because ?? '').slice(0, 7)}, which is not this release`
    case 'refused':
      return `was refused: ${because ?? ''}`
    case 'pending':
      return because === null
        ? 'is being pushed'
        : `is not pushed yet, the repository does not answer: ${because}`
  }
}
