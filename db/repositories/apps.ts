import { type Kysely, sql } from 'kysely'
import type { Configuration } from '../../domain/configuration.js'
import type { AppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'

/**
 * Stores apps as currently configured, in one statement. All other rows of an app refer to this one, so it comes first. Sorted by
 * name, so that two processes doing this at once do not deadlock.
 */
export async function saveApps(
  db: Kysely<Database>,
  apps: readonly AppDefinition[],
  at: string,
): Promise<void> {
  await sql`
    insert into apps (name, definition, updated_at)
    select app->>'name', app, ${at}::timestamptz from jsonb_array_elements(${toJson(apps)}::jsonb) as app
    order by 1
    on conflict (name) do update set definition = excluded.definition, updated_at = excluded.updated_at`.execute(
    db,
  )
}

/** The app as it was last saved, `null` when it never was. */
export async function readApp(db: Kysely<Database>, name: AppName): Promise<AppDefinition | null> {
  const row = await db.selectFrom('apps').select('definition').where('name', '=', name).executeTakeFirst()
  return row?.definition ?? null
}

/**
 * Stores a configuration under the hash of its text, for every release and deployment that names it (S4.16). A later build may
 * read more from the same text, so the app definitions are written again.
 */
export async function saveConfiguration(
  db: Kysely<Database>,
  { hash, text, apps }: Pick<Configuration, 'hash' | 'text' | 'apps'>,
): Promise<void> {
  const read = { apps: toJson(Object.fromEntries(apps.map((app) => [app.name, app]))) }
  await db
    .insertInto('configurations')
    .values({ hash, content: storableText(text), ...read })
    .onConflict((conflict) => conflict.column('hash').doUpdateSet(read))
    .execute()
}

/** The app as a configuration defined it; `null` when that is not stored, or has no such app. */
export async function readConfigured(
  db: Kysely<Database>,
  hash: string,
  app: AppName,
): Promise<AppDefinition | null> {
  const row = await db
    .selectFrom('configurations')
    .select(sql<AppDefinition | null>`apps -> ${app}::text`.as('app'))
    .where('hash', '=', hash)
    .executeTakeFirst()
  return row?.app ?? null
}
