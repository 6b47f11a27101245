/**
 * Every kind of line of the audit trail, with its facts. A line is data: `bot/views/events` has its mark and sentence.
 * Add a kind here and the compiler asks how loudly it is told, and in what words.
 */
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

/** What a line about a deployment is about. */
export interface DeploymentSubject {
  /** `2026.11.3-rc.1`; of a push the short commit. */
  readonly name: string
  readonly commit: CommitSha
  readonly requester: UserId
}

/** A push that was looked at, with whom to tell what becomes of it. */
export interface PushSubject {
  readonly branch: string
  readonly commit: CommitSha
  readonly subject: string
  readonly author: string
  /** E-mail addresses of who wrote what is new. */
  readonly authors: readonly string[]
  /** How many commits are new. */
  readonly total: number
}

/** The head of a pull request. */
export interface PullSubject {
  readonly number: number
  readonly commit: CommitSha
}

/** A departure, by the instant of its timetable. */
export interface TrainDeparture {
  readonly departs: string
}

type None = Readonly<Record<never, never>>
type About<Facts> = DeploymentSubject & Facts

/** How a deployment came to wait in line. */
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
  /** `sections`: the titles of those that changed. */
  'release.notes_edited': { readonly sections: readonly string[] }
  'release.linked': { readonly from: EnvironmentName; readonly to: EnvironmentName }
  'release.released': { readonly name: string }
  'release.abandoned': { readonly name: string }
  /** `version` null: it was a draft. */
  'release.deleted': { readonly version: string | null; readonly title: string }
  /** Its workflow had ended and went on from the record; `interrupted` was under way and has to be ordered again. */
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
  /** A person let in what is on the branch besides the picks, or what resolves `at` without naming it. */
  'pick.confirmed': {
    readonly name: string
    readonly at: CommitSha
    /** Something on the branch says that it is `at`; what was confirmed came besides. */
    readonly carried: boolean
    readonly commits: readonly ShownCommit[]
    /** Of all that were confirmed; `commits` has the first ones. */
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
  /** Of a released candidate; `total` of all, `commits` has the first ones. */
  'pick.off_trunk': {
    readonly name: string
    readonly trunk: string
    readonly commits: readonly MissingChange[]
    readonly total: number
  }
  /** Trunk lacks nothing of it any more. */
  'pick.on_trunk': { readonly name: string; readonly trunk: string }
  /** A person said that it is on trunk in another form. */
  'pick.settled': { readonly commit: CommitSha; readonly trunk: string; readonly reason: string }
  'tag.pushed': { readonly name: string; readonly tag: string; readonly commit: CommitSha }
  'tag.taken': { readonly tag: string; readonly commit: CommitSha; readonly takenBy: CommitSha }
  /** The repository does not let Slipway push it; the message is of the repository. */
  'tag.refused': { readonly tag: string; readonly commit: CommitSha; readonly message: string }
  /** The repository does not answer; the message is of git. */
  'tag.waits': { readonly tag: string; readonly commit: CommitSha; readonly message: string }
  'tag.retried': { readonly tags: readonly string[] }
  // Gates
  'checklist.ticked': { readonly item: string; readonly role: string; readonly name: string }
  'checklist.unticked': { readonly item: string; readonly role: string; readonly name: string }
  'checks.passed': { readonly name: string; readonly reading: CheckReading; readonly waited: boolean }
  'checks.waits': { readonly name: string; readonly reading: CheckReading; readonly waited: boolean }
  /** `name` null: of a cut, which has no deployment. */
  'gate.overridden': {
    readonly name: string | null
    readonly rule: OverriddenRule
    readonly reason: string
  }
  /** The policy of its type let it pass. */
  'freeze.passed': About<{ readonly freeze: Closure }>
  // Deployments
  'deployment.prepared': About<PreparedFacts>
  'deployment.approved': About<{
    readonly have: number
    readonly need: number
    readonly comment: string | null
  }>
  /** Whoever gave it may not approve any more. */
  'deployment.approval_lapsed': About<{ readonly person: UserId }>
  'deployment.queued': About<{ readonly how: QueuedHow }>
  'deployment.waits': About<{
    /** 1 is next. */
    readonly place: number
    /** Milliseconds until it probably starts; null without history. */
    readonly inMs: number | null
    readonly closure: Closure | null
  }>
  /** `person` is told in a direct message; null: they know. */
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
    /** Milliseconds since a roll back was ordered; null of everything else. */
    readonly tookMs: number | null
  }>
  'deployment.rejected': About<{
    readonly gate: 'approval' | 'acceptance'
    readonly comment: string | null
  }>
  'deployment.superseded': About<{
    /** `newer-push`, `newest`: it left the line; `replaced`: something newer took its place. */
    readonly why: 'newer-push' | 'newest' | 'replaced' | 'torn-down'
    readonly by: string | null
  }>
  /** Nobody could say whether the image is what was built, and it went on all the same. */
  'deployment.image_unchecked': About<{
    readonly image: string
    readonly words: string
    readonly because: UncheckedBecause
  }>
  'deployment.aborted': About<{ readonly cause: AbortCause }>
  // Environments
  'environment.created': { readonly source: PreviewSource }
  /** The first thing runs in a preview. `until`: when it is torn down by itself. */
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
  /** Its workflow had ended and went on from the record. `interrupted`: the candidate or commit that was being deployed. */
  'environment.restored': { readonly interrupted: string | null }
  'environment.locked': { readonly reason: string; readonly until: string | null }
  'environment.lock_taken': { readonly reason: string; readonly person: UserId }
  'environment.unlocked': None
  'environment.lock_ended': { readonly reason: string; readonly person: UserId }
  /** What closed it has ended by itself. */
  'environment.opened': { readonly opened: Opened }
  /** A freeze is of all environments of an app: one of them `announces` it. */
  'environment.frozen': { readonly reason: string; readonly until: string; readonly announces: boolean }
  'environment.thawed': { readonly announces: boolean }
  'environment.paused': { readonly reason: string }
  'environment.resumed': None
  /** It runs `to` again; `name` was put away. */
  'environment.rolled_back': DeploymentSubject & {
    readonly to: string
    readonly tookMs: number
    /** What it was rolled back to is of the same release, whose thread says it already. */
    readonly sameRelease: boolean
  }
  'environment.rollback': RollbackNote & { readonly commit: CommitSha; readonly reason: string }
  // Pushes
  'push.noted': PushSubject
  'push.skipped': PushSubject
  'push.taken': PushSubject
  'push.built': PushSubject & { readonly digest: ArtifactDigest | null }
  'push.build_failed': PushSubject & { readonly failure: Failure }
  /** Its build failed before. */
  /** It touches nothing of the app. */
  'push.untouched': PushSubject
  'push.not_retried': PushSubject
  /** `code` of the refusal. */
  'push.not_cut': PushSubject & { readonly code: string }
  'push.waits': { readonly name: string; readonly commit: CommitSha; readonly behind: PushWait }
  /** Its deployment failed there before. */
  'push.not_redeployed': { readonly name: string; readonly commit: CommitSha }
  // Pull requests
  /** It comes from a fork, and is built once a person says so. */
  'pull.waits': PullSubject & { readonly subject: string; readonly author: string; readonly fork: string }
  /** A person's word. */
  'pull.allowed': PullSubject
  /** `asked`: a person asked for the build; the forge is told of each. */
  'pull.build_failed': PullSubject & { readonly failure: Failure; readonly asked: boolean }
  // Trains
  /** `before`: when it was to leave by then; `announced`: people had been told so. */
  'train.scheduled': {
    readonly departs: string | null
    readonly before: string | null
    readonly announced: boolean
  }
  /** It was taken out of the configuration. */
  'train.removed': { readonly departs: string | null; readonly announced: boolean }
  /** `look` null: git did not say what would be in it. */
  'train.announced': TrainDeparture & { readonly look: TrainLook | null }
  'train.held': TrainDeparture & { readonly reason: string | null }
  'train.resumed': { readonly departs: string | null }
  /** It was held at its time; `leavesLater`: it leaves once it is held no more. */
  'train.stood': TrainDeparture & {
    readonly holder: UserId
    readonly leavesLater: boolean
    readonly next: string | null
  }
  /** Its time passed while nothing ran. */
  'train.let_go': TrainDeparture & { readonly next: string | null }
  /** `next`: the same departure, where a person wanted it to leave before its time; so of the two after it as well. */
  'train.skipped': TrainDeparture & { readonly why: TrainSkipped; readonly next: string | null }
  /** `promote`: how far it is taken without anybody asking; null: no further than any cut. */
  'train.left': TrainDeparture & {
    readonly how: TrainHow
    readonly version: string
    readonly total: number
    readonly promote: EnvironmentName | null
  }
  /** `code` of the refusal. */
  'train.not_cut': TrainDeparture & { readonly code: string; readonly next: string | null }
  /** The repository did not answer, or nobody answered the cut. */
  'train.failed': TrainDeparture & {
    readonly asked: 'repository' | 'cut'
    readonly message: string
    readonly next: string | null
  }
  // Orders
  /** PostgreSQL will never take what was to be written; what is shown is behind. */
  'order.unrecorded': { readonly reason: string }
  'order.refused': { readonly verb: string; readonly code: string }
  /** Something reached a workflow that Slipway did not send; the actor is whose name it bore. */
  'order.forged': { readonly verb: string; readonly workflow: string }
}

export type EventKind = keyof EventFacts

/** What every line has. */
export interface EventFrame {
  /** ISO instant. */
  readonly at: string
  readonly actor: UserId
  readonly releaseId: ReleaseId | null
  readonly deploymentId: DeploymentId | null
  readonly environment: EnvironmentName | null
}

/** What a line says: a kind with its own facts. */
export type Said<Kind extends EventKind = EventKind> = {
  readonly [One in Kind]: { readonly kind: One; readonly facts: EventFacts[One] }
}[Kind]

/** A line of the audit trail. */
export type AuditEvent<Kind extends EventKind = EventKind> = EventFrame & Said<Kind>

/** A line about an app, or about what of it is in no release and no environment. */
export const eventOfApp = (
  said: Said,
  { by, at }: { readonly by: UserId; readonly at: string },
): AuditEvent => ({ ...said, at, actor: by, releaseId: null, deploymentId: null, environment: null })
