import { type Kysely, sql } from 'kysely'
import type { AppName } from '../../domain/identifiers.js'
import type { Database } from '../tables.js'

/** Whether a webhook announced a push to the app within a day, and no poll since has found a push without a webhook. */
export async function webhooksArrive(db: Kysely<Database>, app: AppName): Promise<boolean> {
  const { rows } = await sql<{ readonly arrives: boolean }>`
    with pushes as materialized (
      select intent->>'via' as via, intent->>'commit' as commit, created_at from inbox
      where intent->>'app' = ${app} and intent->>'via' is not null
        and created_at > now() - interval '1 day'),
    told as (select commit, created_at from pushes where via = 'webhook')
    select exists (select from told) and not exists (
      select from pushes
      where via <> 'webhook' and created_at > (select max(created_at) from told)
        and commit not in (select commit from told)) as arrives`.execute(db)
  return rows[0]?.arrives ?? false
}
