import { sql, type Transaction } from 'kysely'
import type { AppName, Version } from '../../domain/identifiers.js'

import type { AllottedVersion } from '../../domain/release-store.js'
import {
  type Bump,
  bumpOfType,
  higherVersion,
  leapsTooFar,
  type Month,
  monthIn,
  monthOf,
  nextCalendarVersion,
  nextSemanticVersion,
  type TaggedVersions,
  type Versioning,
} from '../../domain/version.js'

import type { Database } from '../tables.js'

/** What a version is derived from. */
export interface VersionRequest {
  readonly app: AppName
  /** The release's type, e.g. `feature`. */
  readonly type: string
  readonly at: string
  readonly versioning: Versioning
  /** The bump the commits call for; null: the release type decides. */
  readonly bump: Bump | null
  /** The versions already named by the repository's tags. */
  readonly tagged: TaggedVersions
  /** The app's time zone, which defines when a month begins. */
  readonly timezone: string
  /** The version a person asked for; null allocates the next. */
  readonly version: Version | null
}

/** The requested version if it was never used and leaves room for later ones, else the next free one. Needs the app's lock. */
export async function allotVersion(
  trx: Transaction<Database>,
  request: VersionRequest,
): Promise<AllottedVersion> {
  const { version, versioning, tagged } = request
  if (version !== null) return allotAsked(trx, request, version)
  const month = monthOf(request.at, request.timezone)
  const before = higherVersion(await highest(trx, request, month), tagged.highest)
  const next =
    versioning === 'calendar'
      ? nextCalendarVersion(month, before)
      : nextSemanticVersion(request.bump ?? bumpOfType(request.type), before, tagged.skip)
  return next === null
    ? { kind: 'refused', refusal: { code: 'versions-used-up', highest: before ?? '' } }
    : { kind: 'created', version: next }
}

async function allotAsked(
  trx: Transaction<Database>,
  request: VersionRequest,
  version: Version,
): Promise<AllottedVersion> {
  const { app, versioning, tagged } = request
  if (await isTaken(trx, app, version))
    return { kind: 'refused', refusal: { code: 'version-taken', version } }
  const before = higherVersion(await highest(trx, request, monthIn(version)), tagged.highest)
  return leapsTooFar(version, versioning, before)
    ? { kind: 'refused', refusal: { code: 'version-too-far', version, highest: before } }
    : { kind: 'created', version }
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

/**
 * The highest of the app's versions that count for the next one: of the month, or of all. Compared by number and not as text, or
 * 2026.11.9 would come after 2026.11.10; deleted releases count as well.
 */
async function highest(
  trx: Transaction<Database>,
  { app, versioning }: Pick<VersionRequest, 'app' | 'versioning'>,
  { year, month }: Month,
): Promise<Version | null> {
  const [from, to] =
    versioning === 'calendar'
      ? [
          [year, month],
          [year, month + 1],
        ]
      : [[0], [1_000_000]]
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
