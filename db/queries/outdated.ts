import { type Kysely, sql } from 'kysely'
import type { Database } from '../tables.js'

/**
 * The workflows whose last recorded app definition differs from the one in the configuration with this hash. A workflow with an
 * older file but the same app definition is not outdated. One recorded by an older Slipway, which read less from the same text,
 * or without a record is. Both configurations must have been saved.
 */
export async function outdatedWorkflows(
  db: Kysely<Database>,
  ids: readonly string[],
  { hash, stateVersion }: { readonly hash: string; readonly stateVersion: number },
): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set()
  // Each configuration is parsed once, not once per workflow.
  const { rows } = await sql<{ readonly id: string }>`
    with held as materialized (
      select wanted.id, version, state->>'app' as app, state->>'configHash' as hash
      from unnest(${ids}::text[]) as wanted (id) left join workflow_states using (id)),
    known as materialized (
      select hash, key as app, value - 'configHash' as definition
      from configurations, jsonb_each(apps)
      where hash = ${hash} or hash in (select hash from held))
    select held.id from held
    left join known as before on before.hash = held.hash and before.app = held.app
    left join known as today on today.hash = ${hash} and today.app = held.app
    where held.version is distinct from ${stateVersion} or before.definition is null
      or before.definition is distinct from today.definition`.execute(db)
  return new Set(rows.map(({ id }) => id))
}
