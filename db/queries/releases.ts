import { type Kysely, type Selectable, type SelectQueryBuilder, sql } from 'kysely'
import { at } from '../../domain/at.js'
import type { AppName, ReleaseId, Version } from '../../domain/identifiers.js'
import type { ReleaseLifecycle } from '../../domain/states.js'
import type { ReleaseView } from '../../domain/views.js'
import { anyOf } from '../any-of.js'
import type { Database, ReleasesTable } from '../tables.js'
import { loadParts, releaseView } from './release-parts.js'

/** A page of a list. Without a state: all except the deleted ones. */
export interface ReleasePage {
  readonly state?: ReleaseLifecycle | undefined
  readonly limit: number
  readonly offset: number
}

const MOST_OPEN = 50
const MOST_PLANNED = 200

/** A release in its present state, as its card shows it, in seven queries; `null` when there is none with that id. */
export async function readRelease(db: Kysely<Database>, id: ReleaseId): Promise<ReleaseView | null> {
  const rows = await db.selectFrom('releases').selectAll().where('id', '=', id).execute()
  const [release] = await views(db, rows)
  return release ?? null
}

/** The release with a version, even if deleted: its state says so. */
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

/** A page of each app's releases, newest first, in as many queries as for one app. */
export async function findReleases(
  db: Kysely<Database>,
  apps: readonly AppName[],
  { state, limit, offset }: ReleasePage,
): Promise<readonly ReleaseView[]> {
  const rows = await newestOfEach(db, apps, (its) =>
    its
      .where('state', state === undefined ? '!=' : '=', state ?? 'deleted')
      .limit(limit)
      .offset(offset),
  )
  return views(db, rows)
}

/** The drafts and open releases of these apps, newest first, at most 50 of each app. */
export async function openReleases(
  db: Kysely<Database>,
  ...apps: readonly AppName[]
): Promise<readonly ReleaseView[]> {
  const rows = await newestOfEach(db, apps, (its) =>
    its.where('state', 'in', ['draft', 'open']).limit(MOST_OPEN),
  )
  return views(db, rows)
}

type OfOneApp = SelectQueryBuilder<Database, 'apps' | 'releases', Selectable<ReleasesTable>>

/** The releases that `pick` selects for each app. */
const ofEach = (db: Kysely<Database>, apps: readonly AppName[], pick: (its: OfOneApp) => OfOneApp) =>
  db
    .selectFrom('apps')
    .innerJoinLateral(
      (from) =>
        pick(from.selectFrom('releases').selectAll('releases').whereRef('releases.app', '=', 'apps.name')).as(
          'its',
        ),
      (join) => join.onTrue(),
    )
    .selectAll('its')
    .where('apps.name', '=', anyOf(apps))

/** The same, the newest first: of each app, and of all together. */
const newestOfEach = (db: Kysely<Database>, apps: readonly AppName[], pick: (its: OfOneApp) => OfOneApp) =>
  ofEach(db, apps, (its) => pick(its.orderBy('created_at', 'desc').orderBy('id', 'desc')))
    .orderBy('its.created_at', 'desc')
    .orderBy('its.id', 'desc')
    .execute()

/** All drafts and open releases of some apps, and what was released within the last day; oldest first. */
export async function releasesUnderWay(
  db: Kysely<Database>,
  apps: readonly AppName[],
): Promise<readonly Pick<Selectable<ReleasesTable>, 'app' | 'id'>[]> {
  return db
    .selectFrom('releases')
    .select(['app', 'id'])
    .where('app', '=', anyOf(apps))
    .where((row) =>
      row.or([
        row('state', 'in', ['draft', 'open']),
        row.and([
          row('state', '=', 'released'),
          row('released_at', '>', sql<Date>`clock_timestamp() - interval '1 day'`),
        ]),
      ]),
    )
    .orderBy('created_at')
    .orderBy('id')
    .execute()
}

/** The drafts and open releases of these apps by planned day, those without one last, at most 200 of each app. */
export async function plannedReleases(
  db: Kysely<Database>,
  ...apps: readonly AppName[]
): Promise<readonly ReleaseView[]> {
  const rows = await ofEach(db, apps, (its) =>
    its
      .where('state', 'in', ['draft', 'open'])
      .orderBy('planned_at', (order) => order.asc().nullsLast())
      .orderBy('id')
      .limit(MOST_PLANNED),
  )
    .orderBy('its.planned_at', (order) => order.asc().nullsLast())
    .orderBy('its.id')
    .execute()
  return views(db, rows)
}

/** A release that is planned and not released yet. */
export interface Planned extends Pick<ReleaseView, 'app' | 'id' | 'channel' | 'requestedBy'> {
  /** ISO instant. */
  readonly plannedAt: string
}

/** The drafts and open releases of some apps that are planned for before an instant. */
export async function plannedBefore(
  db: Kysely<Database>,
  apps: readonly AppName[],
  before: Date,
): Promise<readonly Planned[]> {
  const rows = await db
    .selectFrom('releases')
    .select(['app', 'id', 'channel', 'requested_by', 'planned_at'])
    .where('app', '=', anyOf(apps))
    .where('state', 'in', ['draft', 'open'])
    .where('planned_at', '<', before)
    .orderBy('id')
    .execute()
  return rows.flatMap(({ planned_at, requested_by: requestedBy, ...row }) =>
    planned_at === null ? [] : [{ ...row, requestedBy, plannedAt: planned_at.toISOString() }],
  )
}

/** The releases with these ids, including deleted ones; unknown ids are left out. */
export async function readReleases(
  db: Kysely<Database>,
  ids: readonly ReleaseId[],
): Promise<readonly ReleaseView[]> {
  if (ids.length === 0) return []
  return views(db, await db.selectFrom('releases').selectAll().where('id', '=', anyOf(ids)).execute())
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
