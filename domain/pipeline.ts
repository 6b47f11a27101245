/**
 * The configuration as plain data. A release carries a snapshot of its app (`AppDefinition`), so later edits never change a
 * release that was cut before; role names are resolved at each decision, never snapshotted.
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
  /** Paths in the checkout that become the artifact; empty when the build outputs `artifact=<reference>`. */
  readonly artifacts: readonly string[]
  readonly variables: Readonly<Record<string, string>>
  readonly secrets: readonly string[]
  /** sha256 of everything above: with app and commit it identifies the one build. */
  readonly hash: string
}

/** One rule of an `approve` gate. The gate opens when every rule has its approvals; each person counts for one rule. */
export interface ApprovalRule {
  readonly from: readonly RoleName[]
  /** How many distinct people must approve. */
  readonly count: number
  /** The requester's approval does not count. */
  readonly fourEyes: boolean
  /** The sole author of everything that ships does not count either (X.2). */
  readonly notSoleAuthor: boolean
}

export interface AcceptGate {
  readonly from: readonly RoleName[]
}

/** A daily or weekly window, given by cron, duration and time zone; `deny` closes it, `allow` closes all other times. */
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
  /** All environments of one level gate the next; 0 is the first. */
  readonly level: number
  /** The branch a continuous environment follows. */
  readonly branch: string | null
  /** Path in the repository to the application template, read from the deployed commit. */
  readonly template: string | null
  readonly variables: Readonly<Record<string, string>>
  /** Names of variables in Slipway's own environment that are passed to the stages. */
  readonly secrets: readonly string[]
  readonly requireSetup: 'run' | 'refuse'
  readonly stages: StageSet
  /** Empty: no approval is needed. */
  readonly approve: readonly ApprovalRule[]
  /** Null: in a continuous environment the passing check accepts; in an approval environment the people who may `cut` do. */
  readonly accept: AcceptGate | null
  /** How long a candidate that awaits acceptance blocks pushes; ms. */
  readonly acceptWithinMs: number
  /** For the level below: all environments must have accepted, or any one. */
  readonly requires: 'all' | 'any'
  /** How long a candidate must have been accepted below before it may come here; ms. */
  readonly soakMs: number
  /** A change-management ticket that must be linked to the release; a regular expression that matches the whole link. */
  readonly change: { readonly pattern: string } | null
  readonly queue: 'fifo' | 'newest'
  readonly windows: readonly WindowDefinition[]
  readonly rollbackOnFailedCheck: boolean
  /** Null: permanent. */
  readonly expiresMs: number | null
  readonly noticesMs: readonly number[]
  readonly extensions: number
  readonly maxAgeMs: number | null
  /** How long before it starts the teardown of a permanent environment is announced. */
  readonly teardownNoticeMs: number
  /** How often `check` runs automatically to find drift; null: never. */
  readonly driftEveryMs: number | null
  /** The label of the workers that run its stages, instead of the app's. Absent: workers without a label. */
  readonly runsOn?: string
  /** Runs after a teardown: exits 0 when nothing is left of the environment. */
  readonly probe: StageDefinition | null
}

/** What decisions about an environment need: small, since its commands and variables are left out and read when they run. */
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

/** How previews are created: like a configured environment, with an expiry. */
export interface PreviewDefinition {
  readonly like: EnvironmentName
  readonly expiresMs: number
  readonly noticesMs: readonly number[]
  readonly extensions: number
  readonly maxAgeMs: number
  /** How many may exist at once; more are queued. */
  readonly most: number
  /** Added to the variables of `like`; `{name}` is the preview's name. */
  readonly variables: Readonly<Record<string, string>>
}

/** Not an environment: what must be done before a draft is cut. No environment may have this name. */
export const CUT = 'cut'

export const isBeforeCut = ({ before }: { readonly before: string }): boolean => before === CUT

export interface ChecklistItem {
  readonly item: string
  readonly role: RoleName
  /** The environment whose gate it blocks, or {@link CUT}: then it is a planning item. */
  readonly before: EnvironmentName
  /** Whether the person who requested the deployment may not tick it. */
  readonly fourEyes: boolean
}

/** One matching label or one matching branch is enough. */
export interface PullRequestRule {
  readonly labels: readonly string[]
  /** Branch names in the app's own repository; a trailing `*` matches any ending. */
  readonly branches: readonly string[]
}

/** A release type selects a policy: which gates of which environments apply. It never skips an environment (S4.8). */
export interface ReleaseTypePolicy {
  readonly name: string
  /** Null keeps each environment's own; a number replaces the count, 0 removes the approval gate. */
  readonly approvals: number | null
  /** Who may cut releases of this type, instead of the app's `cut`; absent: not specified. */
  readonly cut?: readonly RoleName[]
  /** False: the passing check accepts. */
  readonly acceptance: boolean
  readonly soak: boolean
  readonly checklist: boolean
  /** True: its promotions continue during a freeze, which is reported to everybody (S4.4). */
  readonly passesFreeze: boolean
  /** Set: each next step is prepared automatically and starts once its gates are open (S4.20); absent: people promote. */
  readonly promote?: 'automatic'
  /** The merged pull requests that cut a release of this type (S4.20); absent: none does. */
  readonly pullRequests?: PullRequestRule
}

/** What can keep a train from leaving. */
export const trainSkips = ['empty', 'frozen', 'holidays'] as const
export type TrainSkip = (typeof trainSkips)[number]

/** Cuts on a schedule, in its time zone. */
export interface TrainDefinition {
  /** Five fields. */
  readonly cron: string
  readonly timezone: string
  /** The branch whose head it takes. */
  readonly from: string
  /** How long before departure its channel is notified; ms. */
  readonly announceMs: number
  readonly skip: readonly TrainSkip[]
  /** What happens to a departure whose time passed while Slipway was not running, or while it was held. */
  readonly missed: 'run' | 'skip'
  /** The highest environment to which its releases are promoted automatically; null: as their type says. */
  readonly promote: EnvironmentName | null
}

export interface AppDefinition {
  readonly name: AppName
  readonly repository: string
  readonly trunk: string
  readonly channel: ChannelId
  /** Where the notes of releases are published; absent: in no channel. */
  readonly notesChannel?: ChannelId
  /** Its channel has a pinned message of what runs where, this app included; absent: no. Today's configuration applies. */
  readonly pin?: true
  readonly timezone: string
  readonly version: Versioning
  /** Pattern of the tag, with `{version}`. */
  readonly tag: string
  /** Pattern of the branch that cherry-picks are put on, with `{tag}` or `{version}`. */
  readonly pickBranch: string
  /** Git pathspecs of the app's files in the repository; empty: everything. */
  readonly paths: readonly string[]
  /** More pathspecs, whose changes start work for the app without being part of it. */
  readonly alsoWhen: readonly string[]
  /** Whether checkouts have the files that Git LFS stores elsewhere; absent: no. */
  readonly lfs?: true
  /** Whether checkouts have the submodules; absent: no. */
  readonly submodules?: true
  readonly cut: 'manual' | 'automatic'
  /** Absent: nothing is cut on a schedule. */
  readonly train?: TrainDefinition
  readonly permissions: Readonly<Partial<Record<ProtectedVerb, readonly RoleName[]>>>
  readonly build: BuildDefinition
  /** What its commands can access on the machine. Today's configuration applies, never the snapshot. Absent: nothing extra. */
  readonly sandbox?: SandboxPaths
  /** The label of the workers that build it. Today's configuration applies, not the snapshot. Absent: those without one. */
  readonly runsOn?: string
  readonly environments: readonly EnvironmentDefinition[]
  readonly previews: PreviewDefinition | null
  /** Whether the heads of pull requests are built (S4.21); absent: no. */
  readonly pullRequests?: 'build'
  readonly checklist: readonly ChecklistItem[]
  readonly types: readonly ReleaseTypePolicy[]
  /** How long a release may be inactive before its channel is notified; ms. */
  readonly stallAfterMs: number
  readonly github: GithubDefinition
  /** Hash of the configuration file this came from (S4.16). */
  readonly configHash: string
}

/** The repository of the app's commits, as passed to git. */
export const repositoryOf = (app: AppDefinition): RepositoryRef => ({
  app: app.name,
  url: app.repository,
  trunk: app.trunk,
  paths: app.paths,
  alsoWhen: app.alsoWhen,
  ...(app.lfs === true ? { lfs: app.lfs } : {}),
  ...(app.submodules === true ? { submodules: app.submodules } : {}),
})

/** The environment with that name, `null` when the app has none. */
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

/** The type of the releases Slipway cuts on its own: the first in the file. */
export const firstTypeOf = ({ types }: Pick<AppDefinition, 'types'>): string => types[0]?.name ?? 'feature'
