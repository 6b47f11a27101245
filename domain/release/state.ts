/** A release as its workflow holds it. Plain JSON: it passes through Temporal. */

import type { Authorship, CommitAuthors } from '../authorship.js'
import type {
  CandidateGain,
  CommitSummary,
  OffTrunk,
  PickConflict,
  TagStanding,
  WaitsFor,
} from '../change.js'
import { unreachable } from '../exhaustive.js'
import type { CheckReading } from '../forge/checks.js'
import {
  type ArtifactDigest,
  type ChannelId,
  type CommitSha,
  type DeploymentId,
  type EnvironmentName,
  type ReleaseId,
  SLIPWAY,
  type UserId,
  type Version,
} from '../identifiers.js'
import type { AppDefinition, ApprovalRule } from '../pipeline.js'
import type { DeploymentNote, OverriddenRule } from '../reasons.js'
import type { CandidateState, DeploymentState, Phase, ReleaseLifecycle } from '../states.js'
import type { Answer, StoredState } from '../stored-state.js'

/** Who gave an order and what the look-ups at that moment showed; the workflow decides quorum and four eyes by it. */
export interface ActorSnapshot {
  readonly user: UserId
  /** The configured roles the person held when deciding. */
  readonly roles: readonly string[]
  /** The person's display name in Slack; null when unknown. */
  readonly name: string | null
  /** The person's e-mail address in Slack, to compare with commit authors; null when unknown. */
  readonly email: string | null
  /** For an approval under a rule about authors: what was found about who wrote what ships. */
  readonly authorship?: Authorship
  /** For an approval: the roles that earlier approvers hold now; a person who left has none. Missing: not looked up. */
  readonly earlier?: readonly { readonly user: UserId; readonly roles: readonly string[] }[]
  /** The person's time zone in Slack: an IANA name. Times that they type are interpreted in it. */
  readonly timezone?: string
  /** ISO instant. */
  readonly at: string
}

/** Slipway itself, for automatic actions. */
export const bySlipway = (at: string): ActorSnapshot => ({
  ...{ user: SLIPWAY, roles: [], name: null, email: null, at },
})

export interface Approval {
  readonly user: UserId
  /** The indices of the gate's rules that it may count for. */
  readonly counts: readonly number[]
  readonly at: string
  readonly comment: string | null
}

export interface Candidate {
  readonly number: number
  readonly commit: CommitSha
  readonly state: CandidateState
  readonly artifactDigest: ArtifactDigest | null
  readonly artifactReference: string | null
  readonly picked: readonly CommitSha[]
  /** Null for the first candidate: its commits are those of the cut. */
  readonly gained: CandidateGain | null
  /** When it was cut or picked: the date of its tags. ISO instant. */
  readonly madeAt: string
  /** Everyone whose commits ship with it, each group of authors once. */
  readonly authors: readonly CommitAuthors[]
  /** Created with the order that made the candidate: its deployment to the first environment. Null: it is only built. */
  readonly firstDeployment: DeploymentId | null
}

/** An override passes what was closed when it was given, not what is closed afterwards (T.6). */
export interface DeploymentOverride {
  readonly reason: string
  readonly passes: readonly OverriddenRule['kind'][]
}

/** A deployment as the release sees it; the environment reports its progress. */
export interface ReleaseDeployment {
  readonly id: DeploymentId
  readonly environment: EnvironmentName
  readonly candidate: number
  readonly state: DeploymentState
  readonly requestedBy: UserId
  readonly preparedAt: string
  /** The approval rules in force for this release's type; empty when no approval is needed. */
  readonly gate: readonly ApprovalRule[]
  readonly approvals: readonly Approval[]
  readonly decision: { readonly by: UserId; readonly at: string } | null
  /** True once something else runs in its place. */
  readonly replaced: boolean
  readonly note: DeploymentNote | null
  readonly override: DeploymentOverride | null
  /** Why it was promoted again after it went wrong there; null otherwise. */
  readonly again: string | null
  /** The last reading of its required checks; null before the first. */
  readonly checks: CheckReading | null
  /** True: the person who promoted wants setup to run first. */
  readonly setUp?: boolean
  /** When its environment sent the last report on it: an older one is a late duplicate. ISO instant. */
  readonly reportedAt?: string
}

export interface Tick {
  readonly item: string
  readonly by: UserId
  readonly at: string
  readonly candidate: number
}

/** A tag that the release needs in its repository. */
export interface ReleaseTag extends TagStanding {
  readonly commit: CommitSha
  readonly message: string
  /** The date recorded in the tag. */
  readonly dated: string
  /** How many times in a row the remote was unreachable, and when it is tried again. */
  readonly tries: number
  readonly nextAt: string
  /** Whether the channel was told that the remote does not answer. */
  readonly told: boolean
}

/** The last look for the release's picks on trunk. */
export interface TrunkLook extends OffTrunk {
  /** The candidate whose picks were looked for, and whether the release was already released. */
  readonly candidate: number
  readonly released: boolean
  /** Whether people were told, after the release, that trunk lacks something. */
  readonly told: boolean
  /** How many times in a row it was looked for, and when the next look is due. */
  readonly tries: number
  readonly nextAt: string
}

export interface OverrideNote {
  readonly rule: OverriddenRule
  readonly by: UserId
  readonly reason: string
  readonly at: string
}

export interface PhaseTime {
  readonly phase: Phase
  readonly enteredAt: string
  readonly leftAt: string | null
}

/** Cherry-picking, or cutting a draft. */
export type BusyRelease =
  | {
      readonly kind: 'pick'
      readonly by: UserId
      readonly at: string
      /** Null until a long pick reports its progress. */
      readonly progress: { readonly done: number; readonly of: number } | null
    }
  | { readonly kind: 'cut' }

/** The version of {@link ReleaseState}. */
export const RELEASE_STATE = 1

export interface ReleaseState extends StoredState<typeof RELEASE_STATE> {
  readonly id: ReleaseId
  readonly app: AppDefinition
  /** Null for a draft. */
  readonly version: Version | null
  readonly title: string
  readonly description: string
  readonly type: string
  readonly hotfix: boolean
  readonly channel: ChannelId
  readonly requestedBy: UserId
  readonly lifecycle: ReleaseLifecycle
  readonly plannedAt: string | null
  readonly scope: string
  readonly references: readonly string[]
  readonly after: readonly WaitsFor[]
  /** The highest environment it is promoted to automatically, regardless of its type; absent: none given. */
  readonly upTo?: EnvironmentName
  readonly releasedAt: string | null
  readonly rolledBack: boolean
  readonly candidates: readonly Candidate[]
  readonly deployments: readonly ReleaseDeployment[]
  /** Environments above the first in which a deployment ever started. Never shrinks. */
  readonly linked: readonly EnvironmentName[]
  readonly ticks: readonly Tick[]
  readonly overrides: readonly OverrideNote[]
  readonly phases: readonly PhaseTime[]
  readonly conflict: PickConflict | null
  /** What git is doing for it now; nothing else begins in the meantime. */
  readonly busy: BusyRelease | null
  /** The branch of its picks; null until the first. */
  readonly branch: string | null
  readonly tags: readonly ReleaseTag[]
  /** Null until its first pick was looked for on trunk. */
  readonly offTrunk: TrunkLook | null
  readonly commits: CommitSummary | null
  /** When something was last written about it, and when its channel was told of the silence since. ISO instants. */
  readonly activeAt: string | null
  readonly stalledAt: string | null
  /** Recent update ids and their answers: Temporal forgets them at continue-as-new. */
  readonly recent: readonly Answer[]
}

/** Like `upgradeEnvironment`. */
export function upgradeRelease(recorded: ReleaseState): ReleaseState {
  switch (recorded.stateVersion) {
    case RELEASE_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** The newest candidate, null while there is none. */
export function newestCandidate(state: ReleaseState): Candidate | null {
  return state.candidates.at(-1) ?? null
}

export function findReleaseDeployment(state: ReleaseState, id: DeploymentId): ReleaseDeployment | null {
  return state.deployments.find((deployment) => deployment.id === id) ?? null
}

/** The state with one deployment changed. */
export function withDeployment(
  state: ReleaseState,
  id: DeploymentId,
  change: Partial<ReleaseDeployment>,
): ReleaseState {
  return {
    ...state,
    deployments: state.deployments.map((one) => (one.id === id ? { ...one, ...change } : one)),
  }
}

/** The state with one candidate changed. */
export function withCandidate(state: ReleaseState, number: number, change: Partial<Candidate>): ReleaseState {
  return {
    ...state,
    candidates: state.candidates.map((one) => (one.number === number ? { ...one, ...change } : one)),
  }
}

/** The pick in progress, null when there is none. */
export const pickUnderWay = ({
  busy,
}: Pick<ReleaseState, 'busy'>): Extract<BusyRelease, { kind: 'pick' }> | null =>
  busy?.kind === 'pick' ? busy : null

export const isBeingCut = ({ busy }: Pick<ReleaseState, 'busy'>): boolean => busy?.kind === 'cut'
