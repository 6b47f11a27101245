/**
 * Builds of Slipway side by side, in an installation that names them: which build has the workflows, and which has no worker
 * left. Everything here is decided by what Temporal says about the workers that poll.
 */

/** A build's name. */
export type BuildId = string
/** Stands for workers without a build name. */
export const UNNAMED: BuildId = ''

/** How long a build may have no worker before others act for it. */
export const SILENT_AFTER_MS = 120_000

/** The last sign of each build's workers, and the instant at which it was first seen. */
export type LastSigns = ReadonlyMap<BuildId, { readonly sign: string; readonly at: number }>

/** The last poll by each build's workers that Temporal remembers; a build without any is missing. */
export type Signs = ReadonlyMap<BuildId, string>

/**
 * A sign that differs from the previous one is new. Instants of Temporal's clock are compared only with each other, because hosts
 * may disagree on the time. A build that is asked about for the first time counts as just seen.
 */
export function observeSigns(
  before: LastSigns,
  signs: Signs,
  { builds, at }: { builds: readonly BuildId[]; at: number },
): LastSigns {
  return new Map(
    builds.map((build) => {
      const sign = signs.get(build) ?? ''
      const known = before.get(build)
      return [build, known && (sign === known.sign || sign === '') ? known : { sign, at }]
    }),
  )
}

/** Whether a build has had no worker for `afterMs`. */
export function isSilent(
  lastSigns: LastSigns,
  build: BuildId,
  { at, afterMs }: { at: number; afterMs: number },
): boolean {
  const last = lastSigns.get(build)
  return last !== undefined && at - last.at >= afterMs
}

/** Which build has the workflows, as one build sees it. */
export interface Standing {
  readonly own: BuildId
  /** The build that has the workflows. */
  readonly current: BuildId
  /** `own` never had them. */
  readonly isNew: boolean
}

/**
 * A build takes the workflows at its first start. A replaced one finishes its own attempts, and takes the workflows back not when
 * it restarts, but only when the build that has them has no worker left.
 */
export function mayTakeOver({ own, current, isNew }: Standing, currentIsSilent: boolean): boolean {
  return own !== current && (isNew || currentIsSilent)
}
