/** Continuous mode: which pushes are built and deployed automatically. */

import type { CommitSha } from '../identifiers.js'
import { type AppDefinition, type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import type { Announcement, DeliveryState, Found, Verdict } from './state.js'

/** How many announcements one deployment may skip; beyond that, one in between is delivered too (fewer changes to blame). */
export const MOST_OVERTAKEN = 20
const REMEMBERED = 100
/** The most announcements that wait. They only trigger a look at the branch, so older ones add no information. */
const MOST_WAITING = 200

/** The environments that a push to the branch is deployed to: continuous ones of the first level. All others take releases. */
export function environmentsFollowing(app: AppDefinition, branch: string): readonly EnvironmentDefinition[] {
  return app.environments.filter(
    (environment) =>
      environment.mode === 'continuous' &&
      isFirstLevel(environment) &&
      (environment.branch ?? app.trunk) === branch,
  )
}

/** S5.15: every good commit of trunk becomes a release automatically. */
export const cutsBySelf = (app: AppDefinition, branch: string): boolean =>
  app.cut === 'automatic' && branch === app.trunk

/** Whether a push to the branch starts anything. */
export const isFollowed = (app: AppDefinition, branch: string): boolean =>
  cutsBySelf(app, branch) ||
  environmentsFollowing(app, branch).length > 0 ||
  // Without environments, delivery ends after the build (S4.11).
  (app.environments.length === 0 && branch === app.trunk)

/** Every branch of an app where a push starts something. */
export function followedBranches(app: AppDefinition): readonly string[] {
  const branches = [app.trunk, ...app.environments.map((environment) => environment.branch ?? app.trunk)]
  return [...new Set(branches)].filter((branch) => isFollowed(app, branch))
}

/** Adds an announcement once; a repeated delivery changes nothing. */
export function announce(state: DeliveryState, app: AppDefinition, push: Announcement): DeliveryState {
  if (state.seen.includes(push.key)) return { ...state, app }
  return {
    ...state,
    app,
    seen: [...state.seen, push.key].slice(-REMEMBERED),
    waiting: [...state.waiting, push].slice(-MOST_WAITING),
  }
}

export interface Turn {
  /** The announcements that this turn handles. */
  readonly batch: readonly Announcement[]
  /** The newest commit among them, if not the head of the branch is to be delivered. */
  readonly wanted: CommitSha | null
  /** Handles the commits of the branch one by one, starting with the oldest unhandled one. */
  readonly each: boolean
}

/**
 * The next turn. An announcement only triggers a look at the branch, whose content then decides. So it does not matter in which
 * order, how often or by which path announcements arrive.
 */
export function nextTurn(state: DeliveryState): Turn | null {
  if (state.waiting.length === 0) return null
  if (cutsBySelf(state.app, state.branch)) return { batch: state.waiting, wanted: null, each: true }
  if (state.waiting.length <= MOST_OVERTAKEN) return { batch: state.waiting, wanted: null, each: false }
  const batch = state.waiting.slice(0, MOST_OVERTAKEN)
  return { batch, wanted: batch.at(-1)?.commit ?? null, each: false }
}

/** Decides what to do with the commit found. Starting Slipway deploys nothing: the first look only records the branch head. */
export function judge(state: DeliveryState, turn: Turn, found: Found): Verdict {
  if (found.commit === state.head) return 'nothing-new'
  if (state.head === null && turn.batch.every((push) => push.via === 'first-look')) return 'baseline'
  if (!found.touches) return 'untouched'
  if (state.failed.includes(found.commit)) return 'failed-before'
  return found.skip ? 'skipped' : 'deliver'
}

/** What {@link judge} will likely say, known where the branch was looked at; `since`: the last commit that was handled. */
export const isLikelyBuilt = ({ commit, touches, skip }: Found, since: CommitSha | null): boolean =>
  since !== null && since !== commit && touches && !skip

/** Ends the turn: its announcements are handled, unless more commits follow; null: nothing was found. */
export function after(
  state: DeliveryState,
  turn: Turn,
  found: Pick<Found, 'commit' | 'more'> | null,
): DeliveryState {
  if (found?.more) return { ...state, head: found.commit }
  const dealt = new Set(turn.batch.map((push) => push.key))
  return {
    ...state,
    head: found?.commit ?? state.head,
    waiting: state.waiting.filter((push) => !dealt.has(push.key)),
  }
}

/** Records the commit as failed, so that it is not retried automatically. */
export function failedAt(state: DeliveryState, commit: CommitSha): DeliveryState {
  return { ...state, failed: [...state.failed.filter((one) => one !== commit), commit].slice(-REMEMBERED) }
}

/** `[skip deploy]` anywhere in a commit's message. */
export const asksToSkip = (message: string): boolean => /\[(?:skip deploy|deploy skip)\]/i.test(message)
