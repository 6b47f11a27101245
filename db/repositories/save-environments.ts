import { type Kysely, sql } from 'kysely'
import { environmentRecord, newEnvironment } from '../../domain/environment/record.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { environmentValues } from './change-environment.js'

/**
 * Writes the environments of all apps that have no row yet, in one statement: before its workflow has written anything,
 * each is shown as absent. Their apps must have been saved.
 */
export async function saveEnvironments(db: Kysely<Database>, apps: readonly AppDefinition[]): Promise<void> {
  const rows = apps.flatMap((app) =>
    app.environments.map((definition) => {
      const record = environmentRecord(newEnvironment(app, definition))
      return { app: app.name, name: record.name, ...environmentValues(record) }
    }),
  )
  await sql`insert into environments
    select * from jsonb_populate_recordset(null::environments, ${toJson(rows)}::jsonb)
    on conflict do nothing`.execute(db)
}
