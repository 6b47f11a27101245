/** How many previews of an app may exist at once, and the queue of those that wait for a place. */
import { unreachable } from '../exhaustive.js'
import type { EnvironmentName } from '../identifiers.js'
import type { StoredState } from '../stored-state.js'

/** A preview that exists or waits. */
export interface PreviewPlace {
  readonly name: EnvironmentName
  /** The branch it follows; null when it permanently shows one commit. */
  readonly branch: string | null
}

/** The most previews that wait for a place. One for which there is no room asks again after the next start or reload. */
const MOST_WAITING = 300

/** The version of {@link PreviewPlaces}. */
export const PREVIEWS_STATE = 1

/** The state of the workflow that owns an app's places. */
export interface PreviewPlaces extends StoredState<typeof PREVIEWS_STATE> {
  readonly most: number
  readonly living: readonly PreviewPlace[]
  /** First come, first served. */
  readonly waiting: readonly PreviewPlace[]
}

/** What a preview is told about its place. */
export interface PlaceReport {
  readonly granted: boolean
  /** How many are ahead of it in the queue. */
  readonly ahead: number
  readonly living: number
  readonly most: number
}

export const noPreviews: PreviewPlaces = {
  stateVersion: PREVIEWS_STATE,
  run: 1,
  seq: 0,
  most: 0,
  living: [],
  waiting: [],
}

/** Like `upgradeEnvironment`. */
export function upgradePreviews(recorded: PreviewPlaces): PreviewPlaces {
  switch (recorded.stateVersion) {
    case PREVIEWS_STATE:
      return recorded
    default:
      return unreachable(recorded.stateVersion)
  }
}

/** Takes a place, or joins the end of the queue unless that is full. Asking again only updates the followed branch. */
export function claimPlace(
  places: PreviewPlaces,
  claim: PreviewPlace & { readonly most: number },
): PreviewPlaces {
  const { name, branch, most } = claim
  const renamed = (all: readonly PreviewPlace[]): readonly PreviewPlace[] =>
    all.map((one) => (one.name === name ? { name, branch } : one))
  const known = [...places.living, ...places.waiting].some((one) => one.name === name)
  const isFull = known || places.waiting.length >= MOST_WAITING
  const waiting = isFull ? renamed(places.waiting) : [...places.waiting, { name, branch }]
  return admitted({ ...places, most, living: renamed(places.living), waiting })
}

/** Gives a place back; the first in the queue gets it. */
export function freePlace(places: PreviewPlaces, name: EnvironmentName): PreviewPlaces {
  const others = (all: readonly PreviewPlace[]): readonly PreviewPlace[] =>
    all.filter((one) => one.name !== name)
  return admitted({ ...places, living: others(places.living), waiting: others(places.waiting) })
}

function admitted(places: PreviewPlaces): PreviewPlaces {
  const free = Math.max(0, places.most - places.living.length)
  return {
    ...places,
    living: [...places.living, ...places.waiting.slice(0, free)],
    waiting: places.waiting.slice(free),
  }
}

/**
 * What each preview has to be told after a change. Every waiting preview is told its position, and the one that `asked` is
 * answered even if it was before: it may have missed the first answer.
 */
export function placesAfter(
  before: PreviewPlaces,
  after: PreviewPlaces,
  asked: EnvironmentName | null = null,
): readonly { readonly name: EnvironmentName; readonly report: PlaceReport }[] {
  const counts = { living: after.living.length, most: after.most }
  const lived = new Set(before.living.map(({ name }) => name))
  const isIn = [...after.living, ...after.waiting].some(({ name }) => name === asked)
  return [
    ...(asked === null || isIn
      ? []
      : [{ name: asked, report: { granted: false, ahead: after.waiting.length, ...counts } }]),
    ...after.living
      .filter(({ name }) => name === asked || !lived.has(name))
      .map(({ name }) => ({ name, report: { granted: true, ahead: 0, ...counts } })),
    ...after.waiting.map(({ name }, ahead) => ({ name, report: { granted: false, ahead, ...counts } })),
  ]
}

/** The previews that follow a branch. */
export function previewsOfBranch(places: PreviewPlaces, branch: string): readonly EnvironmentName[] {
  return [...places.living, ...places.waiting].filter((one) => one.branch === branch).map(({ name }) => name)
}
