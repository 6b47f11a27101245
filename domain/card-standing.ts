/** Where a release stands, read off what people are shown: which deployment is in question in each environment. */
import type { OffTrunk, PreparedDeployment, Promotable, TagStanding } from './change.js'
import { closuresOf, stopping } from './environment/closures.js'
import { isCutAfter, type Standing, setbackOfCandidate } from './environment/setbacks.js'
import { type EnvironmentName, shortCommit } from './identifiers.js'
import type { Setback } from './reasons.js'
import { isRepeat } from './states.js'
import type { CandidateView, DeploymentView, EnvironmentView, ReleaseView } from './views.js'

/**
 * The deployment in question in each environment that this release was ordered into, lowest environment first. Putting
 * the same bytes there once more is none of its steps.
 */
export function newestDeployments(view: ReleaseView): readonly DeploymentView[] {
  return view.detail.bound.flatMap(({ name }) => newestIn(view, name) ?? [])
}

/** Of one environment; null while it was never ordered there. */
export function newestIn(view: ReleaseView, name: EnvironmentName): DeploymentView | null {
  return view.deployments.findLast(({ environment, kind }) => environment === name && !isRepeat(kind)) ?? null
}

/** What puts this release's bytes there once more since, by a patch or a rebuild: the newest of each environment. */
export function newestRepeats(view: ReleaseView): readonly DeploymentView[] {
  return view.detail.bound.flatMap(({ name }) => {
    const newest = view.deployments.findLast(({ environment }) => environment === name)
    return newest && isRepeat(newest.kind) ? [newest] : []
  })
}

/** What may have failed, is running or waits in line: the steps, and what repeats them. */
export const newestAttempts = (view: ReleaseView): readonly DeploymentView[] =>
  [...newestDeployments(view), ...newestRepeats(view)].toSorted((one, other) => one.number - other.number)

/** A failure counts until a later deployment, of any release, has taken the environment over. */
export function isOpenFailure(view: ReleaseView, deployment: DeploymentView): boolean {
  if (deployment.state !== 'failed') return false
  const current = environmentOf(view, deployment)?.current ?? null
  return current === null || current.number <= deployment.number
}

/** The environment a deployment goes to, null while it has never been written; previews are not in the view. */
export function environmentOf(
  view: ReleaseView,
  { environment }: { readonly environment: EnvironmentName },
): EnvironmentView | null {
  return view.environments.find(({ name }) => name === environment) ?? null
}

/** Whether it ran there when the environment was torn down, and nothing was put there since. */
export function wentWithItsEnvironment(view: ReleaseView, deployment: DeploymentView): boolean {
  const environment = environmentOf(view, deployment)
  return environment?.current === null && environment.detail.tornDown?.ran === deployment.id
}

/** The newest candidate of all, whatever its state. */
export const newestCandidate = (view: ReleaseView): CandidateView | null => view.candidates.at(-1) ?? null

/** The newest candidate whose build passed: the one people would promote. */
export function newestReady(view: ReleaseView): CandidateView | null {
  return view.candidates.findLast(({ state }) => state === 'ready') ?? null
}

/** What keeps a prepared deployment from starting, as its release recorded it; null while it has not. */
export function preparedOf(view: ReleaseView, deployment: DeploymentView): PreparedDeployment | null {
  return view.detail.prepared.find(({ deploymentId }) => deploymentId === deployment.id) ?? null
}

/** It is prepared and nothing keeps it: a moment later it is in line, and nobody has to look at that moment. */
export function isPassing(view: ReleaseView, deployment: DeploymentView): boolean {
  const { state, approvals, needs } = deployment
  return (
    state === 'prepared' &&
    approvals.length >= needs &&
    (preparedOf(view, deployment)?.gates ?? []).length === 0
  )
}

/** Where the newest good candidate may go now, if nobody closed it. */
export function promotions(view: ReleaseView): readonly Promotable[] {
  const newest = newestReady(view)
  if (view.state !== 'open' || newest === null) return []
  return view.detail.promotable.filter(
    (one) => one.candidate === newest.number && isFree(view, one.environment),
  )
}

/** Whether it matters to a release what is locked, frozen or paused: it may still go there. */
export const showsClosures = ({ state, rolledBack }: ReleaseView): boolean => state === 'open' || rolledBack

/** A freeze refuses, and behind a lock it would only wait. */
function isFree(view: ReleaseView, name: EnvironmentName): boolean {
  const environment = environmentOf(view, { environment: name })
  if (environment === null) return true
  const { passesFreeze } = view.detail
  const anybody = { kind: 'promote', requestedBy: null, override: null, passesFreeze } as const
  const closed = stopping(closuresOf(environment, null), anybody)
  return (
    closed.length === 0 && environment.state !== 'tearing_down' && environment.state !== 'teardown_failed'
  )
}

/** A candidate of the release in an environment. */
export interface Place {
  readonly environment: EnvironmentName
  readonly candidate: number
}

/** What went wrong with a candidate there and was not made good since; null when nothing did. */
export function setbackIn(view: ReleaseView, { environment, candidate }: Place): Setback | null {
  const setbacks = environmentOf(view, { environment })?.detail.setbacks ?? []
  return setbackOfCandidate(setbacks, { releaseId: view.id, candidate })
}

/** Every setback of the release's candidates, highest environment first. */
export function setbacksOf(
  view: ReleaseView,
): readonly { readonly environment: EnvironmentName; readonly setback: Setback }[] {
  return view.environments
    .toReversed()
    .flatMap(({ name, detail }) =>
      detail.setbacks.flatMap((setback) =>
        setback.releaseId === view.id ? [{ environment: name, setback }] : [],
      ),
    )
}

/** What runs there, when it was cut after the candidate that would go over it; null otherwise. */
export function newerThere(view: ReleaseView, { environment, candidate }: Place): Standing['newer'] {
  const place = environmentOf(view, { environment })
  const current = place?.current ?? null
  if (current === null || place === null) return null
  const cut = { version: current.version, candidate: current.candidateNumber }
  if (!isCutAfter(cut, { version: view.version, candidate })) return null
  return { name: current.candidate ?? shortCommit(current.commit), hotfix: place.detail.hotfix }
}

/** The tags that are not in the remote although they were tried. */
export function troubledTags({ detail, state }: ReleaseView): readonly TagStanding[] {
  if (state !== 'open' && state !== 'released') return []
  return detail.tags.filter((tag) => tag.state !== 'pushed' && tag.because !== null)
}

/** What its picks have and trunk has not, while that is for people to look at; null otherwise. */
export function missingFromTrunk({ detail, state }: ReleaseView): OffTrunk | null {
  if (state !== 'open' && state !== 'released') return null
  return detail.offTrunk !== null && detail.offTrunk.total > 0 ? detail.offTrunk : null
}
