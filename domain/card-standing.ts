/** The standing of a release, derived from what people are shown: the current deployment in each environment. */
import type { OffTrunk, PreparedDeployment, Promotable, TagStanding } from './change.js'
import { closuresOf, stopping } from './environment/closures.js'
import { isCutAfter, type Standing, setbackOfCandidate } from './environment/setbacks.js'
import { type EnvironmentName, shortCommit } from './identifiers.js'
import type { Setback } from './reasons.js'
import { isRepeat } from './states.js'
import type { CandidateView, DeploymentView, EnvironmentView, ReleaseView } from './views.js'

/**
 * The current deployment in each environment that this release was ordered into, lowest environment first. Repeats that deploy
 * the same bytes again do not count.
 */
export function newestDeployments(view: ReleaseView): readonly DeploymentView[] {
  return view.detail.bound.flatMap(({ name }) => newestIn(view, name) ?? [])
}

/** The same for one environment; null if it was never ordered there. */
export function newestIn(view: ReleaseView, name: EnvironmentName): DeploymentView | null {
  return view.deployments.findLast(({ environment, kind }) => environment === name && !isRepeat(kind)) ?? null
}

/** The newest later repeat of this release's bytes in each environment, by a patch or a rebuild. */
export function newestRepeats(view: ReleaseView): readonly DeploymentView[] {
  return view.detail.bound.flatMap(({ name }) => {
    const newest = view.deployments.findLast(({ environment }) => environment === name)
    return newest && isRepeat(newest.kind) ? [newest] : []
  })
}

/** Everything that may have failed, is running or is queued: the steps and their repeats. */
export const newestAttempts = (view: ReleaseView): readonly DeploymentView[] =>
  [...newestDeployments(view), ...newestRepeats(view)].toSorted((one, other) => one.number - other.number)

/** A failure counts until a later deployment, of any release, has taken over the environment. */
export function isOpenFailure(view: ReleaseView, deployment: DeploymentView): boolean {
  if (deployment.state !== 'failed') return false
  const current = environmentOf(view, deployment)?.current ?? null
  return current === null || current.number <= deployment.number
}

/** The environment a deployment goes to, null if it is not recorded yet; previews are not in the view. */
export function environmentOf(
  view: ReleaseView,
  { environment }: { readonly environment: EnvironmentName },
): EnvironmentView | null {
  return view.environments.find(({ name }) => name === environment) ?? null
}

/** Whether it ran there when the environment was torn down, and nothing was deployed there since. */
export function wentWithItsEnvironment(view: ReleaseView, deployment: DeploymentView): boolean {
  const environment = environmentOf(view, deployment)
  return environment?.current === null && environment.detail.tornDown?.ran === deployment.id
}

/** The newest candidate, in any state. */
export const newestCandidate = (view: ReleaseView): CandidateView | null => view.candidates.at(-1) ?? null

/** The newest candidate whose build passed: the one people would promote. */
export function newestReady(view: ReleaseView): CandidateView | null {
  return view.candidates.findLast(({ state }) => state === 'ready') ?? null
}

/** What keeps a prepared deployment from starting, as its release recorded it; null if not recorded yet. */
export function preparedOf(view: ReleaseView, deployment: DeploymentView): PreparedDeployment | null {
  return view.detail.prepared.find(({ deploymentId }) => deploymentId === deployment.id) ?? null
}

/** It is prepared and nothing blocks it: it will be queued in a moment, so people need not see this state. */
export function isPassing(view: ReleaseView, deployment: DeploymentView): boolean {
  const { state, approvals, needs } = deployment
  return (
    state === 'prepared' &&
    approvals.length >= needs &&
    (preparedOf(view, deployment)?.gates ?? []).length === 0
  )
}

/** Where the newest good candidate may go now, unless a closure prevents it. */
export function promotions(view: ReleaseView): readonly Promotable[] {
  const newest = newestReady(view)
  if (view.state !== 'open' || newest === null) return []
  return view.detail.promotable.filter(
    (one) => one.candidate === newest.number && isFree(view, one.environment),
  )
}

/** Whether locks, freezes and pauses matter to a release: it may still be deployed. */
export const showsClosures = ({ state, rolledBack }: ReleaseView): boolean => state === 'open' || rolledBack

/** A freeze refuses the deployment; behind a lock it would only wait. */
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

/** What went wrong with a candidate there and was not fixed since; null when nothing did. */
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

/** What runs there, if it was cut after the candidate that would replace it; null otherwise. */
export function newerThere(view: ReleaseView, { environment, candidate }: Place): Standing['newer'] {
  const place = environmentOf(view, { environment })
  const current = place?.current ?? null
  if (current === null || place === null) return null
  const cut = { version: current.version, candidate: current.candidateNumber }
  if (!isCutAfter(cut, { version: view.version, candidate })) return null
  return { name: current.candidate ?? shortCommit(current.commit), hotfix: place.detail.hotfix }
}

/** The tags that are missing from the remote although pushing was attempted. */
export function troubledTags({ detail, state }: ReleaseView): readonly TagStanding[] {
  if (state !== 'open' && state !== 'released') return []
  return detail.tags.filter((tag) => tag.state !== 'pushed' && tag.because !== null)
}

/** The picks that trunk lacks, while people should look at them; null otherwise. */
export function missingFromTrunk({ detail, state }: ReleaseView): OffTrunk | null {
  if (state !== 'open' && state !== 'released') return null
  return detail.offTrunk !== null && detail.offTrunk.total > 0 ? detail.offTrunk : null
}
