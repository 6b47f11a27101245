import type { Kysely } from 'kysely'
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

/** Keeps a configuration's text under its hash, for every release and deployment that names it (S4.16). */
export async function saveConfiguration(
  db: Kysely<Database>,
  { hash, text }: Pick<Configuration, 'hash' | 'text'>,
): Promise<void> {
  await db
    .insertInto('configurations')
    .values({ hash, content: storableText(text) })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}
