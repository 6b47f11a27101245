/** Cherry-picks onto a release: a clean pick becomes the next candidate, a conflict waits for a person (S5.7, S5.8). */
import type { CommitAuthors } from '../authorship.js'
import type {
  CommitSummary,
  ConfirmedCommits,
  CountedCommits,
  PickConflict,
  UnconfirmedCommits,
} from '../change.js'
import type { CommitSha } from '../identifiers.js'
import { type ConflictSide, noMerges, type PickedMerges } from '../ports.js'
import type { OverriddenRule } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import type { PickOrder, PickPlan } from './effect-orders.js'
import { newestCandidate, pickUnderWay, type ReleaseState } from './state.js'
import { nameOfCandidate, type ReleaseStep, releaseStep } from './step.js'
import { wantedBranch } from './tags.js'

/** The most commits in one order: more should be a release of their own. */
export const MOST_PICKS = 500

/** What is on the branch now. */
interface OnBranch {
  readonly branch: string
  readonly head: CommitSha
  readonly picked: readonly CommitSha[]
  readonly merges: PickedMerges
  readonly confirmed: readonly ConfirmedCommits[]
}

export type PickResult =
  | ({
      readonly kind: 'picked'
      readonly alreadyContained: readonly CommitSha[]
      /** All that is new since the last candidate, counted by git. */
      readonly gained: CountedCommits
      /** All that it has since what runs in the last environment. */
      readonly contents: CommitSummary
      /** Who wrote the new commits. */
      readonly authors: readonly CommitAuthors[]
      /** The rules that the override set aside. */
      readonly overrode: readonly OverriddenRule[]
    } & OnBranch)
  | { readonly kind: 'already-contained'; readonly commits: readonly CommitSha[] }
  | ({
      readonly kind: 'conflict'
      readonly at: CommitSha
      readonly sides: readonly ConflictSide[]
      /** All requested picks, in order. */
      readonly picks: readonly CommitSha[]
      readonly overrode: readonly OverriddenRule[]
    } & OnBranch)
  /** The branch has more than the resolution; a person has to confirm that it belongs there. */
  | { readonly kind: 'unconfirmed'; readonly found: UnconfirmedCommits }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

export type PickDecision =
  | { readonly kind: 'pick'; readonly plan: PickPlan }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** Whether a pick is allowed now, and onto which commit. */
export function decidePick(state: ReleaseState, order: PickOrder): PickDecision {
  const newest = newestCandidate(state)
  if (state.lifecycle !== 'open' || state.version === null || newest === null) {
    return { kind: 'refuse', refusal: { code: 'release-ended', state: state.lifecycle } }
  }
  const underWay = pickUnderWay(state)
  if (underWay) {
    return { kind: 'refuse', refusal: { code: 'pick-under-way', by: underWay.by, at: underWay.at } }
  }
  const since = { name: nameOfCandidate(state, newest.number), commit: newest.commit }
  const { conflict } = state
  if (order.step === 'start') {
    if (conflict) {
      const { at: commit, branch } = conflict
      return { kind: 'refuse', refusal: { code: 'pick-in-conflict', commit, branch } }
    }
    const branch = state.branch ?? wantedBranch(state.app, state.version)
    const none = { rest: [], before: [], merges: noMerges, confirmed: [], resolved: null }
    const plan = { branch, settled: state.branch !== null, since, onto: newest.commit, asked: order.picks }
    return { kind: 'pick', plan: { ...plan, ...none } }
  }
  if (!conflict) return { kind: 'refuse', refusal: { code: 'no-conflict', step: order.step } }
  return { kind: 'pick', plan: { since, ...afterConflict(conflict, order.step) } }
}

function afterConflict(conflict: PickConflict, step: 'continue' | 'skip'): Omit<PickPlan, 'since'> {
  return {
    branch: conflict.branch,
    settled: true,
    onto: conflict.head,
    asked: [],
    rest: conflict.picks.slice(conflict.picks.indexOf(conflict.at) + 1),
    before: conflict.picked,
    merges: conflict.merges,
    confirmed: conflict.confirmed,
    resolved: step === 'continue' ? conflict.at : null,
  }
}

/** Marks the release as busy while git works, so that no second pick starts in parallel. */
export function beginPick(state: ReleaseState, order: PickOrder, plan: PickPlan): ReleaseStep {
  const { user, at } = order.by
  return {
    ...releaseStep({ ...state, busy: { kind: 'pick', by: user, at, progress: null } }),
    effects: [{ kind: 'pick', order, plan }],
  }
}

/** The progress of a long pick. */
export interface PickProgress {
  readonly done: number
  readonly of: number
}

/** Shows it on the card; late progress, or that of a finished pick, changes nothing. */
export function noteProgress(state: ReleaseState, { done, of }: PickProgress): ReleaseStep {
  const picking = pickUnderWay(state)
  if (!picking || (picking.progress?.done ?? 0) >= done) return releaseStep(state)
  return releaseStep({ ...state, busy: { ...picking, progress: { done, of } } })
}
