/** How the next version of a release is found. The caller holds the app's row, so that no two find the same. */
import { parseVersion, type Version } from './identifiers.js'

export type Versioning = 'calendar' | 'semver'

/** A month of the calendar in an app's own time zone. */
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

/** The month an ISO instant falls into, as people in the time zone say. */
export function monthOf(at: string, timezone: string): Month {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, year: 'numeric', month: 'numeric' })
  const parts = format.formatToParts(new Date(at))
  const read = (type: 'year' | 'month'): number => Number(parts.find((part) => part.type === type)?.value)
  return { year: read('year'), month: read('month') }
}

/**
 * `YYYY.M.N`: N follows the highest of the month, deleted releases included, and begins with 1. Null when the numbers of
 * the month are used up.
 */
export function nextCalendarVersion({ year, month }: Month, highestOfMonth: Version | null): Version | null {
  const [, , number] = highestOfMonth === null ? [0, 0, 0] : numbersOf(highestOfMonth)
  return versionOf(year, month, number + 1)
}

const patchTypes: readonly string[] = ['fix', 'bugfix', 'hotfix']

/**
 * Raises patch for a fix, minor for all else, from the highest ever used; the first is `0.1.0`. Where a number is used
 * up, the one before it rises; null when the first is as well.
 */
export function nextSemanticVersion(type: string, highest: Version | null): Version | null {
  if (highest === null) return versionOf(0, 1, 0)
  const [major, minor, patch] = numbersOf(highest)
  const afterPatch = patchTypes.includes(type) ? versionOf(major, minor, patch + 1) : null
  return afterPatch ?? versionOf(major, minor + 1, 0) ?? versionOf(major + 1, 0, 0)
}

/** How far a typed number may go past the one before it: whoever leaps to the end leaves no version to follow. */
const LONGEST_LEAP = 1_000

/**
 * Whether a typed version leaps too far past the highest it is counted with: of all, or of the calendar's month that it
 * names. Null: there is none yet.
 */
export function leapsTooFar(typed: Version, versioning: Versioning, highest: Version | null): boolean {
  const numbers = numbersOf(typed)
  const [year, month] = numbers
  const start = versioning === 'calendar' ? [year, month, 0] : [0, 0, 0]
  const known = highest === null ? start : numbersOf(highest)
  const first = numbers.findIndex((number, index) => number !== known[index])
  if (first === -1 || (numbers[first] ?? 0) < (known[first] ?? 0)) return false
  const leaps = numbers.map((number, index) => (index === first ? number - (known[index] ?? 0) : number))
  return leaps.slice(first).some((leap) => leap > LONGEST_LEAP)
}

function numbersOf(version: Version): readonly [number, number, number] {
  const [first = 0, second = 0, third = 0] = version.split('.').map(Number)
  return [first, second, third]
}

/** Null when a number is out of range. */
function versionOf(...numbers: readonly [number, number, number]): Version | null {
  return parseVersion(numbers.join('.'))
}
