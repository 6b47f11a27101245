/** A release as its workflow holds it. Plain JSON: it crosses Temporal. */

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

/** Who gave an order and what the look-ups at that moment showed; the workflow judges quorum and four eyes by it. */
export interface ActorSnapshot {
  readonly user: UserId
  /** The configured roles the person held when deciding. */
  readonly roles: readonly string[]
  /** What Slack calls the person; null when it did not say. */
  readonly name: string | null
  /** The person's address in Slack, to compare with commit authors; null when unknown. */
  readonly email: string | null
  /** Of an approval under a rule about authors: what was found out about who wrote what ships. */
  readonly authorship?: Authorship
  /** Of an approval: the roles that those who approved before hold now; whoever left has none. Missing: not looked up. */
  readonly earlier?: readonly { readonly user: UserId; readonly roles: readonly string[] }[]
  /** Where the person is, as Slack says: an IANA name. What they type as a time is read there. */
  readonly timezone?: string
  /** ISO instant. */
  readonly at: string
}

/** Slipway itself, for what nobody has to ask for. */
export const bySlipway = (at: string): ActorSnapshot => ({
  ...{ user: SLIPWAY, roles: [], name: null, email: null, at },
})

export interface Approval {
  readonly user: UserId
  /** The rules of its gate that it may count for, by their index. */
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
  /** Null for the first one: what it has is the cut's. */
  readonly gained: CandidateGain | null
  /** When it was cut or picked: its tags are dated so. ISO instant. */
  readonly madeAt: string
  /** Everyone whose commits ship with it, each group of authors once. */
  readonly authors: readonly CommitAuthors[]
  /** Minted with the order that made it: its deployment to the first environment. */
  readonly firstDeployment: DeploymentId | null
}

/** An override passes what it was given for: what was closed then, not what closes afterwards (T.6). */
export interface DeploymentOverride {
  readonly reason: string
  readonly passes: readonly OverriddenRule['kind'][]
}

/** A deployment as the release sees it; the environment reports how it moves. */
export interface ReleaseDeployment {
  readonly id: DeploymentId
  readonly environment: EnvironmentName
  readonly candidate: number
  readonly state: DeploymentState
  readonly requestedBy: UserId
  readonly preparedAt: string
  /** The approval rules in force for this release's type; empty when nobody must approve. */
  readonly gate: readonly ApprovalRule[]
  readonly approvals: readonly Approval[]
  readonly decision: { readonly by: UserId; readonly at: string } | null
  /** True once something else runs in its place. */
  readonly replaced: boolean
  readonly note: DeploymentNote | null
  readonly override: DeploymentOverride | null
  /** Why it was promoted once more after it went wrong there; null otherwise. */
  readonly again: string | null
  /** What the last look at its required checks came to; null before the first. */
  readonly checks: CheckReading | null
  /** True: its person wants setup to run first. */
  readonly setUp?: boolean
}

export interface Tick {
  readonly item: string
  readonly by: UserId
  readonly at: string
  readonly candidate: number
}

/** A tag that the release wants in its repository. */
export interface ReleaseTag extends TagStanding {
  readonly commit: CommitSha
  readonly message: string
  /** The instant the tag says it was made. */
  readonly dated: string
  /** How often the remote could not be reached in a row, and when it is asked again. */
  readonly tries: number
  readonly nextAt: string
  /** Whether the channel was told of the silence. */
  readonly told: boolean
}

/** The last look for the release's picks on trunk. */
export interface TrunkLook extends OffTrunk {
  /** The candidate whose picks were looked for, and whether the release was released by then. */
  readonly candidate: number
  readonly released: boolean
  /** Whether people were told, once it was released, that trunk lacks something. */
  readonly told: boolean
  /** How often it was looked for in a row, and when it is again. */
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

/** It picks commits, or a draft is being cut. */
export type BusyRelease =
  | {
      readonly kind: 'pick'
      readonly by: UserId
      readonly at: string
      /** Null until a long pick tells how far it is. */
      readonly progress: { readonly done: number; readonly of: number } | null
    }
  | { readonly kind: 'cut' }

/** The version of {@link ReleaseState}. */
export const RELEASE_STATE = 1

export interface ReleaseState extends StoredState<typeof RELEASE_STATE> {
  readonly id: ReleaseId
  readonly app: AppDefinition
  /** Null while a draft. */
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
  /** The highest environment to which it is taken by itself, whatever its type says; absent: none is named. */
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
  /** What git does for it at the moment; nothing else is begun meanwhile. */
  readonly busy: BusyRelease | null
  /** The branch of its picks; null until the first. */
  readonly branch: string | null
  readonly tags: readonly ReleaseTag[]
  /** Null until its first pick was looked for on trunk. */
  readonly offTrunk: TrunkLook | null
  readonly commits: CommitSummary | null
  /** When something was last written about it, and when its channel was told of the silence since. ISO instants. */
  readonly heardAt: string | null
  readonly stalledAt: string | null
  /** Recent update ids and what they answered: Temporal forgets them at continue-as-new. */
  readonly recent: readonly Answer[]
}

/** As `upgradeEnvironment`. */
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

/** The pick that is under way, null when there is none. */
export const pickUnderWay = ({
  busy,
}: Pick<ReleaseState, 'busy'>): Extract<BusyRelease, { kind: 'pick' }> | null =>
  busy?.kind === 'pick' ? busy : null

export const isBeingCut = ({ busy }: Pick<ReleaseState, 'busy'>): boolean => busy?.kind === 'cut'
