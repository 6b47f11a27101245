import { sql, type Transaction } from 'kysely'
import type { AppName, Version } from '../../domain/identifiers.js'
import {
  type Bump,
  bumpOfType,
  higherVersion,
  monthOf,
  nextCalendarVersion,
  nextSemanticVersion,
  type TaggedVersions,
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
  /** What the commits ask for; null: the release's type says it. */
  readonly bump: Bump | null
  /** What the repository's tags name already. */
  readonly tagged: TaggedVersions
  /** The app's, which says when a month begins. */
  readonly timezone: string
  /** The version a person asked for; null allots the next. */
  readonly version: Version | null
}

/** The asked version if nothing ever had it, else the next free one; null when it is taken. Needs the app's lock. */
export async function allotVersion(
  trx: Transaction<Database>,
  request: VersionRequest,
): Promise<Version | null> {
  if (request.version !== null) {
    return (await isTaken(trx, request.app, request.version)) ? null : request.version
  }
  const { tagged } = request
  if (request.versioning !== 'calendar') {
    const used = await highest(trx, request.app, [[0], [1_000_000]])
    const bump = request.bump ?? bumpOfType(request.type)
    return nextSemanticVersion(bump, higherVersion(used, tagged.highest), tagged.skip)
  }
  const month = monthOf(request.at, request.timezone)
  const within: Range = [
    [month.year, month.month],
    [month.year, month.month + 1],
  ]
  return nextCalendarVersion(month, higherVersion(await highest(trx, request.app, within), tagged.highest))
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
