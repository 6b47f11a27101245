/** The parts of a release and of an environment that are kept as JSON beside their rows. */

import type { CommitAuthors } from './authorship.js'
import type { EnvironmentLifecycle, Notice, Removal, Teardown, TornDown } from './environment/lifecycle.js'
import type { PlaceReport } from './environment/preview-places.js'
import type { CommitSha, DeploymentId, EnvironmentName, ReleaseId, UserId } from './identifiers.js'
import type { AcceptGate, ApprovalRule } from './pipeline.js'
import type { MissingChange, PickedMerges, ShownCommit, TakenOut } from './ports.js'
import type { EnvironmentNote, Gate, OverriddenRule, RollbackNote, Setback } from './reasons.js'
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
  /** Picks that trunk does not have; null while nobody has looked. */
  readonly offTrunk: OffTrunk | null
  /** How far a long pick has come; null while none is under way. */
  readonly picking: { readonly by: UserId; readonly done: number; readonly of: number } | null
  /** True when the policy of its type lets it pass a freeze. */
  readonly passesFreeze: boolean
  /** The environments of its own snapshot, lowest first. */
  readonly bound: readonly BoundEnvironment[]
  /** Of each prepared deployment: what keeps it from starting. Read it with `at`. */
  readonly prepared: readonly PreparedDeployment[]
  /** Where each good candidate may be promoted. What closes an environment at the moment is not in it. */
  readonly promotable: readonly Promotable[]
}

/** A release that another one waits for. */
export interface WaitsFor {
  readonly releaseId: ReleaseId
  /** What it was called when this was planned. */
  readonly name: string
}

/** An environment of a release's snapshot under the policy of its type. */
export interface BoundEnvironment {
  readonly name: EnvironmentName
  readonly level: number
  /** Accepted there, the release is released. */
  readonly last: boolean
  /** Empty: nobody has to approve. */
  readonly approve: readonly ApprovalRule[]
  readonly accept: AcceptGate | null
  /** Who accepts what runs there: a person, or its passing check. */
  readonly acceptance: 'by-person' | 'by-check'
}

export interface PreparedDeployment {
  readonly deploymentId: DeploymentId
  readonly gates: readonly Gate[]
  /** Whose approval counts; null where nobody has to approve. */
  readonly approval: ApprovalFacts | null
  /** Why it was promoted once more after it went wrong there; null otherwise. */
  readonly again: string | null
}

/** Who may approve a deployment. */
export interface ApprovalFacts {
  readonly requestedBy: UserId
  readonly rules: readonly ApprovalRule[]
  /** `counts`: the rules that each may count for, by their index. */
  readonly approvals: readonly {
    readonly user: UserId
    readonly at: string
    readonly counts: readonly number[]
  }[]
  /** Who wrote what ships, where a rule asks for somebody who did not write all of it; else null. */
  readonly authors: readonly CommitAuthors[] | null
}

export interface Promotable {
  readonly candidate: number
  readonly environment: EnvironmentName
  /** It was accepted there before, and something else runs in its place. */
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
  /** All that were asked for, in order. */
  readonly picks: readonly CommitSha[]
  /** What is on the branch: a person resolves the conflict on top of it. */
  readonly head: CommitSha
  /** On the branch already, picked before the conflict. */
  readonly picked: readonly CommitSha[]
  /** Of `picked`: the merges. */
  readonly merges: PickedMerges
  /** What people put on the branch before it and confirmed. */
  readonly confirmed: readonly ConfirmedCommits[]
  readonly sides: readonly { readonly file: string; readonly ours: string; readonly theirs: string }[]
  /** What came besides a resolution and nobody has confirmed yet; null while nobody has looked. */
  readonly unconfirmed: UnconfirmedCommits | null
}

/** What is on the branch of a conflict and not known to be the pick. */
export interface UnconfirmedCommits {
  /** The head of the branch when it was looked at: only this is confirmed. */
  readonly head: CommitSha
  /** Whether another commit carries the pick; if none does, these are to be its resolution. */
  readonly carried: boolean
  /** Oldest first, at most 20. */
  readonly commits: readonly ShownCommit[]
  readonly total: number
}

/** Commits besides the picks, and who said that they belong in the release. */
export interface ConfirmedCommits extends Omit<UnconfirmedCommits, 'head'> {
  /** The pick at whose conflict they were put on the branch. */
  readonly at: CommitSha
  readonly by: UserId
  readonly when: string
  readonly note: string | null
}

/** Commits since something, as people are shown them. */
export interface CountedCommits {
  /** What it is compared with, and its commit: what runs in the last environment, else the newest tag that it contains. */
  readonly since: string | null
  readonly from: CommitSha | null
  /** True: nothing of Slipway runs there, and `since` is a tag. */
  readonly sinceTag: boolean
  /** False when the commit of `since` is in the repository no more: what is new cannot be told, nor counted. */
  readonly counted: boolean
  readonly total: number
  readonly authors: number
  readonly newest: readonly ShownCommit[]
}

/** What a candidate has since what ran in the last environment when it was made, picks included (S5.18). */
export interface CommitSummary extends CountedCommits {
  /** What of `since` it has not: promoted over it, it would take that out. Merges, and what was picked, do not count. */
  readonly takesOut: TakenOut
}

/** What a candidate has that the one before it had not: all of it, counted by git. */
export interface CandidateGain {
  /** Since the candidate before it. */
  readonly commits: CountedCommits
  readonly contents: CommitSummary
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
}

/** How the tag of a candidate or of the version stands in the remote. */
export interface TagStanding {
  readonly name: string
  readonly candidate: number
  /** False for the tag of a candidate, `v1.2.0-rc.1`. */
  readonly ofVersion: boolean
  readonly state: 'pending' | 'pushed' | 'taken' | 'refused'
  /** Why it is not pushed: the commit it names instead, or what the remote said; null while nothing failed. */
  readonly because: string | null
  /** Since when it stands so. */
  readonly since: string
}

/** What the picks of a release, which are on a branch of its own, have and trunk has not. */
export interface OffTrunk {
  readonly trunk: string
  /** Oldest first, at most 20. */
  readonly commits: readonly MissingChange[]
  readonly total: number
  /** Why the last look came to nothing; null when it did not. */
  readonly because: string | null
  /** When it was last looked for. ISO instant. */
  readonly at: string
  /** What a person said is on trunk in another form. */
  readonly settled: readonly SettledPick[]
}

/** A person's word that a pick is on trunk. */
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
  /** When it was asked for there. ISO instant. */
  readonly at: string
}

export interface EnvironmentDetail {
  readonly preview: boolean
  /** Oldest first. */
  readonly setbacks: readonly Setback[]
  /** Whether what runs there came as a hotfix. */
  readonly hotfix: boolean
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
  /** Where a rollback goes by itself; null when there is nothing to go back to. */
  readonly rollbackTo: DeploymentId | null
  /** Where a person may send it back to, newest first; what is in place is not among them. */
  readonly rollbackTargets: readonly RollbackTarget[]
  /** The commit or digest that a check saw instead of what is recorded. */
  readonly observed: string | null
  readonly extensionsLeft: number
  readonly note: EnvironmentNote | null
  /** What people are told without having asked, oldest first. */
  readonly notices: readonly Notice[]
  readonly place: PlaceReport | null
  /** A teardown that was asked for and has not begun. */
  readonly removal: Removal | null
  readonly stopped: EnvironmentLifecycle['stopped']
  readonly teardown: Teardown | null
  /** Set while nothing was put there since it was torn down. */
  readonly tornDown: TornDown | null
  /** Its teardown has to be asked for by name; see `environment/removal.ts`. */
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
  /** Of the hold that a rollback leaves. */
  readonly rollback: RollbackNote | null
}

export interface FreezeState {
  readonly owner: UserId
  readonly reason: string
  readonly since: string
  readonly until: string
}
