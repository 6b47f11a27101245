/** What an environment's life consists of besides its deployments. Plain JSON, part of {@link EnvironmentState}. */
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
  /** The branch it follows; null when it shows one commit for good. */
  readonly branch: string | null
  /** What it showed first. */
  readonly commit: CommitSha
  readonly createdAt: string
  /** The pull request it was made for; null for one of a branch or a commit. */
  readonly pull: number | null
  /** The closing of a pull request that people were told of already; null before there was one. */
  readonly closedPull: string | null
  /** Null until its line has told. */
  readonly place: PlaceReport | null
}

export interface Expiry {
  readonly startedAt: string
  readonly at: string
  readonly extensions: number
  /** The notices already given for this instant, ms before it. */
  readonly noticed: readonly number[]
}

/** A preview whose branch is gone is torn down after a grace, unless somebody keeps it. */
export interface Closing {
  readonly cause: EndCause
  readonly until: string
}

export interface Teardown {
  /** `waiting`: for the stage that runs. */
  readonly phase: 'waiting' | 'running' | 'failed'
  readonly by: UserId
  readonly cause: EndCause
  readonly at: string
  /** Set when it failed. */
  readonly failure: TeardownFailure | null
}

/** The teardown of a permanent environment that somebody asked for and that has not begun. */
export interface Removal {
  readonly by: UserId
  readonly at: string
  /** What the environment asked of a deployment at that moment; empty: nobody has to approve. */
  readonly approve: readonly ApprovalRule[]
  /** `counts`: the rules that each may count for, by their index. */
  readonly approvals: readonly {
    readonly user: UserId
    readonly at: string
    readonly counts: readonly number[]
  }[]
  /** True once nobody is missing any more. */
  readonly announced: boolean
  /** When it begins; while approvals are missing: when nobody asked any more. */
  readonly until: string
}

/** How a permanent environment went, while nothing was put there since. */
export interface TornDown {
  readonly at: string
  readonly by: UserId
  readonly cause: EndCause
  /** What ran there. */
  readonly ran: DeploymentId | null
  readonly name: string | null
}

/** What a check found running that is not what was recorded. */
export interface Drift {
  readonly finding: DriftFinding
  readonly at: string
}

/** What is to be built and then deployed: the head of a branch, or one commit. */
export interface Wanted {
  readonly deploymentId: DeploymentId
  readonly kind: 'push' | 'rebuild'
  readonly commit: CommitSha | null
  readonly branch: string | null
  readonly by: UserId
  readonly at: string
}

/** What people are told without having asked; `until` is when it is torn down by itself. */
export type NoticeFacts =
  /** The first thing that runs in a preview; `until` null: it lives until somebody ends it. */
  | { readonly kind: 'ready'; readonly name: string; readonly until: string | null }
  | { readonly kind: 'expiring'; readonly until: string }
  | { readonly kind: 'closing'; readonly until: string; readonly cause: EndCause }
  /** `asked`: when it was asked for, so which request it is about. */
  | ({ readonly kind: 'teardown-asked'; readonly asked: string; readonly by: UserId } & TeardownAsked)
  | ({ readonly kind: 'teardown-announced'; readonly asked: string } & TeardownAnnounced)
  | ({ readonly kind: 'torn-down'; readonly permanent: boolean } & EnvironmentEnd)
  | ({ readonly kind: 'teardown-failed' } & TeardownFailure)
  | { readonly kind: 'out-of-sync'; readonly finding: DriftFinding }
  /** Other variables, or another template, than it was set up with. */
  | ({ readonly kind: 'setup-required' } & SetupChange)
  | { readonly kind: 'build-failed'; readonly commit: CommitSha | null; readonly failure: Failure }

/** A message with the buttons that answer it; numbers count up from 1. */
export type Notice = NoticeFacts & { readonly number: number; readonly at: string }

export interface EnvironmentLifecycle {
  /** Rises with every teardown: what is set up afterwards is another environment of the same name. */
  readonly generation: number
  readonly preview: PreviewOrigin | null
  readonly expiry: Expiry | null
  readonly closing: Closing | null
  readonly removal: Removal | null
  /** Who last stopped a teardown, and of which request. */
  readonly stopped: { readonly by: UserId; readonly at: string; readonly asked: string } | null
  readonly teardown: Teardown | null
  readonly tornDown: TornDown | null
  readonly drift: Drift | null
  /** When the last check for drift ended. */
  readonly checkedAt: string | null
  readonly wanted: Wanted | null
  readonly building: Wanted | null
  /** The last few, oldest first. */
  readonly notices: readonly Notice[]
  /** The last run of each stage that no deployment owns. */
  readonly runs: Readonly<Partial<Record<StageName, number>>>
  /** Who last answered a notice, and how. */
  readonly answered: {
    readonly by: UserId
    readonly at: string
    readonly decision: 'extended' | 'kept'
  } | null
  /** Taken out of the configuration. */
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
