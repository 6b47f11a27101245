/** Continuous mode: which pushes are built and deployed without anybody asking. */

import type { CommitSha } from '../identifiers.js'
import { type AppDefinition, type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import type { Announcement, DeliveryState, Found, Verdict } from './state.js'

/** How many announcements one deployment may overtake; then one in between is delivered as well (smaller blame). */
export const MOST_OVERTAKEN = 20
const REMEMBERED = 200

/** The environments that take a push to the branch: continuous ones of the first level. All others take releases. */
export function environmentsFollowing(app: AppDefinition, branch: string): readonly EnvironmentDefinition[] {
  return app.environments.filter(
    (environment) =>
      environment.mode === 'continuous' &&
      isFirstLevel(environment) &&
      (environment.branch ?? app.trunk) === branch,
  )
}

/** S5.15: every good commit of trunk becomes a release by itself. */
export const cutsBySelf = (app: AppDefinition, branch: string): boolean =>
  app.cut === 'automatic' && branch === app.trunk

/** Whether a push to the branch starts anything. */
export const isFollowed = (app: AppDefinition, branch: string): boolean =>
  cutsBySelf(app, branch) ||
  environmentsFollowing(app, branch).length > 0 ||
  // Without environments the way ends after the build (S4.11).
  (app.environments.length === 0 && branch === app.trunk)

/** Every branch of an app that a push to starts something. */
export function followedBranches(app: AppDefinition): readonly string[] {
  const branches = [app.trunk, ...app.environments.map((environment) => environment.branch ?? app.trunk)]
  return [...new Set(branches)].filter((branch) => isFollowed(app, branch))
}

/** Takes an announcement once; a repeated delivery changes nothing. */
export function announce(state: DeliveryState, app: AppDefinition, push: Announcement): DeliveryState {
  if (state.seen.includes(push.key)) return { ...state, app }
  return {
    ...state,
    app,
    seen: [...state.seen, push.key].slice(-REMEMBERED),
    waiting: [...state.waiting, push],
  }
}

export interface Turn {
  /** The announcements that this turn deals with. */
  readonly batch: readonly Announcement[]
  /** The commit to look for on the branch; null is its head, so that the newest push wins. */
  readonly wanted: CommitSha | null
}

/**
 * The next turn: the head of the branch, whatever was announced, so that deliveries out of order do no harm. Where
 * every commit becomes a release they are taken one by one instead.
 */
export function nextTurn(state: DeliveryState): Turn | null {
  const [first] = state.waiting
  if (!first) return null
  if (cutsBySelf(state.app, state.branch)) return { batch: [first], wanted: first.commit }
  if (state.waiting.length <= MOST_OVERTAKEN) return { batch: state.waiting, wanted: null }
  const batch = state.waiting.slice(0, MOST_OVERTAKEN)
  return { batch, wanted: batch.at(-1)?.commit ?? null }
}

/** What becomes of what was found. Turning Slipway on deploys nothing: its first look only notes where the branch is. */
export function judge(state: DeliveryState, turn: Turn, found: Found): Verdict {
  if (found.commit === state.head) return 'nothing-new'
  if (state.head === null && turn.batch.every((push) => push.via === 'first-look')) return 'baseline'
  if (state.failed.includes(found.commit)) return 'failed-before'
  return found.skip ? 'skipped' : 'deliver'
}

/** The turn is over: its announcements are dealt with. */
export function after(state: DeliveryState, turn: Turn, commit: CommitSha | null): DeliveryState {
  const dealt = new Set(turn.batch.map((push) => push.key))
  return {
    ...state,
    head: commit ?? state.head,
    waiting: state.waiting.filter((push) => !dealt.has(push.key)),
  }
}

/** The commit is not tried again by itself. */
export function failedAt(state: DeliveryState, commit: CommitSha): DeliveryState {
  return { ...state, failed: [...state.failed.filter((one) => one !== commit), commit].slice(-REMEMBERED) }
}

/** `[skip deploy]` anywhere in a commit's message. */
export const asksToSkip = (message: string): boolean => /\[(?:skip deploy|deploy skip)\]/i.test(message)
