/** Cherry-picks onto a release: a clean pick is the next candidate, a conflict waits for a person (S5.7, S5.8). */
import type { PickConflict } from '../change.js'
import type { CommitSha, Version } from '../identifiers.js'
import type { ConflictSide } from '../ports.js'
import type { OverriddenRule } from '../reasons.js'
import type { Refusal } from '../refusal.js'
import type { PickAuthors, PickOrder, PickPlan } from './effect-orders.js'
import { newestCandidate, type ReleaseState } from './state.js'
import { type ReleaseStep, releaseStep } from './step.js'

export type PickResult =
  | {
      readonly kind: 'picked'
      readonly head: CommitSha
      readonly picked: readonly CommitSha[]
      readonly alreadyContained: readonly CommitSha[]
      /** E-mail addresses of who wrote what is new on the branch. */
      readonly authors: readonly string[]
      /** The rules that the override set aside. */
      readonly overrode: readonly OverriddenRule[]
    }
  | { readonly kind: 'already-contained'; readonly commits: readonly CommitSha[] }
  | {
      readonly kind: 'conflict'
      readonly at: CommitSha
      readonly sides: readonly ConflictSide[]
      readonly head: CommitSha
      readonly picked: readonly CommitSha[]
      /** All that were asked for, in order. */
      readonly picks: readonly CommitSha[]
      readonly authors: PickAuthors
      readonly overrode: readonly OverriddenRule[]
    }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** The branch of a release: its cut and every pick after it. */
export const releaseBranch = (version: Version): string => `release/${version}`

export type PickDecision =
  | { readonly kind: 'pick'; readonly plan: PickPlan }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** May something be picked now, and onto what. */
export function decidePick(state: ReleaseState, order: PickOrder): PickDecision {
  const newest = newestCandidate(state)
  if (state.lifecycle !== 'open' || state.version === null || newest === null) {
    return { kind: 'refuse', refusal: { code: 'release-ended', state: state.lifecycle } }
  }
  if (state.picking) {
    return { kind: 'refuse', refusal: { code: 'pick-under-way', by: state.picking.by, at: state.picking.at } }
  }
  const branch = releaseBranch(state.version)
  const { conflict } = state
  if (order.step === 'start') {
    if (conflict) {
      return { kind: 'refuse', refusal: { code: 'pick-in-conflict', commit: conflict.at, branch } }
    }
    const none = { rest: [], before: [], resolved: null, authors: {} }
    return { kind: 'pick', plan: { branch, onto: newest.commit, asked: order.picks, ...none } }
  }
  if (!conflict) return { kind: 'refuse', refusal: { code: 'no-conflict', step: order.step } }
  return { kind: 'pick', plan: afterConflict(conflict, order.step) }
}

function afterConflict(conflict: PickConflict, step: 'continue' | 'skip'): PickPlan {
  return {
    branch: conflict.branch,
    onto: conflict.head,
    asked: [],
    rest: conflict.picks.slice(conflict.picks.indexOf(conflict.at) + 1),
    before: conflict.picked,
    resolved: step === 'continue' ? conflict.at : null,
    authors: conflict.authors,
  }
}

/** Marks the release while git works, so that a second pick does not start beside it. */
export function beginPick(state: ReleaseState, order: PickOrder, plan: PickPlan): ReleaseStep {
  const { user, at } = order.by
  return {
    ...releaseStep({ ...state, picking: { by: user, at } }),
    effects: [{ kind: 'pick', order, plan }],
  }
}
