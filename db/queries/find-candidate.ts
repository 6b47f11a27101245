import { type Kysely, sql } from 'kysely'
import { type AppName, candidateName, parseReleaseId, type ReleaseId } from '../../domain/identifiers.js'
import { nearest } from '../../domain/nearest.js'
import type { Database } from '../tables.js'

/** What a text names, or what else it may have meant. */
export type CandidateMatch =
  | {
      readonly kind: 'found'
      readonly releaseId: ReleaseId
      /** Null for a draft. */
      readonly version: string | null
      /** Null when the text names the release but none of its candidates. */
      readonly candidate: number | null
    }
  | { readonly kind: 'ambiguous'; readonly names: readonly string[] }
  | { readonly kind: 'unknown'; readonly nearest: readonly string[] }

const pattern = /^(?:v?(\d+\.\d+\.\d+))?-?(?:rc\.?(\d{1,6}))?$/i
const HOW_MANY_TO_GUESS_FROM = 50

/**
 * Resolves `2026.11.3-rc.1`, `2026.11.3`, `rc.1` (of the one open release that has it), `latest` (the newest candidate of the
 * newest cut), the title of a draft or of an open release, or an id. Deleted releases never match.
 */
export async function findCandidate(
  db: Kysely<Database>,
  app: AppName,
  text: string,
): Promise<CandidateMatch> {
  const wanted = text.trim()
  const [, version, number] = pattern.exec(wanted) ?? []
  const found =
    wanted.toLowerCase() === 'latest'
      ? await latest(db, app)
      : version !== undefined
        ? await ofVersion(db, app, { version, number: number === undefined ? null : Number(number) })
        : number !== undefined
          ? await ofOpenReleases(db, app, Number(number))
          : await byIdOrTitle(db, app, wanted)
  const [only] = found
  if (only === undefined) return { kind: 'unknown', nearest: await similar(db, app, wanted) }
  return found.length === 1
    ? { kind: 'found', releaseId: only.releaseId, version: only.version, candidate: only.candidate }
    : { kind: 'ambiguous', names: found.map(nameOf) }
}

interface Found {
  readonly releaseId: ReleaseId
  readonly version: string | null
  readonly title: string
  readonly candidate: number | null
}

function nameOf({ version, title, candidate }: Found): string {
  if (version === null) return title
  return candidate === null ? version : `${version}-rc.${candidate}`
}

async function latest(db: Kysely<Database>, app: AppName): Promise<readonly Found[]> {
  return db
    .selectFrom('releases')
    .where('app', '=', app)
    .where('state', 'in', ['open', 'released'])
    .orderBy('cut_at', 'desc')
    .limit(1)
    .select((row) => [
      'id as releaseId',
      'version',
      'title',
      row
        .selectFrom('candidates')
        .whereRef('release_id', '=', 'releases.id')
        .select((candidate) => candidate.fn.max('number').as('number'))
        .as('candidate'),
    ])
    .execute()
}

async function ofVersion(
  db: Kysely<Database>,
  app: AppName,
  { version, number }: { readonly version: string; readonly number: number | null },
): Promise<readonly Found[]> {
  return db
    .selectFrom('releases')
    .leftJoin('candidates', (join) =>
      join.onRef('candidates.release_id', '=', 'releases.id').on('candidates.number', '=', number),
    )
    .where('app', '=', app)
    .where(sql<string>`version`, '=', version)
    .where('releases.state', '!=', 'deleted')
    .$if(number !== null, (query) => query.where('candidates.number', 'is not', null))
    .select(['releases.id as releaseId', 'version', 'title', 'candidates.number as candidate'])
    .execute()
}

async function ofOpenReleases(db: Kysely<Database>, app: AppName, number: number): Promise<readonly Found[]> {
  return db
    .selectFrom('releases')
    .innerJoin('candidates', 'candidates.release_id', 'releases.id')
    .where('app', '=', app)
    .where('releases.state', '=', 'open')
    .where('candidates.number', '=', number)
    .orderBy('releases.created_at', 'desc')
    .limit(HOW_MANY_TO_GUESS_FROM)
    .select(['releases.id as releaseId', 'version', 'title', 'candidates.number as candidate'])
    .execute()
}

async function byIdOrTitle(db: Kysely<Database>, app: AppName, text: string): Promise<readonly Found[]> {
  const id = parseReleaseId(text)
  const rows = await db
    .selectFrom('releases')
    .where('app', '=', app)
    .where((row) =>
      id === null
        ? row.and([
            row('state', 'in', ['draft', 'open']),
            row(row.fn<string>('lower', ['title']), '=', text.toLowerCase()),
          ])
        : row.and([row('id', '=', id), row('state', '!=', 'deleted')]),
    )
    .select(['id as releaseId', 'version', 'title'])
    .execute()
  return rows.map((row) => ({ ...row, candidate: null }))
}

async function similar(db: Kysely<Database>, app: AppName, text: string): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('releases')
    .leftJoin('candidates', 'candidates.release_id', 'releases.id')
    .where('app', '=', app)
    .where('releases.state', '!=', 'deleted')
    .orderBy('releases.created_at', 'desc')
    .limit(HOW_MANY_TO_GUESS_FROM)
    .select(['version', 'title', 'number'])
    .execute()
  const names = rows.flatMap(({ version, title, number }) => {
    if (version === null) return [title]
    return number === null ? [version] : [version, candidateName(version, number)]
  })
  return nearest(text, [...new Set(names)])
}
