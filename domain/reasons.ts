/**
 * Why something is as it is: facts shared by events, notices, refusals, answers and records. `bot/views/words` turns them into
 * sentences; nothing here is prose, except what people or tools wrote themselves.
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
import type { BuildId } from './worker-builds.js'

/** Why setup has to run before the next patch. `content`: the template or the variables, unknown which. */
export type SetupNeed = 'never' | 'template' | 'variables' | 'content'

/** Why a stage, a build or a whole attempt did not succeed. */
export type Failure =
  /** The stage ended with a failing exit. */
  | { readonly kind: 'exit'; readonly stage: StageName; readonly exit: StageExit }
  /** A check ended without a verdict. */
  | { readonly kind: 'inconclusive'; readonly stage: StageName }
  /** It used up its retries of transient ends. */
  | {
      readonly kind: 'kept-failing'
      readonly stage: StageName
      readonly runs: number
      /** The time limit of the last run, if that ran out; null: it ended otherwise. */
      readonly timedOutMs: number | null
    }
  /** The host stopped responding; its command may still run. */
  | { readonly kind: 'host-lost'; readonly host: string }
  | { readonly kind: 'setup-required'; readonly because: SetupNeed }
  /** The stored bytes are not what was built; nothing was changed. */
  | {
      readonly kind: 'artifact'
      readonly state: 'missing' | 'tampered'
      readonly digest: ArtifactDigest
    }
  /** The image is not what was built, or that cannot be verified; nothing was changed. */
  | { readonly kind: 'image'; readonly image: string; readonly fault: ImageFault }
  | { readonly kind: 'no-branch'; readonly branch: string }
  /** The attempt's workflow ended without a result. */
  | { readonly kind: 'workflow-lost'; readonly message: string }
  /**
   * The environment's workflow ended while the attempt ran, or no worker has the `build` of Slipway any more that the attempt began
   * with; a retry finds its command if that still runs.
   */
  | { readonly kind: 'interrupted'; readonly build?: BuildId }
  /** Something broke that is not a verdict of a stage; the message comes from the tool that broke. */
  | { readonly kind: 'fault'; readonly message: string }

/** What is wrong with an image. */
export type ImageFault =
  /** The build named it, but its registry has no such image. */
  | { readonly kind: 'not-pushed' }
  | { readonly kind: 'missing' }
  /** Its tag now points to something else. */
  | { readonly kind: 'moved'; readonly to: ArtifactDigest }
  | { readonly kind: 'silent'; readonly words: string }

/** Why a deployment continues although the registry does not answer. */
export type UncheckedBecause = 'override' | 'rollback'

/** Whether the stage itself found a fault in what it ran on; a lost host or a broken tool says nothing about it. */
export const isVerdict = (failure: Failure): boolean => failure.kind === 'exit'

/** Why a deployment was ended early. */
export type AbortCause =
  /** A person removed it from the queue. */
  | { readonly kind: 'waiting' }
  /** A person stopped it; `touched`: while it was changing the environment. */
  | { readonly kind: 'running'; readonly touched: boolean }
  /** A person gave up on it after it failed. */
  | { readonly kind: 'failed' }
  | { readonly kind: 'torn-down' }
  /** The candidate was rejected in another environment. */
  | { readonly kind: 'rejected'; readonly environment: EnvironmentName }
  /** Setup became necessary but does not run automatically there: nothing was changed. */
  | { readonly kind: 'setup-required'; readonly because: SetupNeed }
  | { readonly kind: 'release-deleted' }
  | { readonly kind: 'not-in-line'; readonly state: DeploymentState | null }
  /** The queue is full. */
  | { readonly kind: 'line-full'; readonly waiting: number }
  /** Approvals that were not given in Slack do not count. */
  | { readonly kind: 'not-approved'; readonly have: number; readonly need: number }
  /** It was recorded as unfinished, but no workflow knew of it. */
  | { readonly kind: 'unknown' }

/** Why a deployment is in the state it is in. */
export type DeploymentNote =
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** The comment of the person who accepted or rejected it. */
  | { readonly kind: 'comment'; readonly text: string }
  /** `by`: the candidate or commit that replaced it; null: the environment was torn down. */
  | { readonly kind: 'superseded'; readonly by: string | null }
  | { readonly kind: 'aborted'; readonly cause: AbortCause }

/** Whether the command of a failed attempt may still run on a lost host. */
export const isHostLost = (note: DeploymentNote | EnvironmentNote | null): boolean =>
  note?.kind === 'failure' && note.failure.kind === 'host-lost'

/** What superseded a deployment; null when unknown, or when the environment was torn down. */
export const supersededBy = (note: DeploymentNote | null): string | null =>
  note?.kind === 'superseded' ? note.by : null

/** Why an environment is torn down. */
export type EndCause =
  | { readonly kind: 'asked' }
  | { readonly kind: 'expired' }
  | { readonly kind: 'branch-gone'; readonly branch: string }
  | { readonly kind: 'pull-request'; readonly number: number; readonly merged: boolean }

/** How an environment ended. `ran`: the candidate or commit that ran there. */
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

/** Why resources that setup created may still exist. `stage` is `check` when the probe found something left. */
export interface TeardownFailure {
  readonly stage: StageName
  readonly failure: Failure
}

/** How what runs differs from the record. */
export type DriftFinding =
  | { readonly kind: 'commit'; readonly expected: CommitSha; readonly observed: string }
  /** `name` is the candidate or commit whose artifact should run. */
  | { readonly kind: 'artifact'; readonly name: string; readonly observed: string }
  | { readonly kind: 'check-failed'; readonly name: string; readonly failure: Failure }

/** What an environment was rolled back to, and the failed check that triggered it automatically. */
export interface RollbackNote {
  readonly to: string
  readonly failure: Failure | null
}

/** What went wrong with a build in an environment; shown until something newer is accepted there. */
export interface Setback {
  readonly deploymentId: DeploymentId
  readonly releaseId: ReleaseId | null
  /** Both null for a push. */
  readonly version: string | null
  readonly candidate: number | null
  readonly commit: CommitSha
  readonly digest: ArtifactDigest | null
  /** Its last failure there; null when nothing failed and people rolled it back. `stage` null: before the first stage. */
  readonly failed: { readonly at: string; readonly stage: StageName | null; readonly failure: Failure } | null
  /** Null unless the environment was rolled back from it. */
  readonly rolledBack: {
    readonly at: string
    readonly by: UserId
    readonly to: string
    /** As the person gave it; may be empty. */
    readonly reason: string
  } | null
}

/** The name people use for what went wrong, when its candidate is not at hand. */
export const nameOfSetback = ({ version, candidate, commit }: Setback): string =>
  version === null ? shortCommit(commit) : `${version}-rc.${candidate ?? 1}`

/** The facts of a prepared deployment. */
export interface PreparedFacts {
  readonly digest: ArtifactDigest | null
  /** Approvals. */
  readonly needs: number
  /** Why it was promoted again after it went wrong there; null otherwise. */
  readonly again: string | null
}

/** A host that was lost while a stage changed the environment: its command may still run. */
export interface LostHost {
  readonly host: string
  /** ISO instant at which it was given up. */
  readonly since: string
}

/** What closes an environment for a deployment. `lost-host`: a command may still run there that can't be watched. */
export interface Closure {
  readonly kind: 'lock' | 'freeze' | 'hold' | 'window' | 'lost-host'
  /** As given by the person or the configuration; may be empty for a hold after a rollback. For a lost host, its name. */
  readonly reason: string
  readonly owner: UserId | null
  /** ISO instants; `until` is when it expires, null when a person has to end it. */
  readonly since: string | null
  readonly until: string | null
  /** For a hold left by a rollback. */
  readonly rollback: RollbackNote | null
}

/** What a push waits for: a closure of the environment, or a candidate there that awaits a decision. */
export type PushWait = Closure | { readonly kind: 'acceptance'; readonly name: string }

/** Which closures ended, and whether a person ended them. */
export interface Opened {
  readonly what: readonly ('lock' | 'freeze')[]
  readonly byPerson: boolean
}

/** The rule that an override set aside. */
export type OverriddenRule =
  | { readonly kind: 'not-accepted-below'; readonly environments: readonly EnvironmentName[] }
  | { readonly kind: 'no-ticket' }
  /** Checklist items required before the cut. */
  | { readonly kind: 'not-planned'; readonly items: readonly string[] }
  | { readonly kind: 'soak'; readonly ms: number }
  | { readonly kind: 'checks'; readonly names: readonly string[] }
  | { readonly kind: 'closed'; readonly environment: EnvironmentName; readonly closure: Closure }
  | { readonly kind: 'not-on-trunk'; readonly commit: string; readonly trunk: string }
  | { readonly kind: 'nothing-changed'; readonly app: string; readonly since: string }
  | { readonly kind: 'lacks-pick'; readonly commit: string; readonly version: string }

/** Why a rule of an approval gate cannot be satisfied by the people who could. */
export interface RuleQuorum {
  readonly roles: readonly string[]
  /** How many it requires, and how many of these are possible: approvals given, plus people who still can. */
  readonly need: number
  readonly able: number
  /** User groups, with `@`, that do not exist in Slack, and groups without any member who may decide. */
  readonly unknownGroups: readonly string[]
  readonly emptyGroups: readonly string[]
}

/** What keeps a prepared deployment from starting. `soak` and `checks` also change with time. */
export type Gate =
  | {
      readonly kind: 'approvals'
      readonly have: number
      readonly need: number
      readonly roles: readonly string[]
      /** The result of looking up who can approve; missing: not looked up, or nothing is wrong. */
      readonly quorum?: RuleQuorum
    }
  | {
      readonly kind: 'checklist'
      readonly items: readonly { readonly item: string; readonly role: string }[]
    }
  /** A change ticket that matches this pattern must be linked (S4.13). */
  | { readonly kind: 'ticket'; readonly pattern: string }
  /** ISO instants; opens automatically at `until`. */
  | { readonly kind: 'soak'; readonly since: string; readonly until: string }
  /** Checks of the commit. Open while all are green, until `staleAt`; then they are queried again. ISO instant. */
  | { readonly kind: 'checks'; readonly reading: CheckReading; readonly staleAt: string | null }

/** What an inactive release waits for. */
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
  /** It already has the longest allowed lifetime. */
  | { readonly kind: 'kept' }

/** What still needs an environment whose teardown was requested; names are candidates or commits. */
export interface StillNeeded {
  readonly deploying: string | null
  /** How many deployments are queued there. */
  readonly waiting: number
  readonly awaiting: string | null
  readonly runs: string | null
}

/** Why a number does not name a pull request whose code can be used. */
export type PullRequestProblem =
  | { readonly kind: 'not-a-number' }
  /** No forge is configured, so pull requests are unknown. */
  | { readonly kind: 'no-forge' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'not-merged' }
  | { readonly kind: 'merged' }
  | { readonly kind: 'closed' }
  | { readonly kind: 'closed-unmerged' }
  /** No forge could be asked, and no commit of trunk names it. */
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
/** What a setup would change, and how it is triggered: by the next deployment, by a person's rebuild, or past an approval. */
export interface SetupChange {
  readonly because: SetupNeed
  readonly way: 'next-deployment' | 'rebuild' | 'approval'
}

export type EnvironmentTask =
  | { readonly kind: 'set-up-again'; readonly name: string }
  | { readonly kind: 'patched-again'; readonly name: string }
  /** Its patch runs setup first. */
  | { readonly kind: 'set-up-first'; readonly name: string; readonly because: SetupNeed }
  /** For a branch or a commit. */
  | { readonly kind: 'newest-build'; readonly of: string }
  /** For the named commit. */
  | { readonly kind: 'one-build'; readonly of: string }
  | { readonly kind: 'preview'; readonly source: PreviewSource }
  | { readonly kind: 'torn-down' }
  | { readonly kind: 'teardown-asked'; readonly need: number; readonly roles: readonly string[] }
  | { readonly kind: 'teardown-approved'; readonly have: number; readonly need: number }
  | { readonly kind: 'teardown-announced'; readonly until: string }
  | { readonly kind: 'teardown-stopped' }
  /** `until` null: permanently. */
  | { readonly kind: 'kept'; readonly until: string | null }
  | { readonly kind: 'same-host'; readonly name: string; readonly host: string }
  | { readonly kind: 'other-host'; readonly name: string }

/** What people should know about an environment now. */
export type EnvironmentNote =
  | ({ readonly kind: 'teardown-failed' } & TeardownFailure)
  | { readonly kind: 'retired' }
  | {
      readonly kind: 'waits-for-place'
      readonly ahead: number
      readonly living: number
      readonly most: number
    }
  /** A commit or a branch is being built; null: not known yet which. */
  | { readonly kind: 'building'; readonly what: string | null }
  | { readonly kind: 'waits-for-build' }
  | { readonly kind: 'failure'; readonly failure: Failure }
  | { readonly kind: 'aborted' }
  | { readonly kind: 'drift'; readonly finding: DriftFinding }

/** A recorded value that differs from the workflow's. */
export interface Mismatch {
  readonly field: string
  readonly recorded: string | number | boolean | null
  readonly actual: string | number | boolean | null
}

/** The result of comparing a record with its workflow. */
export interface RecordDifference {
  readonly fields: readonly Mismatch[]
  /** Deployments recorded as waiting or running that the workflow does not know. */
  readonly orphans: readonly DeploymentId[]
}
