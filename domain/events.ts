/**
 * Every kind of line in the audit trail, with its facts. A line is data: `bot/views/events` has its mark and sentence. When a
 * kind is added here, the compiler demands how prominently it is reported, and its text.
 */
import type { RemoteProblem } from './delivery/state.js'
import type { CheckReading } from './forge/checks.js'
import type {
  ArtifactDigest,
  CommitSha,
  DeploymentId,
  EnvironmentName,
  ReleaseId,
  UserId,
} from './identifiers.js'
import type { MissingChange, PickedMerges, ShownCommit } from './ports.js'
import type {
  AbortCause,
  Closure,
  DriftFinding,
  EndCause,
  EnvironmentEnd,
  Failure,
  Opened,
  OverriddenRule,
  PreparedFacts,
  PreviewSource,
  PushWait,
  RecordDifference,
  RollbackNote,
  SetupChange,
  Standstill,
  TeardownAnnounced,
  TeardownAsked,
  TeardownFailure,
  UncheckedBecause,
} from './reasons.js'
import type { StageName } from './stage.js'
import type { TrainHow, TrainLook, TrainSkipped } from './train/state.js'
import type { BuildId } from './worker-builds.js'

/** The deployment that a line is about. */
export interface DeploymentSubject {
  /** `2026.11.3-rc.1`; for a push the short commit. */
  readonly name: string
  readonly commit: CommitSha
  readonly requester: UserId
}

/** A push, with the people to notify about its outcome. */
export interface PushSubject {
  readonly branch: string
  readonly commit: CommitSha
  readonly subject: string
  readonly author: string
  /** E-mail addresses of the authors of the new commits. */
  readonly authors: readonly string[]
  /** How many commits are new. */
  readonly total: number
}

/** The head of a pull request. */
export interface PullSubject {
  readonly number: number
  readonly commit: CommitSha
}

/** A departure, identified by its scheduled instant. */
export interface TrainDeparture {
  readonly departs: string
}

type None = Readonly<Record<never, never>>
type About<Facts> = DeploymentSubject & Facts

/** How a deployment came to be queued. */
export type QueuedHow =
  | { readonly kind: 'asked' }
  | { readonly kind: 'retried'; readonly stage: StageName | null }
  | { readonly kind: 'skipped'; readonly stage: StageName }
  | { readonly kind: 'set-up-again' }
  | { readonly kind: 'same-host'; readonly host: string }
  | { readonly kind: 'other-host' }

export interface EventFacts {
  // Releases
  'release.drafted': { readonly title: string }
  'release.cut': { readonly version: string; readonly title: string }
  'release.edited': {
    readonly changes: readonly {
      readonly field: 'title' | 'description' | 'planned' | 'scope' | 'links' | 'after'
      readonly before: string
      readonly after: string
    }[]
  }
  /** `sections`: the titles of the changed sections. */
  'release.notes_edited': { readonly sections: readonly string[] }
  'release.linked': { readonly from: EnvironmentName; readonly to: EnvironmentName }
  'release.released': { readonly name: string }
  'release.abandoned': { readonly name: string }
  /** `version` null: it was a draft. */
  'release.deleted': { readonly version: string | null; readonly title: string }
  /** Its workflow had ended and was resumed from the record; `interrupted` was in progress and has to be ordered again. */
  'release.restored': { readonly interrupted: readonly ('pick' | 'cut')[] }
  'release.stalled': { readonly name: string; readonly silentMs: number; readonly waits: Standstill }
  // Candidates
  'candidate.cut': {
    readonly name: string
    readonly commit: CommitSha
    readonly title: string
    readonly type: string
    /** Hash of the configuration it was cut with. */
    readonly config: string
    /** The last environment; null where there is none. */
    readonly bound: EnvironmentName | null
  }
  'candidate.ready': { readonly name: string; readonly digest: ArtifactDigest | null }
  'candidate.build_failed': { readonly name: string; readonly failure: Failure }
  'candidate.rebuilding': { readonly name: string }
  'candidate.picked': {
    readonly name: string
    readonly commit: CommitSha
    readonly onto: string
    readonly picked: readonly CommitSha[]
    readonly contained: readonly CommitSha[]
    readonly merges: PickedMerges
  }
  /** A person accepted commits on the branch besides the picks, or commits that resolve `at` without naming it. */
  'pick.confirmed': {
    readonly name: string
    readonly at: CommitSha
    /** A commit on the branch says that it is `at`; the confirmed commits are additional. */
    readonly carried: boolean
    readonly commits: readonly ShownCommit[]
    /** Total number confirmed; `commits` has the first ones. */
    readonly total: number
    readonly note: string | null
  }
  'pick.skipped': { readonly commit: CommitSha; readonly newest: string }
  'pick.conflict': {
    readonly commit: CommitSha
    readonly branch: string
    readonly sides: readonly { readonly file: string; readonly ours: string; readonly theirs: string }[]
  }
  'pick.failed': { readonly message: string }
  /** For a released candidate; `total` counts all, `commits` has the first ones. */
  'pick.off_trunk': {
    readonly name: string
    readonly trunk: string
    readonly commits: readonly MissingChange[]
    readonly total: number
  }
  /** Trunk now has everything. */
  'pick.on_trunk': { readonly name: string; readonly trunk: string }
  /** A person stated that it is on trunk in another form. */
  'pick.settled': { readonly commit: CommitSha; readonly trunk: string; readonly reason: string }
  'tag.pushed': { readonly name: string; readonly tag: string; readonly commit: CommitSha }
  'tag.taken': { readonly tag: string; readonly commit: CommitSha; readonly takenBy: CommitSha }
  /** The repository does not allow Slipway to push it; the message is the repository's. */
  'tag.refused': { readonly tag: string; readonly commit: CommitSha; readonly message: string }
  /** The repository does not answer; the message is git's. */
  'tag.waits': { readonly tag: string; readonly commit: CommitSha; readonly message: string }
  'tag.retried': { readonly tags: readonly string[] }
  // Gates
  'checklist.ticked': { readonly item: string; readonly role: string; readonly name: string }
  'checklist.unticked': { readonly item: string; readonly role: string; readonly name: string }
  'checks.passed': { readonly name: string; readonly reading: CheckReading; readonly waited: boolean }
  'checks.waits': { readonly name: string; readonly reading: CheckReading; readonly waited: boolean }
  /** `name` is null for a cut, which has no deployment. */
  'gate.overridden': {
    readonly name: string | null
    readonly rule: OverriddenRule
    readonly reason: string
  }
  /** The release type's policy let it pass. */
  'freeze.passed': About<{ readonly freeze: Closure }>
  // Deployments
  'deployment.prepared': About<PreparedFacts>
  'deployment.approved': About<{
    readonly have: number
    readonly need: number
    readonly comment: string | null
  }>
  /** The person who gave it may not approve any more. */
  'deployment.approval_lapsed': About<{ readonly person: UserId }>
  'deployment.queued': About<{ readonly how: QueuedHow }>
  'deployment.waits': About<{
    /** 1 is next. */
    readonly place: number
    /** Estimated milliseconds until it starts; null without history. */
    readonly inMs: number | null
    readonly closure: Closure | null
  }>
  /** `person` is notified in a direct message; null: they know already. */
  'deployment.unblocked': About<{ readonly opened: Opened; readonly person: UserId | null }>
  'deployment.failed': About<{
    readonly stage: StageName | null
    readonly failure: Failure
    readonly touched: boolean
  }>
  'deployment.completed': DeploymentSubject
  'deployment.awaiting_acceptance': DeploymentSubject
  'deployment.accepted': About<{
    readonly by: 'person' | 'check' | 'rollback' | 'rebuild' | 'redeploy'
    readonly comment: string | null
    /** Milliseconds since a rollback was ordered; null for everything else. */
    readonly tookMs: number | null
  }>
  'deployment.rejected': About<{
    readonly gate: 'approval' | 'acceptance'
    readonly comment: string | null
  }>
  'deployment.superseded': About<{
    /** `newer-push`, `newest`: it left the queue; `replaced`: something newer took its place. */
    readonly why: 'newer-push' | 'newest' | 'replaced' | 'torn-down'
    readonly by: string | null
  }>
  /** It could not be verified that the image is what was built, and the deployment continued anyway. */
  'deployment.image_unchecked': About<{
    readonly image: string
    readonly words: string
    readonly because: UncheckedBecause
  }>
  /** The build of Slipway that the attempt began under has no worker left; another one continues it. */
  'deployment.adopted': About<{ readonly from: BuildId; readonly to: BuildId }>
  'deployment.aborted': About<{ readonly cause: AbortCause }>
  // Environments
  'environment.created': { readonly source: PreviewSource }
  /** The first deployment runs in a preview. `until`: when it is torn down automatically. */
  'environment.ready': { readonly name: string; readonly until: string | null }
  'environment.pushed': { readonly commit: CommitSha; readonly branch: string | null }
  'environment.build_wanted': { readonly of: string }
  'environment.build_failed': { readonly commit: CommitSha | null; readonly failure: Failure }
  'environment.expiring': { readonly until: string }
  'environment.closing': { readonly cause: EndCause; readonly until: string }
  'environment.extended': { readonly until: string | null }
  'environment.kept': { readonly until: string | null }
  'environment.teardown_ordered': { readonly cause: EndCause }
  'environment.teardown_asked': TeardownAsked
  'environment.teardown_approved': { readonly have: number; readonly need: number }
  'environment.teardown_announced': TeardownAnnounced
  'environment.teardown_stopped': { readonly asker: UserId }
  'environment.teardown_lapsed': { readonly asker: UserId }
  'environment.torn_down': EnvironmentEnd
  'environment.teardown_failed': TeardownFailure
  'environment.setup_required': SetupChange
  'environment.out_of_sync': { readonly finding: DriftFinding }
  'environment.in_sync': None
  'environment.repaired': RecordDifference
  /** Its workflow had ended and was resumed from the record. `interrupted`: the candidate or commit that was being deployed. */
  'environment.restored': { readonly interrupted: string | null }
  'environment.locked': { readonly reason: string; readonly until: string | null }
  'environment.lock_taken': { readonly reason: string; readonly person: UserId }
  'environment.unlocked': None
  'environment.lock_ended': { readonly reason: string; readonly person: UserId }
  /** What closed it has expired. */
  'environment.opened': { readonly opened: Opened }
  /** A freeze covers all environments of an app; only one of them `announces` it. */
  'environment.frozen': { readonly reason: string; readonly until: string; readonly announces: boolean }
  'environment.thawed': { readonly announces: boolean }
  'environment.paused': { readonly reason: string }
  'environment.resumed': None
  /** It runs `to` again; `name` was rolled back. */
  'environment.rolled_back': DeploymentSubject & {
    readonly to: string
    readonly tookMs: number
    /** The deployment it was rolled back to is of the same release, whose thread reports it already. */
    readonly sameRelease: boolean
  }
  'environment.rollback': RollbackNote & { readonly commit: CommitSha; readonly reason: string }
  // Pushes
  'push.noted': PushSubject
  'push.skipped': PushSubject
  'push.taken': PushSubject
  'push.built': PushSubject & { readonly digest: ArtifactDigest | null }
  'push.build_failed': PushSubject & { readonly failure: Failure }
  /** It touches no files of the app. */
  'push.untouched': PushSubject
  /** Its build failed before. */
  'push.not_retried': PushSubject
  /** Told once, until the branch can be looked at again. */
  'push.unread': Pick<PushSubject, 'branch' | 'commit'> & RemoteProblem
  /** `code` of the refusal. */
  'push.not_cut': PushSubject & { readonly code: string }
  'push.waits': { readonly name: string; readonly commit: CommitSha; readonly behind: PushWait }
  /** Its deployment failed there before. */
  'push.not_redeployed': { readonly name: string; readonly commit: CommitSha }
  // Pull requests
  /** It comes from a fork, and is built once a person says so. */
  'pull.waits': PullSubject & { readonly subject: string; readonly author: string; readonly fork: string }
  /** Allowed by a person. */
  'pull.allowed': PullSubject
  /** `asked`: a person requested the build; every failure is reported to the forge. */
  'pull.build_failed': PullSubject & { readonly failure: Failure; readonly asked: boolean }
  // Trains
  /** `before`: the previously scheduled departure; `announced`: people had been told of it. */
  'train.scheduled': {
    readonly departs: string | null
    readonly before: string | null
    readonly announced: boolean
  }
  /** It was removed from the configuration. */
  'train.removed': { readonly departs: string | null; readonly announced: boolean }
  /** `look` null: git could not say what it would contain. */
  'train.announced': TrainDeparture & { readonly look: TrainLook | null }
  'train.held': TrainDeparture & { readonly reason: string | null }
  'train.resumed': { readonly departs: string | null }
  /** It was held at its departure time; `leavesLater`: it leaves once the hold ends. */
  'train.stood': TrainDeparture & {
    readonly holder: UserId
    readonly leavesLater: boolean
    readonly next: string | null
  }
  /** Its departure time passed while Slipway was not running. */
  'train.let_go': TrainDeparture & { readonly next: string | null }
  /** `next`: the same departure, if a person wanted it to leave early; the same goes for the two kinds below. */
  'train.skipped': TrainDeparture & { readonly why: TrainSkipped; readonly next: string | null }
  /** `promote`: how far it is promoted automatically; null: no further than any other cut. */
  'train.left': TrainDeparture & {
    readonly how: TrainHow
    readonly version: string
    readonly total: number
    readonly promote: EnvironmentName | null
  }
  /** `code` of the refusal. */
  'train.not_cut': TrainDeparture & { readonly code: string; readonly next: string | null }
  /** The repository did not answer, or the cut got no answer. */
  'train.failed': TrainDeparture & {
    readonly asked: 'repository' | 'cut'
    readonly message: string
    readonly next: string | null
  }
  // Orders
  /** PostgreSQL permanently rejects what was to be written; what is shown is out of date. */
  'order.unrecorded': { readonly reason: string }
  'order.refused': { readonly verb: string; readonly code: string }
  /** A workflow received something that Slipway did not send; the actor is the name it carried. */
  'order.forged': { readonly verb: string; readonly workflow: string }
}

export type EventKind = keyof EventFacts

/** The fields of every line. */
export interface EventFrame {
  /** ISO instant. */
  readonly at: string
  readonly actor: UserId
  readonly releaseId: ReleaseId | null
  readonly deploymentId: DeploymentId | null
  readonly environment: EnvironmentName | null
}

/** The content of a line: a kind with its own facts. */
export type Said<Kind extends EventKind = EventKind> = {
  readonly [One in Kind]: { readonly kind: One; readonly facts: EventFacts[One] }
}[Kind]

/** A line of the audit trail. */
export type AuditEvent<Kind extends EventKind = EventKind> = EventFrame & Said<Kind>

/** A line about an app, or about something of it that is in no release and no environment. */
export const eventOfApp = (
  said: Said,
  { by, at }: { readonly by: UserId; readonly at: string },
): AuditEvent => ({ ...said, at, actor: by, releaseId: null, deploymentId: null, environment: null })
