/** The parts of an environment's lifecycle other than its deployments. Plain JSON, part of {@link EnvironmentState}. */
import type { CommitSha, DeploymentId, UserId } from '../identifiers.js'
import type { ApprovalRule } from '../pipeline.js'
import type {
  DriftFinding,
  EndCause,
  EnvironmentEnd,
  Failure,
  SetupChange,
  TeardownAnnounced,
  TeardownAsked,
  TeardownFailure,
} from '../reasons.js'
import type { StageName } from '../stage.js'
import type { PlaceReport } from './preview-places.js'

/** Where a preview comes from. */
export interface PreviewOrigin {
  readonly owner: UserId
  /** The branch it follows; null when it permanently shows one commit. */
  readonly branch: string | null
  /** The commit it showed first. */
  readonly commit: CommitSha
  readonly createdAt: string
  /** The pull request it was made for; null for one of a branch or a commit. */
  readonly pull: number | null
  /** The closing of a pull request that was already reported; null if there was none. */
  readonly closedPull: string | null
  /** Null until the places workflow has reported. */
  readonly place: PlaceReport | null
}

export interface Expiry {
  readonly startedAt: string
  readonly at: string
  readonly extensions: number
  /** The notices already given for this expiry, in ms before it. */
  readonly noticed: readonly number[]
}

/** A preview whose branch is gone is torn down after a grace period, unless a person keeps it. */
export interface Closing {
  readonly cause: EndCause
  readonly until: string
}

export interface Teardown {
  /** `waiting`: for the running stage. */
  readonly phase: 'waiting' | 'running' | 'failed'
  readonly by: UserId
  readonly cause: EndCause
  readonly at: string
  /** Set when it failed. */
  readonly failure: TeardownFailure | null
}

/** A requested teardown of a permanent environment that has not begun. */
export interface Removal {
  readonly by: UserId
  readonly at: string
  /** The approval rules for deployments to the environment at that moment; empty: no approval is needed. */
  readonly approve: readonly ApprovalRule[]
  /** `counts`: the indices of the rules that each may count for. */
  readonly approvals: readonly {
    readonly user: UserId
    readonly at: string
    readonly counts: readonly number[]
  }[]
  /** True once all approvals are given. */
  readonly announced: boolean
  /** When it begins; while approvals are missing: when the request expires. */
  readonly until: string
}

/** How a permanent environment ended, until something is deployed there again. */
export interface TornDown {
  readonly at: string
  readonly by: UserId
  readonly cause: EndCause
  /** What ran there. */
  readonly ran: DeploymentId | null
  readonly name: string | null
}

/** A check found that what runs differs from the record. */
export interface Drift {
  readonly finding: DriftFinding
  readonly at: string
}

/** What to build and then deploy: the head of a branch, or one commit. */
export interface Wanted {
  readonly deploymentId: DeploymentId
  readonly kind: 'push' | 'rebuild'
  readonly commit: CommitSha | null
  readonly branch: string | null
  readonly by: UserId
  readonly at: string
}

/** What people are notified of without asking; `until` is when it is torn down automatically. */
export type NoticeFacts =
  /** The first deployment that runs in a preview; `until` null: it exists until a person ends it. */
  | { readonly kind: 'ready'; readonly name: string; readonly until: string | null }
  | { readonly kind: 'expiring'; readonly until: string }
  | { readonly kind: 'closing'; readonly until: string; readonly cause: EndCause }
  /** `asked`: when the teardown was requested, which identifies the request. */
  | ({ readonly kind: 'teardown-asked'; readonly asked: string; readonly by: UserId } & TeardownAsked)
  | ({ readonly kind: 'teardown-announced'; readonly asked: string } & TeardownAnnounced)
  | ({ readonly kind: 'torn-down'; readonly permanent: boolean } & EnvironmentEnd)
  | ({ readonly kind: 'teardown-failed' } & TeardownFailure)
  | { readonly kind: 'out-of-sync'; readonly finding: DriftFinding }
  /** Variables or a template that differ from those it was set up with. */
  | ({ readonly kind: 'setup-required' } & SetupChange)
  | { readonly kind: 'build-failed'; readonly commit: CommitSha | null; readonly failure: Failure }

/** A message with the buttons that answer it; numbers count up from 1. */
export type Notice = NoticeFacts & { readonly number: number; readonly at: string }

export interface EnvironmentLifecycle {
  /** Increases with every teardown: what is set up afterwards is a different environment with the same name. */
  readonly generation: number
  readonly preview: PreviewOrigin | null
  readonly expiry: Expiry | null
  readonly closing: Closing | null
  readonly removal: Removal | null
  /** Who last stopped a teardown, and which request. */
  readonly stopped: { readonly by: UserId; readonly at: string; readonly asked: string } | null
  readonly teardown: Teardown | null
  readonly tornDown: TornDown | null
  readonly drift: Drift | null
  /** When the last check for drift ended. */
  readonly checkedAt: string | null
  readonly wanted: Wanted | null
  readonly building: Wanted | null
  /** The most recent ones, oldest first. */
  readonly notices: readonly Notice[]
  /** The last run of each stage that belongs to no deployment. */
  readonly runs: Readonly<Partial<Record<StageName, number>>>
  /** Who last answered a notice, and how. */
  readonly answered: {
    readonly by: UserId
    readonly at: string
    readonly decision: 'extended' | 'kept'
  } | null
  /** Removed from the configuration. */
  readonly retired: boolean
}

export const newLifecycle: EnvironmentLifecycle = {
  generation: 1,
  preview: null,
  expiry: null,
  closing: null,
  removal: null,
  stopped: null,
  teardown: null,
  tornDown: null,
  drift: null,
  checkedAt: null,
  wanted: null,
  building: null,
  notices: [],
  runs: {},
  answered: null,
  retired: false,
}
