/** Continuous mode: which pushes are built and deployed without anybody asking. */

import type { CommitSha } from '../identifiers.js'
import { type AppDefinition, type EnvironmentDefinition, isFirstLevel } from '../pipeline.js'
import type { Announcement, DeliveryState, Found, Verdict } from './state.js'

/** How many announcements one deployment may overtake; then one in between is delivered as well (smaller blame). */
export const MOST_OVERTAKEN = 20
const REMEMBERED = 100
/** Announcements that wait. They only say that it is time to look, so what is older than these tells nothing more. */
const MOST_WAITING = 200

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
    waiting: [...state.waiting, push].slice(-MOST_WAITING),
  }
}

export interface Turn {
  /** The announcements that this turn deals with. */
  readonly batch: readonly Announcement[]
  /** The newest commit of them, where it is not the head of the branch that is taken. */
  readonly wanted: CommitSha | null
  /** Takes the commits of the branch one by one, the oldest that was not dealt with first. */
  readonly each: boolean
}

/**
 * The next turn. An announcement says only that it is time to look: what the branch holds then decides, so that it does not
 * matter in which order, how often and by which ways it was told.
 */
export function nextTurn(state: DeliveryState): Turn | null {
  if (state.waiting.length === 0) return null
  if (cutsBySelf(state.app, state.branch)) return { batch: state.waiting, wanted: null, each: true }
  if (state.waiting.length <= MOST_OVERTAKEN) return { batch: state.waiting, wanted: null, each: false }
  const batch = state.waiting.slice(0, MOST_OVERTAKEN)
  return { batch, wanted: batch.at(-1)?.commit ?? null, each: false }
}

/** What becomes of what was found. Turning Slipway on deploys nothing: its first look only notes where the branch is. */
export function judge(state: DeliveryState, turn: Turn, found: Found): Verdict {
  if (found.commit === state.head) return 'nothing-new'
  if (state.head === null && turn.batch.every((push) => push.via === 'first-look')) return 'baseline'
  if (!found.touches) return 'untouched'
  if (state.failed.includes(found.commit)) return 'failed-before'
  return found.skip ? 'skipped' : 'deliver'
}

/** The turn is over: its announcements are dealt with, unless more commits follow; null: nothing was found. */
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

/** The commit is not tried again by itself. */
export function failedAt(state: DeliveryState, commit: CommitSha): DeliveryState {
  return { ...state, failed: [...state.failed.filter((one) => one !== commit), commit].slice(-REMEMBERED) }
}

/** `[skip deploy]` anywhere in a commit's message. */
export const asksToSkip = (message: string): boolean => /\[(?:skip deploy|deploy skip)\]/i.test(message)
