/** From which environments a release is linked to the one it enters (S1.5, S1.16). */
import type { EnvironmentName } from '../identifiers.js'
import type { BoundEnvironment } from '../record-details.js'
import type { DeploymentState } from '../states.js'

/** What is known about a release's deployments, for every candidate. */
export interface Ran {
  readonly environment: EnvironmentName
  readonly candidate: number | null
  readonly state: DeploymentState
  /** True once an attempt of it began. */
  readonly started: boolean
}

export interface Entering {
  /** The release's environments according to its snapshot. */
  readonly bound: readonly Pick<BoundEnvironment, 'name' | 'level'>[]
  readonly to: EnvironmentName
  readonly candidate: number | null
}

/**
 * Every environment of the level below in which this candidate was accepted. If an override skipped that level: the nearest level
 * below with an acceptance, else where anything of the release ran, else the first environment, so that a release above the first
 * level is always linked. Empty for the first level and for an environment outside of the snapshot.
 */
export function linkOrigins(
  { bound, to, candidate }: Entering,
  deployments: readonly Ran[],
): readonly EnvironmentName[] {
  const level = bound.find(({ name }) => name === to)?.level ?? 0
  const below = bound.filter((one) => one.level < level)
  const accepted = (name: EnvironmentName): boolean =>
    deployments.some(
      (one) => one.environment === name && one.candidate === candidate && one.state === 'accepted',
    )
  const ran = (name: EnvironmentName): boolean =>
    deployments.some((one) => one.environment === name && one.started)
  const first = below.slice(0, 1).map(({ name }) => name)
  return nearest(below, accepted) ?? nearest(below, ran) ?? first
}

/** The environments of the highest level that has any; null when none has. */
function nearest(
  below: Entering['bound'],
  fits: (name: EnvironmentName) => boolean,
): readonly EnvironmentName[] | null {
  const fitting = below.filter(({ name }) => fits(name))
  const highest = Math.max(...fitting.map(({ level }) => level))
  return fitting.length === 0
    ? null
    : fitting.filter(({ level }) => level === highest).map(({ name }) => name)
}
