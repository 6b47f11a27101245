import { type Kysely, sql } from 'kysely'
import { environmentRecord, newEnvironment } from '../../domain/environment/record.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { toJson } from '../storable.js'
import type { Database } from '../tables.js'
import { environmentValues } from './change-environment.js'

/**
 * Writes the environments of all apps that were never used as configured, in one statement: each is shown as absent until its
 * workflow writes something, and is removed when it is no longer configured. Their apps must have been saved.
 */
export async function saveEnvironments(db: Kysely<Database>, apps: readonly AppDefinition[]): Promise<void> {
  const rows = apps.flatMap((app) =>
    app.environments.map((definition) => {
      const record = environmentRecord(newEnvironment(app, definition))
      return { app: app.name, name: record.name, ...environmentValues(record) }
    }),
  )
  await sql`
    with configured as materialized (
      select * from jsonb_populate_recordset(null::environments, ${toJson(rows)}::jsonb) order by app, name),
    gone as (
      delete from environments
      where seq = 0 and not exists (
        select from configured where configured.app = environments.app and configured.name = environments.name))
    insert into environments select * from configured
    on conflict (app, name) do update
      set position = excluded.position, mode = excluded.mode, setup_required = excluded.setup_required,
        detail = excluded.detail
      where environments.seq = 0
        and (environments.position, environments.mode, environments.setup_required, environments.detail)
          is distinct from (excluded.position, excluded.mode, excluded.setup_required, excluded.detail)`.execute(
    db,
  )
}
