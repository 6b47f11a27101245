/** The activities of continuous mode. */
import type { Look } from '../../domain/delivery/state.js'
import type { CommitSha, DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { RepositoryRef } from '../../domain/ports.js'
import type { RunsOn } from '../../domain/runs-on.js'
import type { StageRun } from '../../domain/stage.js'

export interface LookOrder {
  readonly repository: RepositoryRef
  readonly branch: string
  /** A commit between `since` and the head to take instead of the head; null: the head. */
  readonly wanted: CommitSha | null
  /** Takes the oldest commit after `since` on the branch's own line, first parents only, instead of the head. */
  readonly each: boolean
  /** The last commit that was handled: authors are collected from there. */
  readonly since: CommitSha | null
  /** The label of the app's builds. */
  readonly runsOn: RunsOn
  /** How they are run, so that what takes time can be begun. */
  readonly build?: StageRun
}

/** The same, with the host that looked and has a free slot to build the commit; null when that has none. */
export type LookedOnHost = Look & { readonly builder: string | null }

export interface SelfCutOrder {
  readonly app: AppDefinition
  readonly commit: CommitSha
  readonly title: string
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
  readonly at: string
}

export interface DeliveryActivities<Looked extends Look = Look> {
  /** Fetches, then reads the branch. */
  lookAtBranch(order: LookOrder): Promise<Looked>
  /** Cuts a release on Slipway's own behalf; null on success, else why it was refused. */
  cutBySelf(order: SelfCutOrder): Promise<string | null>
}
