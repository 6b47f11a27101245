/** How the next version of a release is determined. The caller locks the app's row, so that no two get the same one. */
import { parseVersion, type Version } from './identifiers.js'

/** `conventional` is semver, bumped by what the commits say instead of by the release's type. */
export type Versioning = 'calendar' | 'semver' | 'conventional'

/** Which of the three numbers is increased. */
export type Bump = 'major' | 'minor' | 'patch'

/** A calendar month in an app's own time zone. */
export interface Month {
  readonly year: number
  /** 1 is January. */
  readonly month: number
}

/** The month that a calendar version names. */
export function monthIn(version: Version): Month {
  const [year, month] = numbersOf(version)
  return { year, month }
}

/** What the repository's tags say about an app's versions: when Slipway is adopted, numbering continues from there. */
export interface TaggedVersions {
  /** For `calendar` the highest of the month, else the highest of all; null when no tag matches. */
  readonly highest: Version | null
  /** Higher ones that exist only as a candidate's tag: they are skipped. */
  readonly skip: readonly Version[]
}

/** The month an ISO instant falls into in that time zone. */
export function monthOf(at: string, timezone: string): Month {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, year: 'numeric', month: 'numeric' })
  const parts = format.formatToParts(new Date(at))
  const read = (type: 'year' | 'month'): number => Number(parts.find((part) => part.type === type)?.value)
  return { year: read('year'), month: read('month') }
}

/**
 * `YYYY.M.N`: N follows the highest of the month, deleted releases included, and begins with 1. Null when the numbers of the
 * month are used up.
 */
export function nextCalendarVersion({ year, month }: Month, highestOfMonth: Version | null): Version | null {
  const [, , number] = highestOfMonth === null ? [0, 0, 0] : numbersOf(highestOfMonth)
  return versionOf(year, month, number + 1)
}

/** The highest after one bump, skipping taken versions; the very first is `0.1.0`. Null when all are used up. */
export function nextSemanticVersion(
  bump: Bump,
  highest: Version | null,
  skip: readonly Version[] = [],
): Version | null {
  let next = highest === null ? versionOf(0, 1, 0) : raised(highest, bump)
  while (next !== null && skip.includes(next)) next = raised(next, bump)
  return next
}

const patchTypes: readonly string[] = ['fix', 'bugfix', 'hotfix']

/** How far a typed number may exceed the previous one: a jump to the end would leave no version to follow. */
const LONGEST_LEAP = 1_000

/**
 * Whether a typed version exceeds the highest by too much: the highest of all, or with monthly counting, of the month it names.
 * Null: there is none yet.
 */
export function leapsTooFar(typed: Version, versioning: Versioning, highest: Version | null): boolean {
  const numbers = numbersOf(typed)
  const [year, month] = numbers
  const start: readonly number[] = versioning === 'calendar' ? [year, month, 0] : [0, 0, 0]
  const before = highest === null ? start : numbersOf(highest)
  const otherMonth = versioning === 'calendar' && (before[0] !== year || before[1] !== month)
  const known = otherMonth ? start : before
  const first = numbers.findIndex((number, index) => number !== known[index])
  if (first === -1) return false
  const [number = 0, ...lower] = numbers.slice(first)
  const leap = number - (known[first] ?? 0)
  return leap > 0 && [leap, ...lower].some((one) => one > LONGEST_LEAP)
}

/** The bump for a release's type, when the commits do not decide. */
export const bumpOfType = (type: string): Bump => (patchTypes.includes(type) ? 'patch' : 'minor')

/**
 * Below 1.0.0 a breaking change bumps minor: an unstable API does not become stable automatically. If a number is used up, the
 * one before it is increased.
 */
function raised(version: Version, bump: Bump): Version | null {
  const [major, minor, patch] = numbersOf(version)
  const patched = bump === 'patch' ? versionOf(major, minor, patch + 1) : null
  const breaks = bump === 'major' && major > 0
  return patched ?? (breaks ? null : versionOf(major, minor + 1, 0)) ?? versionOf(major + 1, 0, 0)
}

/** A cut: the version of a release and N of `rc.N`; null for a push. */
export interface Cut {
  readonly version: string | null
  readonly candidate: number | null
}

/**
 * Negative when the first was cut earlier, positive when it was cut later. Null when one of them is a push, whose time no version
 * tells.
 */
export function compareCuts(one: Cut, other: Cut): number | null {
  if (one.version === null || other.version === null) return null
  const versions = compareVersions(one.version, other.version)
  return versions === 0 ? (one.candidate ?? 0) - (other.candidate ?? 0) : versions
}

/** Negative when the first is lower: compares numbers, not text. */
export function compareVersions(one: string, other: string): number {
  const others = numbersOf(other)
  const differing = numbersOf(one).map((number, index) => number - (others[index] ?? 0))
  return differing.find((difference) => difference !== 0) ?? 0
}

/** The higher of two, either of which may be missing. */
export function higherVersion(one: Version | null, other: Version | null): Version | null {
  if (one === null || other === null) return one ?? other
  return compareVersions(one, other) >= 0 ? one : other
}

/** The tagged versions that matter for the next one. `whole` says which have a tag of their own. */
export function taggedVersions(
  found: readonly { readonly version: Version; readonly candidate: number | null }[],
  versioning: Versioning,
  { year, month }: Month,
): TaggedVersions {
  if (versioning === 'calendar') {
    const ofMonth = found.filter(({ version }) => {
      const [first, second] = numbersOf(version)
      return first === year && second === month
    })
    return { highest: highestOf(ofMonth), skip: [] }
  }
  const highest = highestOf(found.filter(({ candidate }) => candidate === null))
  const above = found.filter(({ version }) => highest === null || compareVersions(version, highest) > 0)
  return { highest, skip: [...new Set(above.map(({ version }) => version))].slice(0, MOST_SKIPPED) }
}

const MOST_SKIPPED = 500

const highestOf = (found: readonly { readonly version: Version }[]): Version | null =>
  found.reduce<Version | null>((highest, { version }) => higherVersion(highest, version), null)

function numbersOf(version: string): readonly [number, number, number] {
  const [first = 0, second = 0, third = 0] = version.split('.').map(Number)
  return [first, second, third]
}

/** Null when a number is out of range. */
function versionOf(...numbers: readonly [number, number, number]): Version | null {
  return parseVersion(numbers.join('.'))
}
