import { type Kysely, sql } from 'kysely'
import type { Configuration } from '../../domain/configuration.js'
import type { AppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { storableText, toJson } from '../storable.js'
import type { Database } from '../tables.js'

/** Stores an app as it is configured now. Everything else about an app refers to this row, so it comes first. */
export async function saveApp(db: Kysely<Database>, app: AppDefinition, at: string): Promise<void> {
  const values = { definition: toJson(app), updated_at: at }
  await db
    .insertInto('apps')
    .values({ name: app.name, ...values })
    .onConflict((conflict) => conflict.column('name').doUpdateSet(values))
    .execute()
}

/** The app as it was last saved, `null` when it never was. */
export async function readApp(db: Kysely<Database>, name: AppName): Promise<AppDefinition | null> {
  const row = await db.selectFrom('apps').select('definition').where('name', '=', name).executeTakeFirst()
  return row?.definition ?? null
}

/**
 * Keeps a configuration under the hash of its text, for every release and deployment that names it (S4.16). A later build
 * may read more out of the same text, so what is said of the apps is written again.
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
