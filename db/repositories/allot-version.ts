import { sql, type Transaction } from 'kysely'
import type { AppName, Version } from '../../domain/identifiers.js'
import type { AllottedVersion } from '../../domain/release-store.js'
import {
  leapsTooFar,
  type Month,
  monthIn,
  monthOf,
  nextCalendarVersion,
  nextSemanticVersion,
  type Versioning,
} from '../../domain/version.js'
import type { Database } from '../tables.js'

/** What a version follows from. */
export interface VersionRequest {
  readonly app: AppName
  /** The release's type, e.g. `feature`. */
  readonly type: string
  readonly at: string
  readonly versioning: Versioning
  /** The app's, which says when a month begins. */
  readonly timezone: string
  /** The version a person asked for; null allots the next. */
  readonly version: Version | null
}

/** The asked version if nothing ever had it and others can follow, else the next free one. Needs the app's lock. */
export async function allotVersion(
  trx: Transaction<Database>,
  request: VersionRequest,
): Promise<AllottedVersion> {
  const { app, version, versioning } = request
  if (version !== null) return allotAsked(trx, request, version)
  const month = monthOf(request.at, request.timezone)
  const before = await highest(trx, app, countedWith(versioning, month))
  const next =
    versioning === 'semver' ? nextSemanticVersion(request.type, before) : nextCalendarVersion(month, before)
  return next === null
    ? { kind: 'refused', refusal: { code: 'versions-used-up', highest: before ?? '' } }
    : { kind: 'created', version: next }
}

async function allotAsked(
  trx: Transaction<Database>,
  { app, versioning }: VersionRequest,
  version: Version,
): Promise<AllottedVersion> {
  if (await isTaken(trx, app, version))
    return { kind: 'refused', refusal: { code: 'version-taken', version } }
  const before = await highest(trx, app, countedWith(versioning, monthIn(version)))
  return leapsTooFar(version, versioning, before)
    ? { kind: 'refused', refusal: { code: 'version-too-far', version, highest: before } }
    : { kind: 'created', version }
}

/** The versions that one is counted with: of its month, or all. */
function countedWith(versioning: Versioning, { year, month }: Month): Range {
  if (versioning === 'semver') return [[0], [1_000_000]]
  return [
    [year, month],
    [year, month + 1],
  ]
}

async function isTaken(trx: Transaction<Database>, app: AppName, version: Version): Promise<boolean> {
  const row = await trx
    .selectFrom('releases')
    .select('id')
    .where('app', '=', app)
    .where('version', '=', version)
    .executeTakeFirst()
  return row !== undefined
}

/** From the first numbers, up to but without the second. */
type Range = readonly [readonly number[], readonly number[]]

/** By number and not by text, or 2026.11.9 would come after 2026.11.10; deleted releases count as well. */
async function highest(trx: Transaction<Database>, app: AppName, [from, to]: Range): Promise<Version | null> {
  const numbers = sql<number[]>`string_to_array(version, '.')::int[]`
  const row = await trx
    .selectFrom('releases')
    .select('version')
    .where('app', '=', app)
    .where(sql<boolean>`${numbers} >= ${from}::int[] and ${numbers} < ${to}::int[]`)
    .orderBy(numbers, 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version ?? null
}
