/** The parts of a release and of an environment that are kept as JSON beside their rows. */

import type { Notice, Teardown } from './environment/lifecycle.js'
import type { PlaceReport } from './environment/preview-places.js'
import type { CheckReading } from './forge/checks.js'
import type { CommitSha, DeploymentId, EnvironmentName, UserId } from './identifiers.js'
import type { Phase } from './states.js'

export interface ReleaseDetail {
  readonly scope: string
  readonly links: readonly string[]
  readonly hotfix: boolean
  readonly phases: readonly {
    readonly phase: Phase
    readonly enteredAt: string
    readonly leftAt: string | null
  }[]
  readonly checklist: readonly ChecklistState[]
  readonly overrides: readonly {
    readonly rule: string
    readonly by: UserId
    readonly reason: string
    readonly at: string
  }[]
  readonly conflict: PickConflict | null
  readonly commits: CommitSummary | null
  /** Of prepared deployments that wait for checks of their commit. */
  readonly checks: readonly PreparedChecks[]
}

export interface PreparedChecks {
  readonly deploymentId: DeploymentId
  readonly reading: CheckReading
}

export interface ChecklistState {
  readonly item: string
  readonly role: string
  readonly before: EnvironmentName
  readonly tickedBy: UserId | null
  readonly tickedAt: string | null
}

export interface PickConflict {
  readonly at: CommitSha
  readonly branch: string
  /** All that were asked for, in order. */
  readonly picks: readonly CommitSha[]
  /** What is on the branch: a person resolves the conflict on top of it. */
  readonly head: CommitSha
  /** On the branch already, picked before the conflict. */
  readonly picked: readonly CommitSha[]
  /** The author's e-mail address of each commit asked for. */
  readonly authors: Readonly<Record<string, string>>
  readonly sides: readonly { readonly file: string; readonly ours: string; readonly theirs: string }[]
}

/** What is in a cut, since what ran in the last environment. */
export interface CommitSummary {
  readonly since: string | null
  readonly total: number
  readonly authors: number
  readonly newest: readonly { readonly sha: CommitSha; readonly subject: string; readonly author: string }[]
}

export interface EnvironmentDetail {
  readonly preview: boolean
  readonly owner: UserId | null
  readonly branch: string | null
  /** The number of the pull request a preview was made for. */
  readonly pull: number | null
  /** Versions count from 1 and rise with the content. */
  readonly templateVersion: number
  readonly templateApplied: number
  readonly variablesVersion: number
  readonly variablesApplied: number
  readonly url: string | null
  readonly outputs: Readonly<Record<string, string>>
  readonly queue: readonly DeploymentId[]
  readonly observed: string | null
  readonly extensionsLeft: number
  readonly note: string | null
  /** What people are told without having asked, oldest first. */
  readonly notices: readonly Notice[]
  readonly place: PlaceReport | null
  readonly teardown: Teardown | null
  /** Who last answered a notice, and how. */
  readonly answered: { readonly by: UserId; readonly at: string; readonly decision: string } | null
}

export interface LockState {
  readonly owner: UserId
  readonly reason: string
  readonly since: string
  readonly until: string | null
}

export interface HoldState {
  readonly by: UserId
  readonly reason: string
  readonly since: string
}

export interface FreezeState {
  readonly owner: UserId
  readonly reason: string
  readonly since: string
  readonly until: string
}
