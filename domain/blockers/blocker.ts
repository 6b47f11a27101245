/** What blocks a candidate, and the blockers that are its own: its build, its picks, its rejection. */
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

/** What blocks, with its own facts; `bot/views/words/blocker-words.ts` says it, and what happens next by itself. */
export type BlockerFacts =
  /** `noRoom`: why no worker starts it; null while one may, or does. */
  | { readonly kind: 'build'; readonly noRoom: string | null }
  | { readonly kind: 'build-failed' | 'rejected' | 'running' | 'acceptance' }
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
  /** `promoted`: what comes there next is not deployed by itself, somebody has to promote it. */
  | {
      readonly kind: Closure['kind']
      readonly closure: Closure
      readonly promoted: boolean
    }
  /** `place` 1 is next; `inMs` until it probably starts, null without history. */
  | { readonly kind: 'lane'; readonly place: number; readonly inMs: number | null }
  /** `stage` null: before any. */
  | { readonly kind: 'failure'; readonly stage: StageName | null }
  /** `newer`: a candidate that is newer and good. `setback`: what went wrong with it there. Null: there is none. */
  | { readonly kind: 'promotion'; readonly newer: string | null; readonly setback: Setback | null }
  /** The environment it ran in was torn down; `back`: what a rebuild would put there. */
  | { readonly kind: 'torn-down'; readonly back: string | null }
  /** Stops nothing, but somebody will look for it: a tag that is not in the remote. */
  | { readonly kind: 'tag'; readonly tag: TagStanding }
  /** Stops nothing either: a pick that trunk lacks, so that a later cut may lose it. */
  | { readonly kind: 'off-trunk'; readonly commit: MissingChange; readonly trunk: string }

/** Whose it is to end, and when that began. */
export interface BlockerFrame {
  readonly environment: EnvironmentName | null
  readonly since: string | null
  /** When it ends by itself. */
  readonly until: string | null
  /** Who can end it. */
  readonly roles: readonly string[]
  readonly people: readonly UserId[]
}

export type Blocker = BlockerFacts & BlockerFrame

export interface Outlook {
  /** As it stands at `now`. */
  readonly view: ReleaseView
  /** As it is configured now: whom to ask. */
  readonly app: AppDefinition
  readonly candidate: CandidateView
  /** Environments closed by their windows at an ISO instant. */
  readonly windows: (at: string) => ReadonlyMap<string, ClosedWindow>
  /** ISO instant. */
  readonly now: string
  /** Why no worker starts its build; absent: one may. */
  readonly noRoom?: string | null
  /** How long deployments to each environment usually take, in milliseconds; without it nothing is estimated. */
  readonly usual?: ReadonlyMap<string, number>
  /** What is wrong with whoever can approve, by environment; one that is missing was not looked at. */
  readonly quorums?: Quorums
}

/** What is wrong with whoever can satisfy the approval rules of each environment. */
export type Quorums = ReadonlyMap<string, readonly RuleQuorum[]>

/** A gate with what is wrong with whoever could open it. */
export function withQuorum(gate: Gate, quorums: readonly RuleQuorum[] = []): Gate {
  if (gate.kind !== 'approvals') return gate
  const quorum = quorums.find(({ roles }) => roles.join() === gate.roles.join())
  return quorum === undefined ? gate : { ...gate, quorum }
}

/** Of a blocker that nobody in particular can end. */
export const nobody = { since: null, until: null, roles: [], people: [] } as const

export const ofWait = (wait: HostWait, environment: EnvironmentName | null): Blocker => ({
  ...nobody,
  ...{ environment, kind: 'worker', since: wait.since, wait },
})

/** Before a candidate is ready nothing else matters. */
export function ofCandidate({ view, app, candidate, noRoom = null }: Outlook): readonly Blocker[] {
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
      // A disk that is full is why no worker takes it.
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

/** The tags that are not in the remote although they were tried; they stop nothing. */
export function ofTags({ view, app }: Outlook): readonly Blocker[] {
  const roles = rolesFor(app, 'tag', null)
  return troubledTags(view).map((tag) => ({
    ...{ ...nobody, environment: null, since: tag.since },
    ...{ kind: 'tag', roles, tag },
  }))
}

/** The picks that trunk lacks. */
export function ofTrunk({ view, app }: Outlook): readonly Blocker[] {
  const missing = missingFromTrunk(view)
  if (missing === null) return []
  const roles = rolesFor(app, 'on-trunk', null)
  const { trunk } = missing
  return missing.commits.map((commit) => ({
    ...{ ...nobody, environment: null, kind: 'off-trunk', roles, commit, trunk },
  }))
}
