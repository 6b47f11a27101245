import { type Kysely, sql, type Transaction } from 'kysely'
import type { AppName, CommitSha, ReleaseId } from '../../domain/identifiers.js'
import { type NotesChange, noteSections, type ReleaseNotes } from '../../domain/notes.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

/** Null if they are not drafted yet. */
export async function readNotes(
  db: Kysely<Database> | Transaction<Database>,
  id: ReleaseId,
): Promise<ReleaseNotes | null> {
  const row = await db
    .selectFrom('release_notes')
    .innerJoin('releases', 'releases.id', 'release_notes.release_id')
    .select(['sections', 'candidate', 'edited_by', 'edited_at', 'releases.released_at'])
    .where('release_id', '=', id)
    .executeTakeFirst()
  if (row === undefined) return null
  const { sections, candidate, edited_by: by, edited_at: at, released_at } = row
  const edited = by === null || at === null ? null : { by, at: at.toISOString() }
  const edits = edited === null ? [] : await editsOf(db, id)
  return { sections, candidate, edited, edits, frozen: released_at !== null }
}

async function editsOf(
  db: Kysely<Database> | Transaction<Database>,
  id: ReleaseId,
): Promise<readonly NotesChange[]> {
  const rows = await db
    .selectFrom('audit')
    .select(['actor', sql<{ sections: readonly string[] }>`facts`.as('facts')])
    .where('release_id', '=', id)
    .where('kind', '=', 'release.notes_edited')
    .orderBy('id')
    .execute()
  return rows.map(({ actor, facts }) => ({
    by: actor,
    sections: noteSections.flatMap(({ name, title }) => (facts.sections.includes(title) ? [name] : [])),
  }))
}

/** The candidate that notes describe: the one whose version is tagged, so what was released; else the newest. */
export const notedCandidate = sql<number>`coalesce(
  (select (tag->>'candidate')::integer from jsonb_array_elements(releases.detail->'tags') tag
    where (tag->>'ofVersion')::boolean limit 1),
  (select max(number) from candidates as of where of.release_id = releases.id))`

/** A release whose notes are to be drafted. */
export interface Undrafted {
  readonly id: ReleaseId
  readonly app: AppName
  readonly candidate: number
  /** What is new in it; `from` null: everything in `commit`. */
  readonly from: CommitSha | null
  readonly commit: CommitSha
}

/** Older releases are not searched: they have their notes, or stay without. */
const LOOKED_AT = '7 days'

/**
 * Releases without notes, and those with a draft for another candidate that nobody edited or published, while they are open or
 * were released within a week. Oldest first.
 */
export async function undraftedReleases(
  db: Kysely<Database>,
  apps: readonly AppName[],
  limit: number,
): Promise<readonly Undrafted[]> {
  if (apps.length === 0) return []
  const rows = await db
    .selectFrom('releases')
    .innerJoin('candidates', 'candidates.release_id', 'releases.id')
    .leftJoin('release_notes', 'release_notes.release_id', 'releases.id')
    .select(['releases.id', 'releases.app', 'releases.detail', 'candidates.number', 'candidates.commit'])
    .where('releases.app', '=', anyOf(apps))
    .where(
      sql<boolean>`(releases.state = 'open' or (releases.state = 'released'
        and releases.released_at > clock_timestamp() - ${LOOKED_AT}::interval))`,
    )
    .where('candidates.number', '=', notedCandidate)
    .where(
      sql<boolean>`release_notes.release_id is null or (release_notes.edited_by is null
        and release_notes.planned_in is null and release_notes.candidate <> candidates.number)`,
    )
    .orderBy('releases.created_at')
    .limit(limit)
    .execute()
  return rows.map(({ id, app, detail, number, commit }) => {
    const from = detail.commits?.counted === false ? commit : (detail.commits?.from ?? null)
    return { id, app, candidate: number, from, commit }
  })
}
