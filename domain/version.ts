/** How the next version of a release is found. The caller holds the app's row, so that no two find the same. */
import { parseVersion, type Version } from './identifiers.js'

export type Versioning = 'calendar' | 'semver'

/** A month of the calendar in an app's own time zone. */
export interface Month {
  readonly year: number
  /** 1 is January. */
  readonly month: number
}

/** The month an ISO instant falls into, as people in the time zone say. */
export function monthOf(at: string, timezone: string): Month {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: timezone, year: 'numeric', month: 'numeric' })
  const parts = format.formatToParts(new Date(at))
  const read = (type: 'year' | 'month'): number => Number(parts.find((part) => part.type === type)?.value)
  return { year: read('year'), month: read('month') }
}

/** `YYYY.M.N`: N follows the highest of the month, deleted releases included, and begins with 1. */
export function nextCalendarVersion({ year, month }: Month, highestOfMonth: Version | null): Version {
  const [, , number] = highestOfMonth === null ? [0, 0, 0] : numbersOf(highestOfMonth)
  return versionOf(year, month, number + 1)
}

const patchTypes: readonly string[] = ['fix', 'bugfix', 'hotfix']

/** Raises patch for a fix, minor for all else, from the highest ever used; the first is `0.1.0`. */
export function nextSemanticVersion(type: string, highest: Version | null): Version {
  if (highest === null) return versionOf(0, 1, 0)
  const [major, minor, patch] = numbersOf(highest)
  return patchTypes.includes(type) ? versionOf(major, minor, patch + 1) : versionOf(major, minor + 1, 0)
}

/** A cut: the version of a release and N of `rc.N`; null of a push. */
export interface Cut {
  readonly version: string | null
  readonly candidate: number | null
}

/**
 * Below 0 when the first was cut before the other, above 0 when after it. Null when one of them is a push, of which no
 * version says when it was made.
 */
export function compareCuts(one: Cut, other: Cut): number | null {
  if (one.version === null || other.version === null) return null
  const [mine, theirs] = [numbersOf(one.version), numbersOf(other.version)]
  const place = mine.findIndex((number, index) => number !== theirs[index])
  if (place >= 0) return (mine[place] ?? 0) - (theirs[place] ?? 0)
  return (one.candidate ?? 0) - (other.candidate ?? 0)
}

function numbersOf(version: string): readonly [number, number, number] {
  const [first = 0, second = 0, third = 0] = version.split('.').map(Number)
  return [first, second, third]
}

function versionOf(...numbers: readonly [number, number, number]): Version {
  const version = parseVersion(numbers.join('.'))
  if (version === null) throw new Error(`No version can follow: ${numbers.join('.')} is out of range.`)
  return version
}
