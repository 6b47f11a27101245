/** What cherry-picks need from git and from the forge. */
import type { CommitAuthors } from '../../domain/authorship.js'
import type { CommitSummary, CountedCommits } from '../../domain/change.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import type { PickOutcome, ShownCommit } from '../../domain/ports.js'
import type { OverriddenRule } from '../../domain/reasons.js'
import type { Refusal } from '../../domain/refusal.js'

/** Why nothing was done. */
export interface Refused {
  readonly kind: 'refused'
  readonly refusal: Refusal
}

export interface PicksToResolve {
  readonly app: AppDefinition
  /** Commits, ranges `a..b` and `#4812`, as typed. */
  readonly asked: readonly string[]
  /** The reason of a person's override; null: all of them must be on trunk. */
  readonly override: string | null
  /** The wanted name of a branch that the remote has not accepted yet; null: it has. */
  readonly branch: string | null
}
export type ResolvedPicks =
  | {
      readonly kind: 'resolved'
      /** In the requested order, without duplicates. */
      readonly commits: readonly CommitSha[]
      /** The name that the remote accepts; null when none was needed. */
      readonly branch: string | null
      /** The rules that the override set aside. */
      readonly overrode: readonly OverriddenRule[]
    }
  | Refused

/** What a hotfix is to bring, as typed, and the commit that it is cut from. */
export interface FixToFind extends Pick<PicksToResolve, 'app' | 'asked' | 'override'> {
  readonly onto: CommitSha
}
/** `title`: the subject of its first commit, as long as a release's title may be. */
export type FoundFix = { readonly kind: 'found'; readonly title: string } | Refused

export interface ResolutionToFind {
  readonly app: AppDefinition
  readonly branch: string
  /** The branch head at the conflict. */
  readonly after: CommitSha
  /** The commit in conflict. */
  readonly at: CommitSha
}
export type FoundResolution =
  | {
      readonly kind: 'found'
      readonly head: CommitSha
      /** Whether a commit on the branch says that it is the pick, or makes the same change. */
      readonly carried: boolean
      /** The other commits added to the branch. */
      readonly others: { readonly commits: readonly ShownCommit[]; readonly total: number }
    }
  | Refused

export interface CherryPickOrder {
  readonly app: AppDefinition
  readonly branch: string
  readonly onto: CommitSha
  readonly picks: readonly CommitSha[]
}

export interface GainToRead {
  readonly app: AppDefinition
  readonly since: { readonly name: string; readonly commit: CommitSha }
  readonly head: CommitSha
}
export type ReadGain =
  | {
      readonly kind: 'read'
      readonly commits: CountedCommits
      /** Since what runs in the last environment. */
      readonly contents: CommitSummary
      readonly authors: readonly CommitAuthors[]
    }
  | Refused

export interface PickActivities {
  /** What was typed, resolved to commits; a pull request becomes its commits on its base branch. */
  resolvePicks(order: PicksToResolve): Promise<ResolvedPicks>
  /** The commits a person pushed onto the branch to resolve a conflict. */
  findResolution(order: ResolutionToFind): Promise<FoundResolution>
  /** The same order after a crash has the same outcome. For many commits it reports progress to the release. */
  cherryPick(order: CherryPickOrder): Promise<PickOutcome | Refused>
  /** The new commits on the branch since a candidate, and since what runs in the last environment. */
  readGain(order: GainToRead): Promise<ReadGain>
}
