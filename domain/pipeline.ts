/**
 * What the configuration says, as plain data. A release carries a snapshot of its app (`AppDefinition`), so later
 * edits never change a release that was cut before; role names are resolved at each decision, never snapshotted.
 */
import type { GithubDefinition } from './forge/definition.js'
import type { AppName, ChannelId, EnvironmentName, UserId } from './identifiers.js'
import type { RepositoryRef } from './ports.js'
import type { SandboxPaths } from './sandbox.js'
import type { StageDefinition } from './stage.js'
import type { ProtectedVerb } from './verbs.js'
import type { Versioning } from './version.js'

export type RoleName = string

/** People and Slack user groups (`@handle`) who hold a role. */
export interface RoleDefinition {
  readonly name: RoleName
  readonly users: readonly UserId[]
  readonly groups: readonly string[]
}

export interface BuildDefinition {
  readonly stage: StageDefinition
  /** Paths of the checkout that become the artifact; empty when the build outputs `artifact=<reference>`. */
  readonly artifacts: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** sha256 of everything above: with app and commit it names the one build. */
  readonly hash: string
}

/** One rule of an `approve` gate. The gate is open when each has its approvals; one person counts for one of them. */
export interface ApprovalRule {
  readonly from: readonly RoleName[]
  /** How many distinct people must approve. */
  readonly count: number
  /** The requester's approval does not count. */
  readonly fourEyes: boolean
  /** A sole author of everything that ships does not count either (X.2). */
  readonly notSoleAuthor: boolean
}

export interface AcceptGate {
  readonly from: readonly RoleName[]
}

/** A daily or weekly window by cron and duration in a time zone; `deny` closes, `allow` closes all other times. */
export interface WindowDefinition {
  readonly kind: 'allow' | 'deny'
  readonly cron: string
  readonly durationMs: number
  readonly timezone: string
  readonly reason: string
}

export interface StageSet {
  readonly setup: StageDefinition | null
  readonly patch: StageDefinition
  readonly check: StageDefinition | null
  readonly teardown: StageDefinition | null
}

export interface EnvironmentDefinition {
  readonly name: EnvironmentName
  readonly mode: 'continuous' | 'approval'
  /** Environments of one level gate the next together; 0 is the first. */
  readonly level: number
  /** The branch a continuous environment follows. */
  readonly branch: string | null
  /** Path in the repository of the application template, read from the deployed commit. */
  readonly template: string | null
  readonly variables: Readonly<Record<string, string>>
  /** Names in Slipway's own environment handed to the stages. */
  readonly secrets: readonly string[]
  readonly requireSetup: 'run' | 'refuse'
  readonly stages: StageSet
  /** Empty: nobody has to approve. */
  readonly approve: readonly ApprovalRule[]
  /** Null: in a continuous environment the passing check accepts; in an approval environment whoever may `cut`. */
  readonly accept: AcceptGate | null
  /** How long a candidate that awaits acceptance holds pushes back; ms. */
  readonly acceptWithinMs: number
  /** Of the level below: every environment must have accepted, or any one. */
  readonly requires: 'all' | 'any'
  /** How long a candidate must have been accepted below before it may come here; ms. */
  readonly soakMs: number
  /** A ticket of change management that must be linked to the release; a regular expression of the whole link. */
  readonly change: { readonly pattern: string } | null
  readonly queue: 'fifo' | 'newest'
  readonly windows: readonly WindowDefinition[]
  readonly rollbackOnFailedCheck: boolean
  /** Null: permanent. */
  readonly expiresMs: number | null
  readonly noticesMs: readonly number[]
  readonly extensions: number
  readonly maxAgeMs: number | null
  /** How long the teardown of a permanent one is announced before it begins. */
  readonly teardownNoticeMs: number
  /** How often `check` runs by itself to find drift; null: never. */
  readonly driftEveryMs: number | null
  /** The label of the workers that run its stages, its app's unless it has its own. Absent: those without one. */
  readonly runsOn?: string
  /** After a teardown: ends 0 when nothing is left of it. */
  readonly probe: StageDefinition | null
}

/** What an environment's line decides by: small, however long its commands and variables are. Those are read when they are run. */
export interface EnvironmentRules
  extends Pick<
    EnvironmentDefinition,
    | 'mode'
    | 'level'
    | 'branch'
    | 'requireSetup'
    | 'approve'
    | 'accept'
    | 'acceptWithinMs'
    | 'queue'
    | 'windows'
    | 'rollbackOnFailedCheck'
    | 'expiresMs'
    | 'noticesMs'
    | 'extensions'
    | 'maxAgeMs'
    | 'teardownNoticeMs'
    | 'driftEveryMs'
  > {
  /** Whether it has these stages. */
  readonly stages: Readonly<Record<'setup' | 'check', boolean>>
}

export const rulesOf = (definition: EnvironmentDefinition): EnvironmentRules => ({
  mode: definition.mode,
  level: definition.level,
  branch: definition.branch,
  requireSetup: definition.requireSetup,
  approve: definition.approve,
  accept: definition.accept,
  acceptWithinMs: definition.acceptWithinMs,
  queue: definition.queue,
  windows: definition.windows,
  rollbackOnFailedCheck: definition.rollbackOnFailedCheck,
  expiresMs: definition.expiresMs,
  noticesMs: definition.noticesMs,
  extensions: definition.extensions,
  maxAgeMs: definition.maxAgeMs,
  teardownNoticeMs: definition.teardownNoticeMs,
  driftEveryMs: definition.driftEveryMs,
  stages: { setup: definition.stages.setup !== null, check: definition.stages.check !== null },
})

/** How previews are made: like a configured environment, with an expiry. */
export interface PreviewDefinition {
  readonly like: EnvironmentName
  readonly expiresMs: number
  readonly noticesMs: readonly number[]
  readonly extensions: number
  readonly maxAgeMs: number
  /** How many may live at once; more wait in line. */
  readonly most: number
  /** Set on top of the variables of `like`; `{name}` stands for the preview's name. */
  readonly variables: Readonly<Record<string, string>>
}

/** Not an environment: what is to be done before a draft is cut. No environment is called so. */
export const CUT = 'cut'

export const isBeforeCut = ({ before }: { readonly before: string }): boolean => before === CUT

export interface ChecklistItem {
  readonly item: string
  readonly role: RoleName
  /** The environment whose gate it blocks, or {@link CUT}: then it is an item of planning. */
  readonly before: EnvironmentName
  /** Whether the tick of whoever asked for the deployment does not count. */
  readonly fourEyes: boolean
}

/** One of its labels, or a branch that fits, is enough. */
export interface PullRequestRule {
  readonly labels: readonly string[]
  /** Names of branches of the repository itself; `*` at the end takes all that begin so. */
  readonly branches: readonly string[]
}

/** A release type selects a policy: which gates of which environments it keeps. It never skips an environment (S4.8). */
export interface ReleaseTypePolicy {
  readonly name: string
  /** Null keeps each environment's own; a number replaces the count, 0 removes the person's gate. */
  readonly approvals: number | null
  /** Who may cut releases of this type, instead of the app's `cut`; absent: nobody is named. */
  readonly cut?: readonly RoleName[]
  /** False: the passing check accepts. */
  readonly acceptance: boolean
  readonly soak: boolean
  readonly checklist: boolean
  /** True: its promotions go on during a freeze, and everybody is told so (S4.4). */
  readonly passesFreeze: boolean
  /** Set: each next step is prepared by itself and starts once its gates are open (S4.20); absent: people promote. */
  readonly promote?: 'automatic'
  /** The merged pull requests that cut a release of this type (S4.20); absent: none does. */
  readonly pullRequests?: PullRequestRule
}

/** What can keep a train from leaving. */
export const trainSkips = ['empty', 'frozen', 'holidays'] as const
export type TrainSkip = (typeof trainSkips)[number]

/** Cuts by a timetable, in its zone. */
export interface TrainDefinition {
  /** Five fields. */
  readonly cron: string
  readonly timezone: string
  /** The branch whose head it takes. */
  readonly from: string
  /** How long before it leaves its channel is told; ms. */
  readonly announceMs: number
  readonly skip: readonly TrainSkip[]
  /** What becomes of a departure whose time passed while nothing ran, or while it was held. */
  readonly missed: 'run' | 'skip'
  /** The highest environment to which what it cuts is taken by itself; null: as its type says. */
  readonly promote: EnvironmentName | null
}

export interface AppDefinition {
  readonly name: AppName
  readonly repository: string
  readonly trunk: string
  readonly channel: ChannelId
  /** Where the notes of what is released are published; absent: in no channel. */
  readonly notesChannel?: ChannelId
  /** Its channel has a pinned message of what runs where, with this app; absent: not. Today's configuration counts. */
  readonly pin?: true
  readonly timezone: string
  readonly version: Versioning
  /** Pattern of the tag, with `{version}`. */
  readonly tag: string
  /** Pattern of the branch that cherry-picks are put on, with `{tag}` or `{version}`. */
  readonly pickBranch: string
  /** Git pathspecs of what of the repository is the app's; empty: everything. */
  readonly paths: readonly string[]
  /** More of them: what starts work of the app without being its own. */
  readonly alsoWhen: readonly string[]
  /** Whether checkouts have what Git LFS keeps elsewhere; absent: they have not. */
  readonly lfs?: true
  /** Whether checkouts have the submodules; absent: they have not. */
  readonly submodules?: true
  readonly cut: 'manual' | 'automatic'
  /** Absent: nothing is cut by a timetable. */
  readonly train?: TrainDefinition
  readonly permissions: Readonly<Partial<Record<ProtectedVerb, readonly RoleName[]>>>
  readonly build: BuildDefinition
  /** What its commands see of the machine. Today's configuration counts, never the snapshot. Absent: nothing more. */
  readonly sandbox?: SandboxPaths
  /** The label of the workers that build it. Today's configuration counts, never the snapshot. Absent: those without one. */
  readonly runsOn?: string
  readonly environments: readonly EnvironmentDefinition[]
  readonly previews: PreviewDefinition | null
  /** Whether the heads of pull requests are built (S4.21); absent: they are not. */
  readonly pullRequests?: 'build'
  readonly checklist: readonly ChecklistItem[]
  readonly types: readonly ReleaseTypePolicy[]
  /** How long a release may be silent before its channel is told; ms. */
  readonly stallAfterMs: number
  readonly github: GithubDefinition
  /** Hash of the configuration file this came from (S4.16). */
  readonly configHash: string
}

/** Where the app's commits come from, as git is asked for them. */
export const repositoryOf = (app: AppDefinition): RepositoryRef => ({
  app: app.name,
  url: app.repository,
  trunk: app.trunk,
  paths: app.paths,
  alsoWhen: app.alsoWhen,
  ...(app.lfs === true ? { lfs: app.lfs } : {}),
  ...(app.submodules === true ? { submodules: app.submodules } : {}),
})

/** The environment of that name, `null` when the app has none. */
export function findEnvironment(app: AppDefinition, name: string): EnvironmentDefinition | null {
  return app.environments.find((environment) => environment.name === name) ?? null
}

/** The environments of the level directly below, empty for the first. */
export function environmentsBelow(
  app: AppDefinition,
  target: EnvironmentDefinition,
): readonly EnvironmentDefinition[] {
  return app.environments.filter((environment) => environment.level === target.level - 1)
}

export const isFirstLevel = (environment: Pick<EnvironmentDefinition, 'level'>): boolean =>
  environment.level === 0

/** The environments of the highest level: a candidate accepted in one of them is released. */
export function isLastLevel(app: AppDefinition, environment: EnvironmentDefinition): boolean {
  return app.environments.every((other) => other.level <= environment.level)
}

/** The type of what Slipway cuts by itself: the first that the file names. */
export const firstTypeOf = ({ types }: Pick<AppDefinition, 'types'>): string => types[0]?.name ?? 'feature'
