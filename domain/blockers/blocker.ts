/** What blocks a candidate, and the blockers that concern it alone: its build, its picks, its rejection. */
import { missingFromTrunk, troubledTags } from '../card-standing.js'
import type { ClosedWindow } from '../environment/closures.js'
import type { CheckProblem, CheckVerdict } from '../forge/checks.js'
import type { CommitSha, EnvironmentName, UserId } from '../identifiers.js'
import { rolesFor } from '../permissions.js'
import type { AppDefinition } from '../pipeline.js'
import type { MissingChange } from '../ports.js'
import type { Closure, Gate, RuleQuorum, Setback } from '../reasons.js'
import type { TagStanding } from '../record-details.js'
import type { HostWait } from '../runs-on.js'
import type { StageName } from '../stage.js'
import type { CandidateView, ReleaseView } from '../views.js'

/** What blocks it, with the facts; `bot/views/words/blocker-words.ts` words it, and what happens next automatically. */
export type BlockerFacts =
  /** `noRoom`: why no worker starts it; null while a worker may start it, or has. */
  | { readonly kind: 'build'; readonly noRoom: string | null }
  | { readonly kind: 'build-failed' | 'rejected' | 'running' }
  /** `last`: accepted there, it is released. */
  | { readonly kind: 'acceptance'; readonly last: boolean }
  | { readonly kind: 'soak' }
  /** The build (`environment` null) or a deployment waits for a worker. */
  | { readonly kind: 'worker'; readonly wait: HostWait }
  | {
      readonly kind: 'conflict'
      readonly commit: CommitSha
      readonly branch: string
      readonly files: readonly string[]
    }
  | { readonly kind: 'approval'; readonly gate: Extract<Gate, { kind: 'approvals' }> }
  | { readonly kind: 'checklist'; readonly item: string }
  | { readonly kind: 'ticket'; readonly pattern: string }
  | { readonly kind: 'checks'; readonly check: CheckVerdict; readonly problem: CheckProblem | null }
  /** `promoted`: what comes next is not deployed there automatically, a person has to promote it. */
  | {
      readonly kind: Closure['kind']
      readonly closure: Closure
      readonly promoted: boolean
    }
  /** `place` 1 is next; `inMs` is the estimated time until it starts, null without history. */
  | { readonly kind: 'lane'; readonly place: number; readonly inMs: number | null }
  /** `stage` null: before the first stage. */
  | { readonly kind: 'failure'; readonly stage: StageName | null }
  /** `newer`: a newer candidate that is good. `setback`: what went wrong with this one there. Null: none. */
  | { readonly kind: 'promotion'; readonly newer: string | null; readonly setback: Setback | null }
  /** The environment it ran in was torn down; `back`: what a rebuild would deploy there. */
  | { readonly kind: 'torn-down'; readonly back: string | null }
  /** Blocks nothing, but people will look for it: a tag that is missing from the remote. */
  | { readonly kind: 'tag'; readonly tag: TagStanding }
  /** Blocks nothing either: a pick that trunk lacks, so a later cut may lose it. */
  | { readonly kind: 'off-trunk'; readonly commit: MissingChange; readonly trunk: string }

/** Who can end a blocker, and when it began. */
export interface BlockerFrame {
  readonly environment: EnvironmentName | null
  readonly since: string | null
  /** When it ends automatically. */
  readonly until: string | null
  /** Who can end it. */
  readonly roles: readonly string[]
  readonly people: readonly UserId[]
}

export type Blocker = BlockerFacts & BlockerFrame

export interface BlockerContext {
  /** As of `now`. */
  readonly view: ReleaseView
  /** As currently configured: whom to ask. */
  readonly app: AppDefinition
  readonly candidate: CandidateView
  /** Environments closed by their windows at an ISO instant. */
  readonly windows: (at: string) => ReadonlyMap<string, ClosedWindow>
  /** ISO instant. */
  readonly now: string
  /** Why no worker starts its build; absent: one may. */
  readonly noRoom?: string | null
  /** How long deployments to each environment usually take, in milliseconds; without it there are no estimates. */
  readonly usual?: ReadonlyMap<string, number>
  /** Why approvals cannot be obtained, by environment; a missing environment was not checked. */
  readonly quorums?: Quorums
}

/** Why the approval rules of each environment cannot be satisfied. */
export type Quorums = ReadonlyMap<string, readonly RuleQuorum[]>

/** A gate, with the reasons why the people who could open it cannot. */
export function withQuorum(gate: Gate, quorums: readonly RuleQuorum[] = []): Gate {
  if (gate.kind !== 'approvals') return gate
  const quorum = quorums.find(({ roles }) => roles.join() === gate.roles.join())
  return quorum === undefined ? gate : { ...gate, quorum }
}

/** For a blocker that no particular person can end. */
export const nobody = { since: null, until: null, roles: [], people: [] } as const

export const ofWait = (wait: HostWait, environment: EnvironmentName | null): Blocker => ({
  ...nobody,
  ...{ environment, kind: 'worker', since: wait.since, wait },
})

/** Until a candidate is ready, nothing else matters. */
export function ofCandidate({ view, app, candidate, noRoom = null }: BlockerContext): readonly Blocker[] {
  const { conflict } = view.detail
  const about = { ...nobody, environment: null, since: candidate.createdAt }
  if (conflict !== null) {
    const { at: commit, branch, sides } = conflict
    const files = sides.map(({ file }) => file)
    const roles = rolesFor(app, 'cherry-pick', null)
    return [{ ...nobody, environment: null, roles, kind: 'conflict', commit, branch, files }]
  }
  switch (candidate.state) {
    case 'building':
      // If a disk is full, that is why no worker takes it.
      return [
        candidate.waits === null || noRoom !== null
          ? { ...about, kind: 'build', noRoom }
          : ofWait(candidate.waits, null),
      ]
    case 'build_failed':
      return [{ ...about, kind: 'build-failed', roles: rolesFor(app, 'retry', null) }]
    case 'rejected':
      return [{ ...about, kind: 'rejected' }]
    case 'ready':
      return []
  }
}

/** The tags that are missing from the remote although pushing was attempted; they block nothing. */
export function ofTags({ view, app }: BlockerContext): readonly Blocker[] {
  const roles = rolesFor(app, 'tag', null)
  return troubledTags(view).map((tag) => ({
    ...{ ...nobody, environment: null, since: tag.since },
    ...{ kind: 'tag', roles, tag },
  }))
}

/** The picks that trunk lacks. */
export function ofTrunk({ view, app }: BlockerContext): readonly Blocker[] {
  const missing = missingFromTrunk(view)
  if (missing === null) return []
  const roles = rolesFor(app, 'on-trunk', null)
  const { trunk } = missing
  return missing.commits.map((commit) => ({
    ...{ ...nobody, environment: null, kind: 'off-trunk', roles, commit, trunk },
  }))
}
