/** What an environment's life consists of besides its deployments. Plain JSON, part of {@link EnvironmentState}. */
import type { CommitSha, DeploymentId, UserId } from '../identifiers.js'
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
  readonly because: string
  readonly until: string
}

export interface Teardown {
  /** `waiting`: for the stage that runs. */
  readonly phase: 'waiting' | 'running' | 'failed'
  readonly by: UserId
  readonly because: string
  readonly at: string
  /** Why it failed. */
  readonly reason: string | null
}

/** What a check found running that is not what was recorded. */
export interface Drift {
  readonly observed: string | null
  readonly says: string
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

/** Something people are told without having asked, with the buttons that answer it. */
export interface Notice {
  readonly number: number
  readonly kind: 'expiring' | 'closing' | 'torn-down' | 'teardown-failed' | 'out-of-sync' | 'build-failed'
  readonly says: string
  readonly at: string
  /** When it is torn down by itself; null when it is not. */
  readonly until: string | null
}

export interface EnvironmentLifecycle {
  /** Rises with every teardown: what is set up afterwards is another environment of the same name. */
  readonly generation: number
  readonly preview: PreviewOrigin | null
  readonly expiry: Expiry | null
  readonly closing: Closing | null
  readonly teardown: Teardown | null
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
  readonly answered: { readonly by: UserId; readonly at: string; readonly decision: string } | null
  /** Taken out of the configuration. */
  readonly retired: boolean
}

export const newLifecycle: EnvironmentLifecycle = {
  generation: 1,
  preview: null,
  expiry: null,
  closing: null,
  teardown: null,
  drift: null,
  checkedAt: null,
  wanted: null,
  building: null,
  notices: [],
  runs: {},
  answered: null,
  retired: false,
}
