/**
 * Every way in which Slipway refuses, with the current facts that explain it. A refusal is a value, never an exception; it has
 * one text, in the module of the only verb that gives it (`bot/verbs/`) or in `bot/views/refusals/`. When a code is added here,
 * the compiler demands its text.
 */
import type { Done } from './done.js'
import type { AppName, CommitSha, EnvironmentName, ReleaseId, UserId } from './identifiers.js'
import type { NewerSection, NoteTexts } from './notes.js'
import type { ShownCommit } from './ports.js'
import type {
  ExtensionCap,
  PullRequestProblem,
  RollbackNote,
  Setback,
  SetupNeed,
  StillNeeded,
  TeardownFailure,
} from './reasons.js'
import type { StageName } from './stage.js'
import type { DeploymentState } from './states.js'

/** The confirmed order to give again, if it is meant. */
export interface PromotionAgain {
  readonly app: AppName
  readonly releaseId: ReleaseId
  readonly candidate: number
  readonly environment: EnvironmentName
}

interface Decided {
  readonly by: UserId
  /** ISO instant. */
  readonly at: string
}

export interface RefusalFacts {
  // Who
  'not-permitted': {
    readonly verb: string
    readonly roles: readonly string[]
    readonly people: readonly UserId[]
    /** User groups named by the roles that do not exist in Slack or have no members; missing: not looked up. */
    readonly unknownGroups?: readonly string[]
    readonly emptyGroups?: readonly string[]
  }
  'not-a-member': { readonly verb: string }
  /** It did not come through the inbox. */
  'forged-order': { readonly verb: string }
  'lookup-failed': { readonly what: string }
  'four-eyes': { readonly people: readonly UserId[] }
  'sole-author': { readonly people: readonly UserId[] }
  /** `address` null: the commit names nobody who could be accountable; `commit` null: nothing is known about what ships. */
  'author-unknown': {
    readonly commit: CommitSha | null
    readonly address: string | null
    readonly people: readonly UserId[]
  }
  'already-approved': Decided
  /** The rules that the person may count for have all the approvals they need. */
  'approval-not-needed': { readonly roles: readonly string[] }
  // References
  'unknown-app': { readonly text: string; readonly nearest: readonly string[] }
  'unknown-environment': { readonly text: string; readonly nearest: readonly string[] }
  'unknown-release': { readonly text: string; readonly nearest: readonly string[] }
  'unknown-deployment': { readonly text: string }
  /** `commits`: the possible matches, when there are several. */
  'unknown-build': { readonly text: string; readonly commits: readonly CommitSha[] }
  'unknown-type': { readonly text: string; readonly nearest: readonly string[] }
  'ambiguous-environment': { readonly environments: readonly EnvironmentName[] }
  'title-missing': Record<never, never>
  'text-too-long': { readonly what: string; readonly length: number; readonly most: number }
  /** `bytes`: the total that would be stored. */
  'no-room': { readonly bytes: number; readonly most: number }
  'title-too-long': { readonly length: number; readonly most: number }
  'reason-missing': { readonly verb: string }
  'invalid-time': { readonly text: string }
  'invalid-day': { readonly text: string }
  /** `again`: the whole order as a command, to repeat if the day is meant. */
  'day-over': { readonly app: AppName; readonly day: string; readonly today: string; readonly again: string }
  'invalid-name': { readonly text: string }
  'invalid-version': { readonly text: string }
  'version-taken': { readonly version: string }
  /** `highest`: the highest version so far in the same series, null when this would be the first. */
  'version-too-far': { readonly version: string; readonly highest: string | null }
  'versions-used-up': { readonly highest: string }
  // Git
  'ref-invalid': { readonly ref: string }
  'ref-not-found': { readonly ref: string; readonly nearest: readonly string[] }
  'ref-ambiguous': { readonly ref: string; readonly meanings: readonly string[] }
  'not-on-trunk': { readonly commit: string; readonly trunk: string }
  'tag-taken': { readonly tag: string; readonly commit: string }
  'repository-unreachable': { readonly detail: string }
  /** The remote answered and refused. */
  'repository-refused': { readonly detail: string }
  /** This repository does not support the order. */
  'repository-cannot': { readonly detail: string }
  'tags-pushed': Record<never, never>
  'no-train': Record<never, never>
  'train-held': Decided
  'train-not-held': { readonly next: string | null }
  /** It is already leaving. */
  'train-leaves': { readonly departs: string }
  /** That departure has passed. */
  'train-gone': { readonly departs: string; readonly next: string | null }
  'notes-frozen': Record<never, never>
  /** `sections`: what others changed since; `written`: what the person wrote. */
  'notes-overtaken': { readonly sections: readonly NewerSection[]; readonly written: NoteTexts }
  'notes-not-drafted': Record<never, never>
  'on-trunk-already': { readonly trunk: string }
  /** No pick missing from trunk has this name. */
  'not-off-trunk': { readonly commit: string }
  /** No file of the app changed since the version or tag, or the commit. */
  'nothing-changed': { readonly app: AppName; readonly since: string }
  'lacks-pick': { readonly commit: string; readonly version: string }
  'nothing-runs': { readonly environment: EnvironmentName }
  'no-preview-of-pull-request': { readonly text: string; readonly problem: PullRequestProblem }
  'unknown-pull-request': { readonly text: string; readonly problem: PullRequestProblem }
  /** A hotfix was cut, and its fix could not be picked onto it. */
  'fix-not-picked': { readonly candidate: string; readonly why: Refusal }
  'already-contained': { readonly commits: readonly CommitSha[]; readonly candidate: string }
  'pick-under-way': Decided
  'pick-in-conflict': { readonly commit: CommitSha; readonly branch: string }
  'pick-conflict': {
    readonly commit: CommitSha
    readonly branch: string
    readonly sides: readonly { readonly file: string; readonly ours: string; readonly theirs: string }[]
  }
  'no-conflict': { readonly step: string }
  'not-resolved': { readonly commit: CommitSha; readonly branch: string }
  'branch-moved': { readonly branch: string }
  'branch-blocked': { readonly branch: string; readonly by: string }
  /** The branch has more commits than the resolution of a conflict. */
  'pick-unconfirmed': {
    readonly commit: CommitSha
    readonly branch: string
    /** Whether one of the commits says that it is the pick. */
    readonly carried: boolean
    readonly commits: readonly ShownCommit[]
    readonly total: number
    readonly again: { readonly app: AppName; readonly releaseId: ReleaseId }
  }
  /** Which commits a pull request became cannot be determined. */
  'pull-request-unclear': { readonly text: string; readonly found: readonly CommitSha[] }
  'empty-range': { readonly range: string }
  'too-many-picks': { readonly count: number; readonly most: number }
  /** A merge of trunk into a person's own work. */
  'merge-of-trunk': { readonly commit: CommitSha; readonly trunk: string; readonly range: string }
  // Candidates and gates
  'not-ready': { readonly candidate: string; readonly state: string }
  'candidate-rejected': { readonly candidate: string }
  'newer-candidate': {
    readonly candidate: string
    readonly newer: string
    readonly again: PromotionAgain
  }
  /** It failed or was rolled back there, and nothing newer was accepted there since. */
  'went-wrong-before': {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly setback: Setback
    readonly again: PromotionAgain
  }
  /** What runs there was cut later. */
  'newer-runs': {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly newer: { readonly name: string; readonly hotfix: boolean }
    readonly again: PromotionAgain
  }
  'not-accepted-below': { readonly candidate: string; readonly missing: readonly EnvironmentName[] }
  'already-there': {
    readonly candidate: string
    readonly environment: EnvironmentName
    readonly state: DeploymentState | 'preview'
  }
  /** For the items before the cut. `drafted`: they can be ticked on the draft; else it has to be planned first. */
  'checklist-open': { readonly items: readonly string[]; readonly drafted: boolean }
  'item-later': { readonly item: string; readonly before: string }
  'unknown-item': { readonly text: string; readonly items: readonly string[] }
  'own-sign-off': { readonly item: string; readonly environment: EnvironmentName }
  'item-role': { readonly item: string; readonly role: string }
  soaking: { readonly until: string }
  'nothing-to-decide': { readonly state: string }
  'already-decided': Decided & {
    readonly decision: 'approved' | 'accepted' | 'rejected' | 'aborted' | 'extended' | 'kept'
  }
  /** `by` null: the environment was torn down. */
  superseded: { readonly by: string | null }
  'no-override': { readonly rule: string }
  // Queue
  locked: {
    readonly environment: EnvironmentName
    readonly owner: UserId
    readonly reason: string
    readonly until: string | null
  }
  'not-locked': { readonly environment: EnvironmentName }
  frozen: { readonly owner: UserId; readonly reason: string; readonly until: string }
  'window-closed': {
    readonly environment: EnvironmentName
    readonly opens: string | null
    readonly reason: string
  }
  held: {
    readonly environment: EnvironmentName
    readonly reason: string
    readonly rollback: RollbackNote | null
  }
  'not-frozen': { readonly environment: EnvironmentName }
  'not-held': { readonly environment: EnvironmentName }
  'nothing-to-retry': { readonly environment: EnvironmentName; readonly wanted: 'failure' | 'lost-host' }
  /** `stage` null: it failed before the first stage. */
  unskippable: { readonly stage: StageName | null }
  'nothing-to-abort': { readonly environment: EnvironmentName }
  'line-full': { readonly environment: EnvironmentName; readonly waiting: number }
  overtaken: { readonly environment: EnvironmentName; readonly by: string }
  'nothing-to-roll-back-to': { readonly environment: EnvironmentName }
  'not-an-accepted-deployment': { readonly environment: EnvironmentName; readonly text: string }
  // Release lifecycle
  linked: { readonly environments: readonly EnvironmentName[] }
  'still-deploying': { readonly environment: EnvironmentName; readonly state: string }
  /** `runsIn`: the environments where it runs now. */
  'delete-unconfirmed': {
    readonly app: AppName
    readonly releaseId: ReleaseId
    readonly name: string
    readonly drafted: boolean
    readonly runsIn: readonly EnvironmentName[]
  }
  'not-a-draft': { readonly state: string }
  /** What it would wait for already waits for it, or is itself. */
  'waits-in-circle': { readonly name: string }
  'release-ended': { readonly state: string }
  // Environment lifecycle
  'setup-required': {
    readonly app: AppName
    readonly environment: EnvironmentName
    readonly because: SetupNeed
    /** The promotion to order again with a setup; null for a manual patch. */
    readonly promotion: {
      readonly candidate: string
      readonly releaseId: ReleaseId
      readonly number: number
      /** As given, so that it need not be typed again. */
      readonly override: string | null
      readonly reason: string | null
      readonly olderConfirmed: boolean
    } | null
  }
  /** Different variables or another template are a change that needs the environment's approval (S2.24). */
  'setup-needs-approval': Pick<
    RefusalFacts['setup-required'],
    'app' | 'environment' | 'because' | 'promotion'
  >
  'no-setup-stage': { readonly environment: EnvironmentName }
  'no-build': { readonly environment: EnvironmentName }
  permanent: { readonly environment: EnvironmentName }
  'extension-cap': { readonly environment: EnvironmentName; readonly cap: ExtensionCap }
  'teardown-needs-confirmation': {
    readonly app: AppName
    readonly environment: EnvironmentName
    readonly needs: StillNeeded
  }
  /** `typed` null: no name was asked for. */
  'teardown-needs-name': { readonly environment: EnvironmentName; readonly typed: string | null }
  'teardown-asked': Decided & { readonly environment: EnvironmentName }
  /** `announced`: it already had all the approvals it needed. */
  'no-teardown-asked': { readonly environment: EnvironmentName; readonly announced: boolean }
  'rebuild-needs-confirmation': {
    readonly app: AppName
    readonly environment: EnvironmentName
    readonly runs: string
  }
  'tearing-down': { readonly environment: EnvironmentName }
  'teardown-failed': { readonly environment: EnvironmentName; readonly failure: TeardownFailure | null }
  gone: { readonly environment: EnvironmentName }
  'not-supported': { readonly what: string }
  'no-previews': Record<never, never>
  // System
  'not-recorded': Record<never, never>
  unavailable: { readonly what: string }
  /** A fault of Slipway itself; the log has it under this id. */
  fault: { readonly errorId: string }
  'old-button': { readonly decision: string | null }
  // Orders without an answer
  /** It was answered, it expired, or it is being retried. */
  'not-parked': Record<never, never>
  'order-of-another': { readonly by: UserId }
  /** Before an order is carried out late, the person who gave it sees what happened since. */
  'changed-meanwhile': {
    readonly since: string
    /** Oldest first, each as the text of its line in a thread. */
    readonly changes: readonly string[]
    readonly again: { readonly app: AppName; readonly order: string }
  }
  /** It got no answer, and the person who gave it did not retry it. */
  'order-expired': Record<never, never>
}

export type RefusalCode = keyof RefusalFacts
export type Refusal = {
  readonly [Code in RefusalCode]: { readonly code: Code } & RefusalFacts[Code]
}[RefusalCode]

/** The outcome of an order. Stored in the inbox before the person is told. */
export type Outcome =
  | { readonly kind: 'done'; readonly done: Done }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export const done = (facts: Done): Outcome => ({ kind: 'done', done: facts })
export const refuse = (refusal: Refusal): Outcome => ({ kind: 'refused', refusal })
