/** What a release's workflow is asked to carry out outside of itself: the cut of a draft, a cherry-pick. */
import type { ConfirmedCommits } from '../change.js'
import type { CommitSha, DeploymentId } from '../identifiers.js'
import type { AppDefinition } from '../pipeline.js'
import type { PickedMerges } from '../ports.js'
import type { ActorSnapshot } from './state.js'

/** A draft that becomes a release. */
export interface CutDraftOrder {
  /** Today's configuration: the release carries the one it was cut with, not the one it was drafted with. */
  readonly app: AppDefinition
  readonly ref: string | null
  readonly version: string | null
  readonly override: string | null
  /** Null keeps the draft's. */
  readonly title: string | null
  readonly firstDeployment: DeploymentId
  readonly by: ActorSnapshot
}

/** What a person asks to be picked, as typed: commits and pull requests. */
export interface PickOrder {
  readonly picks: readonly string[]
  readonly step: 'start' | 'continue' | 'skip'
  /** The reason why commits may be picked that are not on trunk. */
  readonly override: string | null
  /** Of `continue`: what the person looked at and confirms, besides the pick; null when nothing was confirmed. */
  readonly confirmed: { readonly head: CommitSha; readonly note: string | null } | null
  /** Of the new candidate to the first environment. */
  readonly deploymentId: DeploymentId
  readonly by: ActorSnapshot
}

/** What git is asked to do for an order. */
export interface PickPlan {
  readonly branch: string
  /** False until the remote took the name once. */
  readonly settled: boolean
  /** The newest candidate, from which it is counted what the next one gains. */
  readonly since: { readonly name: string; readonly commit: CommitSha }
  /** What the picks are put on: the newest candidate, or what is on the branch at a conflict. */
  readonly onto: CommitSha
  /** As typed; resolved before anything is picked. Empty when going on after a conflict. */
  readonly asked: readonly string[]
  /** Resolved before, still to be picked after the conflict. */
  readonly rest: readonly CommitSha[]
  /** On the branch already, picked before the conflict. */
  readonly before: readonly CommitSha[]
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
  /** Of `continue`: the commit that a person has resolved on the branch. */
  readonly resolved: CommitSha | null
}
