import { type Kysely, sql } from 'kysely'
import type { AppName, CommitSha, Version } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** The highest version the app ever used, deleted releases included, with the commit of its newest candidate. */
export async function highestVersion(
  db: Kysely<Database>,
  app: AppName,
): Promise<{ readonly version: Version; readonly commit: CommitSha | null } | null> {
  const row = await db
    .selectFrom('releases')
    .leftJoin('candidates', 'candidates.release_id', 'releases.id')
    .select(['releases.version', 'candidates.commit'])
    .where('releases.app', '=', app)
    .where('releases.version', 'is not', null)
    .orderBy(sql`string_to_array(releases.version, '.')::int[]`, 'desc')
    .orderBy('candidates.number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row?.version == null ? null : { version: row.version, commit: row.commit }
}
