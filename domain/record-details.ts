/** The parts of a release and of an environment that are stored as JSON beside their rows. */

import type { CommitAuthors } from './authorship.js'
import type { EnvironmentLifecycle, Notice, Removal, Teardown, TornDown } from './environment/lifecycle.js'
import type { PlaceReport } from './environment/preview-places.js'
import type { CommitSha, DeploymentId, EnvironmentName, ReleaseId, UserId } from './identifiers.js'
import type { AcceptGate, ApprovalRule } from './pipeline.js'
import type { MissingChange, PickedMerges, ShownCommit, TakenOut } from './ports.js'
import type { EnvironmentNote, Gate, LostHost, OverriddenRule, RollbackNote, Setback } from './reasons.js'
import type { Phase } from './states.js'

export interface ReleaseDetail {
  readonly scope: string
  readonly links: readonly string[]
  /** The releases of its app that it waits for. */
  readonly after: readonly WaitsFor[]
  readonly hotfix: boolean
  readonly phases: readonly {
    readonly phase: Phase
    readonly enteredAt: string
    readonly leftAt: string | null
  }[]
  readonly checklist: readonly ChecklistState[]
  readonly overrides: readonly {
    readonly rule: OverriddenRule
    readonly by: UserId
    readonly reason: string
    readonly at: string
  }[]
  readonly conflict: PickConflict | null
  readonly commits: CommitSummary | null
  /** Oldest first; empty while a draft. */
  readonly tags: readonly TagStanding[]
  /** Picks that trunk lacks; null: not checked yet. */
  readonly offTrunk: OffTrunk | null
  /** Progress of a long pick; null when none is in progress. */
  readonly picking: { readonly by: UserId; readonly done: number; readonly of: number } | null
  /** True when its type's policy lets it pass a freeze. */
  readonly passesFreeze: boolean
  /** The environments in its own snapshot, lowest first. */
  readonly bound: readonly BoundEnvironment[]
  /** What keeps each prepared deployment from starting. Read it through `at`. */
  readonly prepared: readonly PreparedDeployment[]
  /** Where each good candidate may be promoted. Ignores what closes an environment at the moment. */
  readonly promotable: readonly Promotable[]
}

/** A release that another one waits for. */
export interface WaitsFor {
  readonly releaseId: ReleaseId
  /** Its name when this was planned. */
  readonly name: string
}

/** An environment in a release's snapshot, under the policy of its type. */
export interface BoundEnvironment {
  readonly name: EnvironmentName
  readonly level: number
  /** A release accepted there is released. */
  readonly last: boolean
  /** Empty: no approval is needed. */
  readonly approve: readonly ApprovalRule[]
  readonly accept: AcceptGate | null
  /** Whether a person or the passing check accepts what runs there. */
  readonly acceptance: 'by-person' | 'by-check'
}

export interface PreparedDeployment {
  readonly deploymentId: DeploymentId
  readonly gates: readonly Gate[]
  /** Whose approval counts; null when no approval is needed. */
  readonly approval: ApprovalFacts | null
  /** Why it was promoted again after it went wrong there; null otherwise. */
  readonly again: string | null
}

/** Who may approve a deployment. */
export interface ApprovalFacts {
  readonly requestedBy: UserId
  readonly rules: readonly ApprovalRule[]
  /** `counts`: the indices of the rules that each may count for. */
  readonly approvals: readonly {
    readonly user: UserId
    readonly at: string
    readonly counts: readonly number[]
  }[]
  /** Who wrote what ships, if a rule requires a person who did not write all of it; else null. */
  readonly authors: readonly CommitAuthors[] | null
}

export interface Promotable {
  readonly candidate: number
  readonly environment: EnvironmentName
  /** It was accepted there before, but something else runs there now. */
  readonly again: boolean
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
  /** All requested picks, in order. */
  readonly picks: readonly CommitSha[]
  /** The head of the branch: a person resolves the conflict on top of it. */
  readonly head: CommitSha
  /** Already on the branch, picked before the conflict. */
  readonly picked: readonly CommitSha[]
  /** Of `picked`: the merges. */
  readonly merges: PickedMerges
  /** Commits that people put on the branch before it and confirmed. */
  readonly confirmed: readonly ConfirmedCommits[]
  readonly sides: readonly { readonly file: string; readonly ours: string; readonly theirs: string }[]
  /** Commits besides a resolution that are not confirmed yet; null: not checked yet. */
  readonly unconfirmed: UnconfirmedCommits | null
}

/** Commits on the branch of a conflict that are not known to be the pick. */
export interface UnconfirmedCommits {
  /** The branch head when it was checked: only this is confirmed. */
  readonly head: CommitSha
  /** Whether another commit carries the pick; if not, these are supposed to resolve it. */
  readonly carried: boolean
  /** Oldest first, at most 20. */
  readonly commits: readonly ShownCommit[]
  readonly total: number
}

/** Commits besides the picks, and who confirmed that they belong in the release. */
export interface ConfirmedCommits extends Omit<UnconfirmedCommits, 'head'> {
  /** The pick in whose conflict they were put on the branch. */
  readonly at: CommitSha
  readonly by: UserId
  readonly when: string
  readonly note: string | null
}

/** Commits since a base, as shown to people. */
export interface CountedCommits {
  /** What it is compared with, and its commit: what runs in the last environment, else the newest tag it contains. */
  readonly since: string | null
  readonly from: CommitSha | null
  /** True: nothing from Slipway runs there, and `since` is a tag. */
  readonly sinceTag: boolean
  /** False when the commit of `since` is no longer in the repository: what is new is unknown and not counted. */
  readonly counted: boolean
  readonly total: number
  readonly authors: number
  readonly newest: readonly ShownCommit[]
}

/** The candidate's commits since what ran in the last environment when it was cut, picks included (S5.18). */
export interface CommitSummary extends CountedCommits {
  /** What `since` has and the candidate lacks: promoting it would take that out. Merges and picked commits do not count. */
  readonly takesOut: TakenOut
}

/** What a candidate has that the previous one lacked: all of it, counted by git. */
export interface CandidateGain {
  /** Since the previous candidate. */
  readonly commits: CountedCommits
  readonly contents: CommitSummary
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
}

/** The state of a candidate's or a version's tag in the remote. */
export interface TagStanding {
  readonly name: string
  readonly candidate: number
  /** False for the tag of a candidate, `v1.2.0-rc.1`. */
  readonly ofVersion: boolean
  readonly state: 'pending' | 'pushed' | 'taken' | 'refused'
  /** Why it is not pushed: the commit it points to instead, or the remote's message; null while nothing failed. */
  readonly because: string | null
  /** When it entered this state. */
  readonly since: string
}

/** The picks on a release's own branch that trunk lacks. */
export interface OffTrunk {
  readonly trunk: string
  /** Oldest first, at most 20. */
  readonly commits: readonly MissingChange[]
  readonly total: number
  /** Why the last check failed; null when it did not. */
  readonly because: string | null
  /** When it was last checked. ISO instant. */
  readonly at: string
  /** Picks that a person stated are on trunk in another form. */
  readonly settled: readonly SettledPick[]
}

/** A person's statement that a pick is on trunk. */
export interface SettledPick {
  readonly commit: CommitSha
  readonly original: CommitSha | null
  readonly by: UserId
  readonly at: string
  readonly reason: string
}

export interface RollbackTarget {
  readonly deployment: DeploymentId
  /** Candidate or short commit. */
  readonly name: string
  /** When it was requested there. ISO instant. */
  readonly at: string
}

export interface EnvironmentDetail {
  readonly preview: boolean
  /** Oldest first. */
  readonly setbacks: readonly Setback[]
  /** Whether what runs there was shipped as a hotfix. */
  readonly hotfix: boolean
  readonly owner: UserId | null
  readonly branch: string | null
  /** The number of the pull request a preview was made for. */
  readonly pull: number | null
  /** Versions count from 1 and increase when the content changes. */
  readonly templateVersion: number
  readonly templateApplied: number
  readonly variablesVersion: number
  readonly variablesApplied: number
  readonly url: string | null
  readonly outputs: Readonly<Record<string, string>>
  readonly queue: readonly DeploymentId[]
  /** Where an automatic rollback goes; null when there is nothing to go back to. */
  readonly rollbackTo: DeploymentId | null
  /** Where a person may roll back to, newest first; what is deployed now is not included. */
  readonly rollbackTargets: readonly RollbackTarget[]
  /** The commit or digest that a check saw, where it differs from the record. */
  readonly observed: string | null
  readonly extensionsLeft: number
  readonly note: EnvironmentNote | null
  readonly lostHost: LostHost | null
  /** Notices that people get without asking, oldest first. */
  readonly notices: readonly Notice[]
  readonly place: PlaceReport | null
  /** A teardown that was requested and has not begun. */
  readonly removal: Removal | null
  readonly stopped: EnvironmentLifecycle['stopped']
  readonly teardown: Teardown | null
  /** Set while nothing has been deployed there since its teardown. */
  readonly tornDown: TornDown | null
  /** Its teardown must be requested by name; see `environment/removal.ts`. */
  readonly permanent: boolean
  /** Who last answered a notice, and how. */
  readonly answered: {
    readonly by: UserId
    readonly at: string
    readonly decision: 'extended' | 'kept'
  } | null
}

export interface LockState {
  readonly owner: UserId
  readonly reason: string
  readonly since: string
  readonly until: string | null
}

export interface HoldState {
  readonly by: UserId
  /** As the person gave it; empty when a rollback came without one. */
  readonly reason: string
  readonly since: string
  /** For the hold that a rollback leaves. */
  readonly rollback: RollbackNote | null
}

export interface FreezeState {
  readonly owner: UserId
  readonly reason: string
  readonly since: string
  readonly until: string
}
