/** What an environment's life consists of besides its deployments. Plain JSON, part of {@link EnvironmentState}. */
import type { CommitSha, DeploymentId, UserId } from '../identifiers.js'
import type { StageName } from '../stage.js'
import type { PlaceNews } from './preview-places.js'
import type { EnvironmentState } from './state.js'

/** Where a preview comes from. */
export interface PreviewOrigin {
  readonly owner: UserId
  /** The branch it follows; null when it shows one commit for good. */
  readonly branch: string | null
  /** What it showed first; absent in older states. */
  readonly commit?: CommitSha
  readonly createdAt: string
  /** The pull request it was made for; null, or absent in older states, for one of a branch or a commit. */
  readonly pull?: number | null
  /** The closing of a pull request that people were told of already. */
  readonly closedPull?: string
  /** Null until its line has told. */
  readonly place: PlaceNews | null
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

export interface EnvironmentLife {
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

export const newLife: EnvironmentLife = {
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

/** The life of an environment; one from before there were any has a new one. */
export const lifeOf = (state: EnvironmentState): EnvironmentLife => ({ ...newLife, ...state.life })

export function withLife(state: EnvironmentState, change: Partial<EnvironmentLife>): EnvironmentState {
  return { ...state, life: { ...lifeOf(state), ...change } }
}

const NOTICES = 6

/** Adds a notice; the oldest are forgotten. */
export function withNotice(state: EnvironmentState, notice: Omit<Notice, 'number'>): EnvironmentState {
  const { notices } = lifeOf(state)
  const number = (notices.at(-1)?.number ?? 0) + 1
  return withLife(state, { notices: [...notices, { ...notice, number }].slice(-NOTICES) })
}

/** Nothing may start: it is about to be, or being, torn down. */
export function isClosing(state: EnvironmentState): boolean {
  const phase = lifeOf(state).teardown?.phase
  return phase === 'waiting' || phase === 'running'
}

/** Whether there is, or may be, something to tear down. */
export const isSetUp = (state: EnvironmentState): boolean =>
  state.setup !== null || state.current !== null || state.running !== null || state.failed?.touched === true

/** A moment a number of milliseconds after another. */
export const after = (at: string, ms: number): string => new Date(Date.parse(at) + ms).toISOString()

/** The earliest of some instants. */
export function earliest(instants: readonly (string | null | undefined)[]): string | null {
  const known = instants.filter((one) => one != null)
  return known.toSorted()[0] ?? null
}
