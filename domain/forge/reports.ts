/** What Slipway reports to a forge, and the port that publishes it there. */
import type { AppName, CommitSha, DeploymentId, EnvironmentName } from '../identifiers.js'
import type { NoteTexts } from '../notes.js'
import type { RepositoryRef } from '../ports.js'
import type { DeploymentState } from '../states.js'
import type { SeenCheck } from './checks.js'

export const reportKinds = ['build', 'status', 'deployment', 'comments', 'release'] as const
export type ReportKind = (typeof reportKinds)[number]

export type StatusState = 'pending' | 'success' | 'failure' | 'error'
export type ShownState = 'queued' | 'in_progress' | 'success' | 'failure' | 'error' | 'inactive'

export interface DeploymentFacts {
  readonly state: DeploymentState
  /** Whether any of its stages began. */
  readonly started: boolean
  readonly failedStage: string | null
  /** False once something newer runs in its place, or nothing does. */
  readonly current: boolean
  /** `2026.11.3-rc.1`; for a push the short commit. */
  readonly name: string
}

/** What is known about the subject of a report when it is sent. */
export type ReportFacts =
  | {
      readonly kind: 'build'
      readonly commit: CommitSha
      readonly state: 'running' | 'succeeded' | 'failed'
    }
  | ({ readonly kind: 'status' } & DeploymentReport)
  | ({ readonly kind: 'deployment' } & DeploymentReport)
  | ({
      readonly kind: 'comments'
      /** What ran there before; null: nothing. */
      readonly before: CommitSha | null
    } & DeploymentReport)
  | ReleaseReport

export interface DeploymentReport {
  readonly id: DeploymentId
  readonly environment: EnvironmentName
  readonly commit: CommitSha
  readonly version: string | null
  readonly facts: DeploymentFacts
  /** The environment's URL, as reported by its setup. */
  readonly url: string | null
  /** Whether the environment expires automatically. */
  readonly preview: boolean
}

export interface ReleaseReport {
  readonly kind: 'release'
  readonly version: string
  readonly title: string
  readonly description: string
  /** The release's final tag, and the commit it was pushed for. */
  readonly tag: string
  readonly commit: CommitSha
  /** Its notes, frozen by then. */
  readonly notes: NoteTexts
}

export interface StatusToSet {
  readonly commit: CommitSha
  readonly context: string
  readonly state: StatusState
  readonly description: string
  readonly url: string | null
}

export interface DeploymentToShow {
  /** Slipway's own id, used to find it again. */
  readonly id: DeploymentId
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly commit: CommitSha
  readonly state: ShownState
  readonly description: string
  readonly production: boolean
  readonly transient: boolean
  readonly url: string | null
  readonly logUrl: string | null
  /** The forge's id, if already known. */
  readonly remoteId: string | null
}

export interface ReleaseToPublish {
  readonly tag: string
  readonly commit: CommitSha
  readonly name: string
  readonly body: string
}

/** Each method throws a `ForgeFault` when the forge fails or refuses. Each may be repeated without harm. */
export interface Forge {
  /** Whether the repository is on the configured forge. */
  has(repository: Pick<RepositoryRef, 'url'>): boolean
  setStatus(url: string, status: StatusToSet): Promise<void>
  /** Finds or creates it, then sets its state; returns the forge's id, null when there was nothing to end. */
  showDeployment(url: string, deployment: DeploymentToShow): Promise<string | null>
  /** Does nothing when the tag already has a release. */
  publishRelease(url: string, release: ReleaseToPublish): Promise<void>
  /** The merged pull requests that brought a commit. */
  pullsOf(url: string, commit: CommitSha): Promise<readonly number[]>
  /** Does nothing when a comment with that marker exists. */
  comment(
    url: string,
    on: { readonly pull: number; readonly marker: string; readonly body: string },
  ): Promise<void>
  /** All check runs and statuses of a commit, without limit. */
  checksOf(url: string, commit: CommitSha): Promise<readonly SeenCheck[]>
}
