import type { Kysely, Selectable } from 'kysely'
import { at } from '../../domain/at.js'
import type { AppName, ReleaseId, Version } from '../../domain/identifiers.js'
import type { ReleaseLifecycle } from '../../domain/states.js'
import type { ReleaseView } from '../../domain/views.js'
import type { Database, ReleasesTable } from '../tables.js'
import { loadParts, releaseView } from './release-parts.js'

/** A page of a list. Without a state: all but the deleted ones. */
export interface ReleasePage {
  readonly state?: ReleaseLifecycle | undefined
  readonly limit: number
  readonly offset: number
}

const MOST_OPEN = 50
const MOST_PLANNED = 200

/** A release as it stands now, as its card shows it, in seven queries; `null` when there is none of that id. */
export async function readRelease(db: Kysely<Database>, id: ReleaseId): Promise<ReleaseView | null> {
  const rows = await db.selectFrom('releases').selectAll().where('id', '=', id).execute()
  const [release] = await views(db, rows)
  return release ?? null
}

/** The release of a version, a deleted one too: its state says so. */
export async function findReleaseByVersion(
  db: Kysely<Database>,
  app: AppName,
  version: Version,
): Promise<ReleaseView | null> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .where('app', '=', app)
    .where('version', '=', version)
    .execute()
  const [release] = await views(db, rows)
  return release ?? null
}

/** A page of an app's releases, newest first. */
export async function findReleases(
  db: Kysely<Database>,
  app: AppName,
  { state, limit, offset }: ReleasePage,
): Promise<readonly ReleaseView[]> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .where('app', '=', app)
    .where('state', state === undefined ? '!=' : '=', state ?? 'deleted')
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .offset(offset)
    .execute()
  return views(db, rows)
}

/** The drafts and open releases of an app, newest first, at most 50. */
export async function openReleases(db: Kysely<Database>, app: AppName): Promise<readonly ReleaseView[]> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .where('app', '=', app)
    .where('state', 'in', ['draft', 'open'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST_OPEN)
    .execute()
  return views(db, rows)
}

/** The drafts and open releases of an app by their planned day, those without one last, at most 200. */
export async function plannedReleases(db: Kysely<Database>, app: AppName): Promise<readonly ReleaseView[]> {
  const rows = await db
    .selectFrom('releases')
    .selectAll()
    .where('app', '=', app)
    .where('state', 'in', ['draft', 'open'])
    .orderBy('planned_at', (order) => order.asc().nullsLast())
    .orderBy('id')
    .limit(MOST_PLANNED)
    .execute()
  return views(db, rows)
}

/** The releases of these ids, deleted ones too; what there is none of is left out. */
export async function readReleases(
  db: Kysely<Database>,
  ids: readonly ReleaseId[],
): Promise<readonly ReleaseView[]> {
  if (ids.length === 0) return []
  return views(db, await db.selectFrom('releases').selectAll().where('id', 'in', ids).execute())
}

async function views(
  db: Kysely<Database>,
  rows: readonly Selectable<ReleasesTable>[],
): Promise<readonly ReleaseView[]> {
  if (rows.length === 0) return []
  const parts = await loadParts(db, rows)
  const now = new Date().toISOString()
  return rows.map((row) => at(releaseView(row, parts), now))
}
