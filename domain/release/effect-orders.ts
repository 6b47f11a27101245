/** What a release's workflow is asked to do outside of itself: cut a draft, cherry-pick. */
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

/** What a person asks to pick, as typed: commits and pull requests. */
export interface PickOrder {
  readonly picks: readonly string[]
  readonly step: 'start' | 'continue' | 'skip'
  /** The reason why commits that are not on trunk may be picked. */
  readonly override: string | null
  /** For `continue`: what the person reviewed and confirms besides the pick; null when nothing was confirmed. */
  readonly confirmed: { readonly head: CommitSha; readonly note: string | null } | null
  /** The new candidate's deployment to the first environment. */
  readonly deploymentId: DeploymentId
  readonly by: ActorSnapshot
}

/** What git has to do for an order. */
export interface PickPlan {
  readonly branch: string
  /** False until the remote has accepted the name. */
  readonly settled: boolean
  /** The newest candidate, the base for counting what the next one gains. */
  readonly since: { readonly name: string; readonly commit: CommitSha }
  /** The commit the picks are applied to: the newest candidate, or the branch head at a conflict. */
  readonly onto: CommitSha
  /** As typed; resolved before anything is picked. Empty when continuing after a conflict. */
  readonly asked: readonly string[]
  /** Already resolved, and still to be picked after the conflict. */
  readonly rest: readonly CommitSha[]
  /** Already on the branch, picked before the conflict. */
  readonly before: readonly CommitSha[]
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
  /** For `continue`: the commit whose conflict a person has resolved on the branch. */
  readonly resolved: CommitSha | null
}
