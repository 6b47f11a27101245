/**
 * Why something is as it is: facts that events, notices, refusals, answers and records share. `bot/views/words` puts
 * them into sentences; nothing here is prose, except what people or tools wrote themselves.
 */
import type { CheckReading } from './forge/checks.js'
import {
  type ArtifactDigest,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  type ReleaseId,
  shortCommit,
  type UserId,
} from './identifiers.js'
import type { StageExit, StageName } from './stage.js'
import type { DeploymentState } from './states.js'

/** Why setup has to run before the next patch. `content`: the template or the variables, not known which. */
export type SetupNeed = 'never' | 'template' | 'variables' | 'content'

/** Why a stage, a build or a whole attempt did not succeed. */
export type Failure =
  /** The stage ended, and its end says that it failed. */
  | { readonly kind: 'exit'; readonly stage: StageName; readonly exit: StageExit }
  /** A check ended without being able to tell. */
  | { readonly kind: 'inconclusive'; readonly stage: StageName }
  /** Its retries of transient ends are used up. */
  | {
      readonly kind: 'kept-failing'
      readonly stage: StageName
      readonly runs: number
      /** How long the last run was given, where that was too short; null: it ended otherwise. */
      readonly timedOutMs: number | null
    }
  /** The host fell silent; its command may still run. */
  | { readonly kind: 'host-lost'; readonly host: string }
  | { readonly kind: 'setup-required'; readonly because: SetupNeed }
  /** The stored bytes are not what was built; nothing was touched. */
  | {
      readonly kind: 'artifact'
      readonly state: 'missing' | 'tampered'
      readonly digest: ArtifactDigest
    }
  /** The image is not what was built, or nobody can say; nothing was touched. */
  | { readonly kind: 'image'; readonly image: string; readonly fault: ImageFault }
  | { readonly kind: 'no-branch'; readonly branch: string }
  /** The attempt's workflow ended without saying how the attempt did. */
  | { readonly kind: 'workflow-lost'; readonly message: string }
  /** The workflow of the environment ended while the attempt ran; a retry finds its command where that still runs. */
  | { readonly kind: 'interrupted' }
  /** Something broke that is no verdict of a stage; the message is of the tool that broke. */
  | { readonly kind: 'fault'; readonly message: string }

/** What is wrong with an image. */
export type ImageFault =
  /** The build named it, and its registry has no such image. */
  | { readonly kind: 'not-pushed' }
  | { readonly kind: 'missing' }
  /** Its tag names something else by now. */
  | { readonly kind: 'moved'; readonly to: ArtifactDigest }
  | { readonly kind: 'silent'; readonly words: string }

/** Why a silent registry does not keep a deployment from going on. */
export type UncheckedBecause = 'override' | 'rollback'

/** Whether the stage itself found what it ran on bad; a silent host or a broken tool has found nothing. */
export const isVerdict = (failure: Failure): boolean => failure.kind === 'exit'

/** Why a deployment was ended before it was through. */
export type AbortCause =
  /** A person took it out of the line. */
  | { readonly kind: 'waiting' }
  /** A person stopped it; `touched`: while it changed the environment. */
  | { readonly kind: 'running'; readonly touched: boolean }
  /** A person gave it up after it had failed. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'torn-down' }
  /** The candidate was rejected in another environment. */
  | { readonly kind: 'rejected'; readonly environment: EnvironmentName }
  /** Setup had become necessary and is not run by itself there: nothing was touched. */
  | { readonly kind: 'setup-required'; readonly because: SetupNeed }
  | { readonly kind: 'release-deleted' }
  | { readonly kind: 'not-in-line'; readonly state: DeploymentState | null }
  /** As much waits there as may. */
  | { readonly kind: 'line-full'; readonly waiting: number }
  /** Approvals that nobody gave in Slack count for nothing. */
  | { readonly kind: 'not-approved'; readonly have: number; readonly need: number }
  /** It was recorded as unfinished, and nothing knew of it any more. */
  | { readonly kind: 'unknown' }

/** Why a deployment is in the state it is in. */
export type DeploymentNote =
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** What a person said who accepted or rejected it. */
  | { readonly kind: 'comment'; readonly text: string }
  /** `by`: the candidate or commit that took its place; null: the environment was torn down. */
  | { readonly kind: 'superseded'; readonly by: string | null }
  | { readonly kind: 'aborted'; readonly cause: AbortCause }

/** Whether the command of a failed attempt may still run on a host that fell silent. */
export const isHostLost = (note: DeploymentNote | EnvironmentNote | null): boolean =>
  note?.kind === 'failure' && note.failure.kind === 'host-lost'

/** What superseded a deployment; null when it is not known, or when the environment was torn down. */
export const supersededBy = (note: DeploymentNote | null): string | null =>
  note?.kind === 'superseded' ? note.by : null

/** Why an environment is torn down. */
export type EndCause =
  | { readonly kind: 'asked' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'branch-gone'; readonly branch: string }
  | { readonly kind: 'pull-request'; readonly number: number; readonly merged: boolean }

/** How an environment went. `ran`: the candidate or commit that ran there. */
export interface EnvironmentEnd {
  readonly cause: EndCause
  readonly by: UserId
  readonly ran: string | null
}

/** A teardown that needs approvals. `runs`: what is lost with the environment. */
export interface TeardownAsked {
  readonly runs: string | null
  readonly need: number
  readonly roles: readonly string[]
  readonly until: string
}

/** A teardown that begins at `until` unless somebody stops it. */
export interface TeardownAnnounced {
  readonly asker: UserId
  readonly approvers: readonly UserId[]
  readonly runs: string | null
  readonly until: string
}

/** Why what setup made may still be there. `stage` is `check` when the probe found something left. */
export interface TeardownFailure {
  readonly stage: StageName
  readonly failure: Failure
}

/** How what runs differs from what is recorded. */
export type DriftFinding =
  | { readonly kind: 'commit'; readonly expected: CommitSha; readonly observed: string }
  /** `name` is the candidate or commit whose artifact should run. */
  | { readonly kind: 'artifact'; readonly name: string; readonly observed: string }
  | { readonly kind: 'check-failed'; readonly name: string; readonly failure: Failure }

/** What an environment was rolled back to, and the failed check that made it go back without being asked. */
export interface RollbackNote {
  readonly to: string
  readonly failure: Failure | null
}

/** What went wrong with a build in an environment; it is said until something newer is accepted there. */
export interface Setback {
  readonly deploymentId: DeploymentId
  readonly releaseId: ReleaseId | null
  /** Both null of a push. */
  readonly version: string | null
  readonly candidate: number | null
  readonly commit: CommitSha
  readonly digest: ArtifactDigest | null
  /** Its last failure there; null when nothing failed and people rolled it back. `stage` null: before the first. */
  readonly failed: { readonly at: string; readonly stage: StageName | null; readonly failure: Failure } | null
  /** Null while the environment was not rolled back from it. */
  readonly rolledBack: {
    readonly at: string
    readonly by: UserId
    readonly to: string
    /** As the person gave it; may be empty. */
    readonly reason: string
  } | null
}

/** The name people use of what went wrong, where its candidate is not at hand. */
export const nameOfSetback = ({ version, candidate, commit }: Setback): string =>
  version === null ? shortCommit(commit) : `${version}-rc.${candidate ?? 1}`

/** With what a deployment was prepared. */
export interface PreparedFacts {
  readonly digest: ArtifactDigest | null
  /** Approvals. */
  readonly needs: number
  /** Why it was promoted once more after it went wrong there; null otherwise. */
  readonly again: string | null
}

/** What closes an environment for a deployment. */
export interface Closure {
  readonly kind: 'lock' | 'freeze' | 'hold' | 'window'
  /** As the person or the configuration gave it; may be empty for a hold after a rollback. */
  readonly reason: string
  readonly owner: UserId | null
  /** ISO instants; `until` is when it ends by itself, null when somebody has to end it. */
  readonly since: string | null
  readonly until: string | null
  /** Of a hold that a rollback left. */
  readonly rollback: RollbackNote | null
}

/** What a push waits for: what closes the environment, or a candidate that awaits its decision there. */
export type PushWait = Closure | { readonly kind: 'acceptance'; readonly name: string }

/** Which closures ended, and whether a person ended them. */
export interface Opened {
  readonly what: readonly ('lock' | 'freeze')[]
  readonly byPerson: boolean
}

/** What an override set aside. */
export type OverriddenRule =
  | { readonly kind: 'not-accepted-below'; readonly environments: readonly EnvironmentName[] }
  | { readonly kind: 'no-ticket' }
  /** Items of the checklist that stand before the cut. */
  | { readonly kind: 'not-planned'; readonly items: readonly string[] }
  | { readonly kind: 'soak'; readonly ms: number }
  | { readonly kind: 'checks'; readonly names: readonly string[] }
  | { readonly kind: 'closed'; readonly environment: EnvironmentName; readonly closure: Closure }
  | { readonly kind: 'not-on-trunk'; readonly commit: string; readonly trunk: string }
  | { readonly kind: 'nothing-changed'; readonly app: string; readonly since: string }
  | { readonly kind: 'lacks-pick'; readonly commit: string; readonly version: string }

/** What is wrong with whoever can satisfy a rule of an approval gate. */
export interface RuleQuorum {
  readonly roles: readonly string[]
  /** How many it asks for, and how many of these can be had: those that were given, and people who still can. */
  readonly need: number
  readonly able: number
  /** User groups, with `@`, that Slack does not have, and those that nobody is in who may decide. */
  readonly unknownGroups: readonly string[]
  readonly emptyGroups: readonly string[]
}

/** What keeps a prepared deployment from starting. `soak` and `checks` also change by the clock. */
export type Gate =
  | {
      readonly kind: 'approvals'
      readonly have: number
      readonly need: number
      readonly roles: readonly string[]
      /** What was found when it was looked up who can approve; missing: nobody has looked, or nothing is wrong. */
      readonly quorum?: RuleQuorum
    }
  | {
      readonly kind: 'checklist'
      readonly items: readonly { readonly item: string; readonly role: string }[]
    }
  /** A change ticket must be linked that looks like this (S4.13). */
  | { readonly kind: 'ticket'; readonly pattern: string }
  /** ISO instants; opens by itself at the second. */
  | { readonly kind: 'soak'; readonly since: string; readonly until: string }
  /** Checks of the commit. Open while all are green, until `staleAt`; then they are asked for again. ISO instant. */
  | { readonly kind: 'checks'; readonly reading: CheckReading; readonly staleAt: string | null }

/** What a release to which nothing happens any more waits for. */
export type Standstill =
  | {
      readonly kind: 'deployment'
      readonly name: string
      readonly environment: EnvironmentName
      readonly state: 'prepared' | 'queued' | 'running' | 'failed' | 'awaiting_acceptance'
    }
  | { readonly kind: 'building'; readonly name: string }
  | { readonly kind: 'build-failed'; readonly name: string }
  | { readonly kind: 'not-promoted'; readonly name: string }

/** Why an environment can't be extended any further. */
export type ExtensionCap =
  | { readonly kind: 'count'; readonly most: number }
  | { readonly kind: 'age'; readonly ms: number }
  /** It lives as long as anything may there. */
  | { readonly kind: 'kept' }

/** What still needs an environment that is to be torn down; names are candidates or commits. */
export interface StillNeeded {
  readonly deploying: string | null
  /** How many deployments wait there. */
  readonly waiting: number
  readonly awaiting: string | null
  readonly runs: string | null
}

/** Why a number does not name a pull request whose code can be used. */
export type PullRequestProblem =
  | { readonly kind: 'not-a-number' }
  /** Slipway is not signed in to a forge, so it knows no pull requests. */
  | { readonly kind: 'no-forge' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-merged' }
  | { readonly kind: 'merged' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'closed-unmerged' }
  /** No forge could be asked, and no commit of the trunk names it. */
  | { readonly kind: 'not-on-trunk'; readonly trunk: string }
  /** Code from a fork does not get the app's secrets. */
  | { readonly kind: 'fork'; readonly from: string }

/** What a preview shows. */
export interface PreviewSource {
  readonly branch: string | null
  readonly commit: CommitSha
  readonly pull: number | null
}

/** What was begun in an environment by an order. `name` is a candidate or commit. */
/** What a setup would change, and how it comes: with the next deployment, by a person's rebuild, or past an approval. */
export interface SetupChange {
  readonly because: SetupNeed
  readonly way: 'next-deployment' | 'rebuild' | 'approval'
}

export type EnvironmentTask =
  | { readonly kind: 'set-up-again'; readonly name: string }
  | { readonly kind: 'patched-again'; readonly name: string }
  /** Its patch sets it up first. */
  | { readonly kind: 'set-up-first'; readonly name: string; readonly because: SetupNeed }
  /** Of a branch or a commit. */
  | { readonly kind: 'newest-build'; readonly of: string }
  /** Of the commit that was named. */
  | { readonly kind: 'one-build'; readonly of: string }
  | { readonly kind: 'preview'; readonly source: PreviewSource }
  | { readonly kind: 'torn-down' }
  | { readonly kind: 'teardown-asked'; readonly need: number; readonly roles: readonly string[] }
  | { readonly kind: 'teardown-approved'; readonly have: number; readonly need: number }
  | { readonly kind: 'teardown-announced'; readonly until: string }
  | { readonly kind: 'teardown-stopped' }
  /** `until` null: for good. */
  | { readonly kind: 'kept'; readonly until: string | null }
  | { readonly kind: 'same-host'; readonly name: string; readonly host: string }
  | { readonly kind: 'other-host'; readonly name: string }

/** What people should know of an environment now. */
export type EnvironmentNote =
  | ({ readonly kind: 'teardown-failed' } & TeardownFailure)
  | { readonly kind: 'retired' }
  | {
      readonly kind: 'waits-for-place'
      readonly ahead: number
      readonly living: number
      readonly most: number
    }
  /** A commit or a branch is being built; null: it is not known yet which. */
  | { readonly kind: 'building'; readonly what: string | null }
  | { readonly kind: 'waits-for-build' }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'drift'; readonly finding: DriftFinding }

/** A recorded value that is not what the workflow holds. */
export interface Mismatch {
  readonly field: string
  readonly recorded: string | number | boolean | null
  readonly actual: string | number | boolean | null
}

/** What a comparison of a record with its workflow found. */
export interface RecordDifference {
  readonly fields: readonly Mismatch[]
  /** Deployments recorded as waiting or running of which the workflow knows nothing. */
  readonly orphans: readonly DeploymentId[]
}
