/** An environment as its workflow holds it. Plain JSON: it passes through Temporal and every continue-as-new. */
import type { DeploymentMove, DeploymentRecord, FreezeState, HoldState, LockState } from '../change.js'
import type { AuditEvent } from '../events.js'
import { unreachable } from '../exhaustive.js'
import {
  type AppName,
  type ArtifactDigest,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  type ReleaseId,
  shortCommit,
  type UserId,
  type Version,
} from '../identifiers.js'
import type { EnvironmentRules } from '../pipeline.js'
import type { RepositoryRef } from '../ports.js'
import type { DeploymentNote, Failure, Setback } from '../reasons.js'
import type { StageName } from '../stage.js'
import type { DeploymentKind, DeploymentState } from '../states.js'
import type { Answer, StoredState } from '../stored-state.js'
import type { Override } from './closures.js'
import type { EnvironmentLifecycle, NoticeFacts } from './lifecycle.js'

/** The candidate that is deployed. */
export interface DeployedCandidate {
  readonly releaseId: ReleaseId
  readonly version: Version
  /** N of `rc.N`. */
  readonly number: number
  /** `2026.11.3-rc.1`. */
  readonly name: string
}

/** One order to deploy a build to an environment. Exactly what it names is deployed, regardless of later changes. */
export interface DeploymentRequest {
  readonly id: DeploymentId
  readonly kind: DeploymentKind
  readonly app: AppName
  readonly environment: EnvironmentName
  readonly repository: RepositoryRef
  /** Null for a push and for a branch: they belong to no release. */
  readonly candidate: DeployedCandidate | null
  readonly commit: CommitSha
  readonly artifactDigest: ArtifactDigest | null
  readonly artifactReference: string | null
  readonly requestedBy: UserId
  readonly requestedAt: string
  /** Who accepts: the passing check at once, or a person later. */
  readonly acceptance: 'by-check' | 'by-person'
  /** Whether its release is a hotfix. */
  readonly hotfix: boolean
  /** The configuration that defines its stages: the release's snapshot, or today's for pushes and rollbacks. */
  readonly configHash: string
  /** Whether a failed check rolls the environment back automatically. */
  readonly rollbackOnFailedCheck: boolean
  /** A person's override: closures that existed when it was given do not stop it, and those it passed are reported. */
  readonly override: Override | null
  /** True when the policy of the release's type lets it pass a freeze (S4.4). */
  readonly passesFreeze: boolean
  /** True: a person wants setup to run first, even where it does not run automatically. Absent: as `requireSetup` says. */
  readonly setUp?: boolean
}

/** How an attempt begins: from the first stage, or from a later one; `end` has no stage left to run. */
export interface Attempt {
  readonly number: number
  readonly from: StageName | 'end' | null
  /** The last run of each stage, so that a person's retry is a new run with a new idempotency key. */
  readonly runs: Readonly<Partial<Record<StageName, number>>>
  /** The lost host that it waits for; null: any host. */
  readonly host: string | null
  /** Its first stage keeps the last run: the command may still run there and is watched, not started again. */
  readonly reattach: boolean
}

export interface LaneEntry {
  readonly order: DeploymentRequest
  readonly attempt: Attempt
}

export interface Deployed {
  readonly order: DeploymentRequest
  /** Superseded: something newer was started in its place, and may have failed. */
  readonly acceptance: 'awaiting' | 'accepted' | 'rejected' | 'superseded'
  readonly since: string
}

export interface FailedDeployment {
  readonly entry: LaneEntry
  /** Null when it failed before the first stage. */
  readonly stage: StageName | null
  /** `aborted`: a person gave up on it; nothing supersedes it any more, and only a retry brings it back. */
  readonly why: Failure | { readonly kind: 'aborted' }
  readonly runs: Readonly<Partial<Record<StageName, number>>>
  /** True when a stage that changes the environment had begun: what runs there is uncertain. */
  readonly touched: boolean
  readonly at: string
}

/** What the last successful setup did; teardown uses it even if the configuration has changed since (S2.18). */
export interface SetupRecord {
  readonly templateHash: string | null
  readonly variablesHash: string
  readonly outputs: Readonly<Record<string, string>>
  readonly commit: CommitSha
  /** Path of its template in the repository; null if it had none. */
  readonly template: string | null
  /** The configuration that its variables and secrets were read from. */
  readonly variablesOf: string
  readonly at: string
  /** The order it was set up with. */
  readonly order: DeploymentRequest
}

/** A content with its own versions, which count from 1. */
export interface VersionedContent {
  readonly hash: string | null
  readonly version: number
  readonly applied: number
  /** Every content that had a version, so that a return to an earlier content finds its version. */
  readonly known: readonly { readonly hash: string; readonly version: number }[]
}

/** The version of {@link EnvironmentState}. */
export const ENVIRONMENT_STATE = 1

export interface EnvironmentState extends StoredState<typeof ENVIRONMENT_STATE> {
  readonly app: AppName
  readonly name: EnvironmentName
  readonly position: number
  readonly definition: EnvironmentRules
  readonly repository: RepositoryRef
  readonly configHash: string
  readonly queue: readonly LaneEntry[]
  readonly running: {
    readonly entry: LaneEntry
    readonly aborting: UserId | null
    /** When it got the lane; ISO instant. */
    readonly since: string
  } | null
  readonly current: Deployed | null
  /** Accepted deployments, oldest first, at most {@link REMEMBERED}. */
  readonly accepted: readonly DeploymentRequest[]
  readonly failed: FailedDeployment | null
  /** What went wrong here and was not settled by something newer, oldest first. */
  readonly setbacks: readonly Setback[]
  readonly lock: LockState | null
  readonly hold: HoldState | null
  readonly freeze: FreezeState | null
  readonly setup: SetupRecord | null
  readonly template: VersionedContent
  readonly variables: VersionedContent
  /** Expiry, teardown, drift and where a preview comes from. */
  readonly lifecycle: EnvironmentLifecycle
  /** How long the last successful deployments took, in ms: the basis of the queue's estimates. */
  readonly took: readonly number[]
  /** Deployments already accepted, so that a repeated enqueue changes nothing. */
  readonly known: readonly DeploymentId[]
  /** Recent update ids and their answers: Temporal forgets them at continue-as-new. */
  readonly recent: readonly Answer[]
  /** Commits whose deployment by push failed here. */
  readonly failedPushes: readonly CommitSha[]
  /** The fence of the last command that may change something; see `fence.ts`. */
  readonly fence: number
}

/**
 * A recorded state in its present shape. Throws on one that a later build wrote: the workflow task is then retried until that
 * build is back.
 */
export function upgradeEnvironment(recorded: EnvironmentState): EnvironmentState {
  switch (recorded.stateVersion) {
    case ENVIRONMENT_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** How many accepted deployments stay available for a rollback. */
export const REMEMBERED = 10

/** The first attempt of an order, from its first stage. */
export const firstAttempt: Attempt = { number: 1, from: null, runs: {}, host: null, reattach: false }

/** What happened to one deployment of a release. */
export interface DeploymentReport {
  readonly releaseId: ReleaseId
  readonly deploymentId: DeploymentId
  readonly environment: EnvironmentName
  readonly candidate: number
  readonly requestedBy: UserId
  /** Null when only `replaced` or `rolledBack` changed. */
  readonly to: DeploymentState | null
  readonly at: string
  readonly by: UserId
  readonly note: DeploymentNote | null
  /** A stage that changes the environment began: its release is linked. */
  readonly touched: boolean
  /** Something else runs in its place now. */
  readonly replaced: boolean
  /** It was rolled back from. */
  readonly rolledBack: boolean
}

/** What an environment reports to a release at one moment. */
export interface EnvironmentReport {
  readonly release: ReleaseId
  /** ISO instant; null in a report from the reconciler. */
  readonly at: string | null
  /** Oldest first. */
  readonly deployments: readonly DeploymentReport[]
}

/** Groups the deployments into one report per release. */
export function reportsToReleases(
  deployments: readonly DeploymentReport[],
  at: string,
): readonly EnvironmentReport[] {
  return [...new Set(deployments.map(({ releaseId }) => releaseId))].map((release) => ({
    ...{ release, at },
    deployments: deployments.filter(({ releaseId }) => releaseId === release),
  }))
}

/** What a rule of the lane decided: the new state, what to write, and what to report to releases. */
export interface LaneStep {
  readonly state: EnvironmentState
  /** Deployments that no release prepared: pushes and rollbacks. */
  readonly newDeployments: readonly DeploymentRecord[]
  readonly moves: readonly DeploymentMove[]
  readonly events: readonly AuditEvent[]
  readonly reports: readonly DeploymentReport[]
}

export const step = (state: EnvironmentState): LaneStep => ({
  state,
  newDeployments: [],
  moves: [],
  events: [],
  reports: [],
})

/** Both steps, one after the other, combined into one. */
export function andThen(first: LaneStep, next: (state: EnvironmentState) => LaneStep): LaneStep {
  const second = next(first.state)
  return {
    state: second.state,
    newDeployments: [...first.newDeployments, ...second.newDeployments],
    moves: [...first.moves, ...second.moves],
    events: [...first.events, ...second.events],
    reports: [...first.reports, ...second.reports],
  }
}

/** The name people use for what an order deploys: its candidate, or the commit of a push. */
export const nameOfOrder = (order: DeploymentRequest): string =>
  order.candidate?.name ?? shortCommit(order.commit)

export function withLifecycle(
  state: EnvironmentState,
  change: Partial<EnvironmentLifecycle>,
): EnvironmentState {
  return { ...state, lifecycle: { ...state.lifecycle, ...change } }
}

const NOTICES = 6

/** Adds a notice; the oldest are dropped. */
export function withNotice(state: EnvironmentState, notice: NoticeFacts, at: string): EnvironmentState {
  const { notices } = state.lifecycle
  const number = (notices.at(-1)?.number ?? 0) + 1
  return withLifecycle(state, { notices: [...notices, { ...notice, number, at }].slice(-NOTICES) })
}

/** Nothing may start: a teardown is pending or running. */
export function isClosing(state: EnvironmentState): boolean {
  const phase = state.lifecycle.teardown?.phase
  return phase === 'waiting' || phase === 'running'
}

/** Whether there is, or may be, something to tear down. */
export const isSetUp = (state: EnvironmentState): boolean =>
  state.setup !== null || state.current !== null || state.running !== null || state.failed?.touched === true
